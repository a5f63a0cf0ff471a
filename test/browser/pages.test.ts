import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
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

beforeAll(async () => {
  for (const state of pageStates) {
    for (const theme of ['light', 'dark'] as const) {
      pages.set(`/${state.name}.${theme}`, await renderPage(state, theme));
    }
  }
  server = await servePages(pages);
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
  server.close();
});

describe.each(pageStates.map(({ name }) => name))('the page %s', (name) => {
  test('has no barrier that axe-core finds and never scrolls sideways, with text of 200 % neither', async () => {
    const page = await browser.newPage({ viewport: { width: 360, height: 800 } });
    const complaints = collectComplaints(page);
    await page.goto(`${server.origin}/${name}.light`);
    expect(await findBarriers(page)).toEqual([]);
    expect(await findSidewaysScrolling(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('has no barrier of colours in the dark either', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(`${server.origin}/${name}.dark`);
    expect(await findBarriers(page, 'of colours')).toEqual([]);
    await page.close();
  });
});

test('a copy button puts the whole identifier on the clipboard, and says so', async () => {
  const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await context.newPage();
  await page.goto(`${server.origin}/user.light`);
  await page.getByRole('button', { name: 'Copy Object ID' }).click();
  await page.getByText('Copied').waitFor();
  const copied = await page.evaluate('navigator.clipboard.readText()');
  expect(copied).toBe(await page.getByLabel('Object ID', { exact: true }).inputValue());
  await context.close();
});

test('the summary of a refused password takes the focus, without any script', async () => {
  const page = await browser.newPage({ javaScriptEnabled: false });
  await page.goto(`${server.origin}/sign-in-wrong-password.light`);
  expect(await page.locator(':focus').textContent()).toContain('That email address and password don’t match');
  expect(await page.getByLabel('Email').inputValue()).toBe('root@acmecorp.com');
  expect(await page.getByLabel('Password').inputValue()).toBe('');
  await page.close();
});
