/**
 * Takes a picture of every page in every state that the tests know, at 360 and 1280 px, light and dark:
 * `npm run pictures`, or `npm run pictures -- sign-in user` for the states whose names begin so.
 */
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchChromium } from './support/page-checks.js';
import { servePages } from './support/page-server.js';
import { pageStates } from './support/page-states.js';
import { renderPage } from './support/render-page.js';

const THEMES = ['light', 'dark'] as const;
const WIDTHS = [360, 1280];

const beginnings = process.argv.slice(2);
const states = pageStates.filter(
  ({ name }) => beginnings.length === 0 || beginnings.some((beginning) => name.startsWith(beginning)),
);
const folder = join(tmpdir(), 'entrance-pictures');
await mkdir(folder, { recursive: true });

const pages = new Map<string, string>();
for (const state of states)
  for (const theme of THEMES) pages.set(`/${state.name}.${theme}`, await renderPage(state, theme));
const server = await servePages(pages);
const browser = await launchChromium();
try {
  const tab = await browser.newPage();
  for (const width of WIDTHS) {
    await tab.setViewportSize({ width, height: 800 });
    for (const path of pages.keys()) {
      await tab.goto(server.origin + path);
      await tab.screenshot({ path: join(folder, `${path.slice(1)}.${width}.png`), fullPage: true });
    }
  }
} finally {
  await browser.close();
  server.close();
}
console.log(`${pages.size * WIDTHS.length} pictures in ${folder}`);
