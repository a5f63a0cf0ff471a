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
  test.each(['light', 'dark'])('has no barrier that axe-core finds, in %s', async (theme) => {
    const page = await browser.newPage({ viewport: { width: 360, height: 800 } });
    const complaints = collectComplaints(page);
    await page.goto(`${server.origin}/${name}.${theme}`);
    expect(await findBarriers(page)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 800 });
    expect(await findBarriers(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('never scrolls sideways, with text of 200 % neither', async () => {
    const page = await browser.newPage();
    await page.goto(`${server.origin}/${name}.light`);
    expect(await findSidewaysScrolling(page)).toEqual([]);
    await page.close();
  });
});
