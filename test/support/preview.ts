/**
 * Every page in every state, to look at: `npx tsx test/support/preview.ts [folder] [beginning of a state's name]` leaves
 * HTML and screenshots in the folder (a temporary one by default), prints what is wrong, and then exits 1.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { collectComplaints, findBarriers, findSidewaysScrolling, launchChromium } from './page-checks.js';
import { servePages } from './page-server.js';
import { pageStates } from './page-states.js';
import { renderPage } from './render-page.js';

const [folder = mkdtempSync(join(tmpdir(), 'entrance-pages-')), beginning = ''] = process.argv.slice(2);
const pages = new Map<string, string>();
for (const state of pageStates.filter(({ name }) => name.startsWith(beginning))) {
  for (const theme of ['light', 'dark'] as const) {
    pages.set(`/${state.name}.${theme}`, await renderPage(state, theme));
  }
}

const server = await servePages(pages);
const browser = await launchChromium();
const problems: string[] = [];
for (const [path, html] of pages) {
  writeFileSync(join(folder, `${path}.html`), html);
  const page = await browser.newPage();
  problems.push(...(await look(page, path)).map((problem) => `${path}: ${problem}`));
  await page.close();
}
await browser.close();
server.close();

console.log([`${pages.size} pages in ${folder}`, ...problems].join('\n'));
process.exitCode = problems.length === 0 ? 0 : 1;

async function look(page: Page, path: string): Promise<readonly string[]> {
  const complaints = collectComplaints(page);
  await page.goto(server.origin + path);
  const barriers: string[] = [];
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await page.screenshot({ path: join(folder, `${path}.${width}.png`), fullPage: true });
    barriers.push(...(await findBarriers(page)));
  }
  return [...complaints, ...barriers, ...(await findSidewaysScrolling(page))];
}
