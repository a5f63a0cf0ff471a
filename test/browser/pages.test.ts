import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import {
  collectComplaints,
  findBarriers,
  findSidewaysScrolling,
  launchChromium,
} from '../support/page-checks.js';
import { type PageServer, servePages } from '../support/page-server.js';
import { pageStates } from '../support/page-states.js';
import { renderPage } from '../support/render-page.js';

const pages = new Map<string, string>();
let server: PageServer;
let browser: Browser;
/** One tab for all pages: opening a tab takes longer than loading a page. */
let tab: Page;
let complaints: readonly string[];

/** A theme is an attribute of the root alone, so that a page is loaded once for both. */
const IN_THE_DARK = `document.documentElement.dataset.theme = 'dark';
getComputedStyle(document.documentElement).colorScheme`;

beforeAll(async () => {
  for (const state of pageStates) pages.set(`/${state.name}`, await renderPage(state, 'light'));
  server = await servePages(pages);
  browser = await launchChromium();
  tab = await browser.newPage();
  complaints = collectComplaints(tab);
});

afterAll(async () => {
  await browser.close();
  server.close();
});

describe.each(pageStates.map(({ name }) => name))('the page %s', (name) => {
  let before: number;
  beforeAll(async () => {
    before = complaints.length;
    await tab.setViewportSize({ width: 360, height: 800 });
    await tab.goto(`${server.origin}/${name}`);
  });

  test('has no barrier that axe-core finds and never scrolls sideways, with text of 200 % neither', async () => {
    expect(await findBarriers(tab)).toEqual([]);
    expect(await findSidewaysScrolling(tab)).toEqual([]);
    expect(complaints.slice(before)).toEqual([]);
  });

  test('has no barrier of colours in the dark either', async () => {
    await tab.setViewportSize({ width: 1280, height: 800 });
    expect(await tab.evaluate(IN_THE_DARK)).toBe('dark');
    expect(await findBarriers(tab, 'of colours')).toEqual([]);
  });
});

test('a copy button puts the whole identifier on the clipboard, and says so', async () => {
  const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await context.newPage();
  await page.goto(`${server.origin}/user`);
  await page.getByRole('button', { name: 'Copy Object ID' }).click();
  await page.getByText('Copied').waitFor();
  const copied = await page.evaluate('navigator.clipboard.readText()');
  expect(copied).toBe(await page.getByLabel('Object ID', { exact: true }).inputValue());
  await context.close();
});

test('the summary of a refused password takes the focus, without any script', async () => {
  const page = await browser.newPage({ javaScriptEnabled: false });
  await page.goto(`${server.origin}/sign-in-wrong-password`);
  expect(await page.locator(':focus').textContent()).toContain('That email address and password don’t match');
  expect(await page.getByLabel('Email').inputValue()).toBe('root@acmecorp.com');
  expect(await page.getByLabel('Password').inputValue()).toBe('');
  await page.close();
});
