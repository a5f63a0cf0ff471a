import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import express from 'express';
import type { Browser, Page } from 'playwright-core';
import { assembleEntrance } from '#entrance/entrance.js';
import { LOCAL_ADMIN, startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { freePort } from '../support/free-port.js';
import { collectComplaints, launchChromium } from '../support/page-checks.js';

/** What stands behind # is known to the browser alone, and signing in leads back to it all the same. */

let entrance: TestEntrance;
let server: Server;
let browser: Browser;
let origin: string;
beforeAll(async () => {
  const port = await freePort();
  origin = `http://localhost:${port}`;
  entrance = await startTestEntrance({ settings: { BASE_URL: origin } });
  const { requireSession, routes } = assembleEntrance(entrance.deps);
  const app = express().use(routes);
  app.use('/reports', requireSession, (_request, response) => void response.send('<h1>Reports</h1>'));
  server = app.listen(port, 'localhost');
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  server.closeAllConnections();
  server.close();
  await entrance.close();
});

async function open(path: string, javaScriptEnabled = true) {
  const page = await (await browser.newContext({ javaScriptEnabled })).newPage();
  const complaints = collectComplaints(page);
  await page.goto(origin + path);
  expect(new URL(page.url()).pathname).toBe('/admin/login');
  return { page, complaints };
}

async function continueWithMicrosoft(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Continue with Microsoft' }).click();
  await page.getByRole('button', { name: 'Amara Okafor' }).click();
  await page.getByRole('heading', { name: 'Reports' }).waitFor();
}

async function signInLocally(page: Page, password: string): Promise<void> {
  const summary = page.getByText('Sign in with a local account');
  if (!(await page.getByLabel('Password').isVisible())) await summary.click();
  await page.getByLabel('Email').fill(LOCAL_ADMIN.email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

describe.each(['/reports#/orders/7', '/reports?a=1&b=%26#/orders/7?tab=2&x=%26', '/reports#é'])(
  '%s',
  (path) => {
    const whole = () => new URL(path, origin).href;

    test('after Microsoft', async () => {
      const { page, complaints } = await open(path);
      expect(complaints).toEqual([]);
      await continueWithMicrosoft(page);
      expect(page.url()).toBe(whole());
    });

    test('after the local account, a wrong password and the choice of a theme included', async () => {
      const { page } = await open(path);
      await page.getByRole('button', { name: 'Dark' }).click();
      await page.locator('[data-theme="dark"]').waitFor();
      await signInLocally(page, 'not it');
      await page.getByText('don’t match').waitFor();
      await signInLocally(page, LOCAL_ADMIN.password);
      await page.getByRole('heading', { name: 'Reports' }).waitFor();
      expect(page.url()).toBe(whole());
    });
  },
);

test('without scripts it leads to the page', async () => {
  const { page } = await open('/reports?a=1#/orders/7', false);
  await continueWithMicrosoft(page);
  expect(new URL(page.url()).search).toBe('?a=1');
});

test('what would make the address too long is left out', async () => {
  const { page } = await open(`/reports?a=1#${'x'.repeat(2_100)}`);
  await continueWithMicrosoft(page);
  expect(new URL(page.url()).search).toBe('?a=1');
});

test('a place of the sign-in page itself isn’t taken along', async () => {
  const { page } = await open('/reports?a=1#main');
  await continueWithMicrosoft(page);
  expect(new URL(page.url()).hash).not.toContain('main');
});
