import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { joinStylesheets } from '#entrance/pages/assets.js';
import { pageStates } from './support/page-states.js';
import { renderPage } from './support/render-page.js';
import { findInvalidHtml } from './support/valid-html.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const KILOBYTE = 1_024;

describe.each(pageStates.map((state) => [state.name, state] as const))('the page %s', (_name, state) => {
  test('is valid HTML', async () => {
    expect(await findInvalidHtml(await renderPage(state))).toEqual([]);
  });

  test('brings nothing inline and nothing from elsewhere', async () => {
    const html = await renderPage(state);
    expect(html).not.toMatch(/<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:/i);
    expect(html).not.toMatch(/<(?:script|link|img)[^>]+(?:src|href)="(?:https?:)?\/\//i);
  });

  test('stays under 30 KB', async () => {
    expect(Buffer.byteLength(await renderPage(state))).toBeLessThan(30 * KILOBYTE);
  });
});

test('what a model brings is escaped in every view', async () => {
  for (const state of pageStates) {
    const html = await renderPage(hostile(state));
    expect(html).not.toContain('<b>');
  }
});

test('the stylesheet, as it is sent, stays under 20 KB', () => {
  expect(Buffer.byteLength(joinStylesheets())).toBeLessThan(20 * KILOBYTE);
});

test('no view is longer than 60 lines', () => {
  const long = filesIn('views', '.ejs').filter(
    (file) => readFileSync(file, 'utf8').trimEnd().split('\n').length > 60,
  );
  expect(long).toEqual([]);
});

function filesIn(folder: string, extension: string): string[] {
  return readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension))
    .map((name) => `${ROOT}${folder}/${name}`);
}

/** The same state with markup in every text; the words that choose a style or a moment stay as they are. */
function hostile<T>(value: T, key = ''): T {
  const isStructural = ['name', 'view', 'tone', 'iso', 'sorted', 'look'].includes(key);
  if (typeof value === 'string') return (isStructural ? value : `${value}"'<b>`) as T; // still a string
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((member) => hostile(member, key)) as T; // the same members, with other texts
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, hostile(member, name)]),
  ) as T; // likewise
}
