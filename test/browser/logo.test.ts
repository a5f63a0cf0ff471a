import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import express from 'express';
import type { Browser } from 'playwright-core';
import { createAssets } from '#entrance/pages/assets.js';
import { securityHeaders } from '#entrance/pages/security-headers.js';
import { launchChromium } from '../support/page-checks.js';

/** Each script leaves a mark at the root element, and each reference asks the server for something. */
const HOSTILE = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="90" height="90" onload="document.documentElement.setAttribute('data-handler', '')">
  <style>@import "/loaded.css"; rect { fill: #080 }</style>
  <rect width="9" height="9"/>
  <image href="/loaded.png" width="1" height="1"/>
  <foreignObject width="9" height="9"><iframe xmlns="http://www.w3.org/1999/xhtml" src="/loaded.html"/></foreignObject>
  <script>document.documentElement.setAttribute('data-script', '')</script>
  <script href="/loaded.js"/>
</svg>`;
const MARKS = "document.documentElement.getAttributeNames().filter((name) => name.startsWith('data-'))";
const COLOUR = "getComputedStyle(document.querySelector('rect')).fill";
const PLAIN = { origin: 'http://localhost', path: '', secure: false };

let server: Server;
let browser: Browser;
let origin: string;
const asked: string[] = [];
const { routes, brandLogoPath = '' } = createAssets({
  name: 'Acme',
  logo: { contentType: 'image/svg+xml', bytes: Buffer.from(HOSTILE) },
});

beforeAll(async () => {
  const app = express().use(securityHeaders(PLAIN), routes);
  app.get('/page', (_request, response) => void response.send(`<img src="${brandLogoPath}">`));
  app.use(({ path }, response) => {
    asked.push(path);
    response.type('js').send("document.documentElement.setAttribute('data-file', '')");
  });
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // a TCP server's
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  server.closeAllConnections();
  server.close();
});

test('a hostile logo that is opened by its address is shown, and neither runs nor loads anything', async () => {
  const page = await browser.newPage();
  const answer = await page.goto(origin + brandLogoPath);
  expect(answer?.headers()['content-security-policy']).toMatch(/; sandbox$/);
  expect(await page.evaluate(MARKS)).toEqual([]);
  expect(await page.evaluate(COLOUR)).toBe('rgb(0, 136, 0)');
  expect(asked.filter((path) => path.startsWith('/loaded'))).toEqual([]);
});

test('a page of ours shows it as a picture', async () => {
  const page = await browser.newPage();
  await page.goto(`${origin}/page`);
  expect(await page.evaluate("document.querySelector('img').naturalWidth")).toBe(90);
});
