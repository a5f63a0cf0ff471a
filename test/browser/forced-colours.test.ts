import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../support/page-checks.js';
import { type PageServer, servePages } from '../support/page-server.js';
import { pageStates } from '../support/page-states.js';
import { renderPage } from '../support/render-page.js';

let server: PageServer;
let browser: Browser;

beforeAll(async () => {
  const state = pageStates.find(({ name }) => name === 'audit');
  if (state === undefined) throw new Error('there is no such page');
  server = await servePages(new Map([['/audit', await renderPage(state, 'light')]]));
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  server.close();
});

/** What is left to tell one thing from another in forced colours, apart from its weight. */
const LOOKS = `(selector) => [...document.querySelectorAll(selector)].map((one) => {
  const { backgroundColor, borderInlineStartColor, borderInlineStartWidth, outlineStyle } = getComputedStyle(one);
  return [backgroundColor, borderInlineStartColor, borderInlineStartWidth, outlineStyle].join(' ');
})`;

test.each([360, 1280])('with forced colours, what is chosen looks different at %d px', async (width) => {
  const page = await browser.newPage({ viewport: { width, height: 800 }, forcedColors: 'active' });
  await page.goto(`${server.origin}/audit`);
  const looksOf = (selector: string) => page.evaluate<string[]>(`(${LOOKS})(${JSON.stringify(selector)})`);
  for (const [all, chosen] of [
    ['.theme button', '.theme button[aria-pressed="true"]'],
    ['.sections a', '.sections a[aria-current]'],
  ] as const) {
    const looks = await looksOf(all);
    const [own = ''] = await looksOf(chosen);
    expect(looks.length).toBeGreaterThan(2);
    expect(looks.filter((look) => look === own)).toHaveLength(1);
  }
  await page.close();
});
