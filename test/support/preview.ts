/**
 * Every page in every state, for the eye and for the checks that need a browser: `npx tsx test/support/preview.ts [folder]`
 * leaves HTML and screenshots in the folder (a temporary one by default) and exits 1 when a check fails.
 */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { pageStates } from './page-states.js';
import { renderPage } from './render-page.js';

const PUBLIC_FOLDER = fileURLToPath(new URL('../../public/', import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const CONTENT_TYPES: Record<string, string> = {
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.js': 'text/javascript',
};
const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'";
const SHOTS = [360, 1280];
const WIDTHS = [320, 360, 768, 1024, 1280];
const THEMES = ['light', 'dark'] as const;

const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'entrance-pages-'));
const problems: string[] = [];
const only = process.argv[3];
const states = pageStates.filter(({ name }) => only === undefined || name.startsWith(only));
const pages = new Map<string, string>();
for (const state of states) {
  for (const theme of THEMES) {
    const html = await renderPage(state, theme);
    pages.set(`/${state.name}.${theme}.html`, html);
    writeFileSync(join(folder, `${state.name}.${theme}.html`), html);
  }
}

const server = createServer((request, response) => {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  const page = pages.get(path);
  const file = /^\/admin\/assets\/((?:icons\/)?[a-z]+\.\w+)$/.exec(path)?.[1];
  if (page !== undefined) {
    response.writeHead(200, { 'Content-Type': 'text/html', 'Content-Security-Policy': CSP }).end(page);
  } else if (file !== undefined) {
    response
      .writeHead(200, { 'Content-Type': CONTENT_TYPES[extname(file)] })
      .end(readFileSync(PUBLIC_FOLDER + file));
  } else {
    response.writeHead(404).end();
  }
});
await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
for (const path of pages.keys()) await look(browser, path);
await browser.close();
server.close();

console.log(`${pages.size} pages in ${folder}`);
for (const problem of problems) console.log(`- ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;

async function look(browser: Browser, path: string): Promise<void> {
  const page = await browser.newPage({ bypassCSP: false });
  const name = basename(path, '.html');
  page.on('console', (message) => message.type() === 'error' && problems.push(`${name}: ${message.text()}`));
  page.on('pageerror', (error) => problems.push(`${name}: ${error.message}`));
  await page.goto(`http://localhost:${port}${path}`);
  for (const width of SHOTS) {
    await page.setViewportSize({ width, height: 800 });
    await page.screenshot({ path: join(folder, `${name}.${width}.png`), fullPage: true });
    await checkAxe(page, `${name} at ${width}`);
  }
  await checkWidths(page, name);
  await page.evaluate(() => document.documentElement.style.setProperty('font-size', '32px'));
  await checkWidths(page, `${name} with 200 % text`);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.screenshot({ path: join(folder, `${name}.large-text.png`), fullPage: true });
  await page.close();
}

async function checkAxe(page: Page, where: string): Promise<void> {
  const results = await page.evaluate(
    async (source) => {
      // biome-ignore lint/security/noGlobalEval: the page's CSP forbids a script element; the debugger's evaluation may
      if (!('axe' in window)) globalThis.eval(source);
      const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } }; // what the source defines
      return axe.run();
    },
    AXE,
  );
  for (const { id, nodes } of results.violations) {
    problems.push(`${where}: axe ${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  }
}

async function checkWidths(page: Page, where: string): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    const scrolls = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (scrolls > 0) problems.push(`${where}: ${scrolls} px too wide at ${width}`);
  }
}
