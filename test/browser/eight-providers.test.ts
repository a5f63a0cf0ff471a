import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pino from 'pino';
import type { Browser, Page } from 'playwright-core';
import { type RunningServer, startServer } from '#entrance/server.js';
import { parseConfig } from '#entrance/settings.js';
import { type SimulatedGitHub, startSimulatedGitHub } from '../../demo/simulator/github.js';
import { type SimulatedMicrosoft, startSimulatedMicrosoft } from '../../demo/simulator/simulator.js';
import { LOCAL_ADMIN, usualSettings } from '../support/entrance.js';
import { freePort } from '../support/free-port.js';
import {
  collectComplaints,
  findBarriers,
  findSidewaysScrolling,
  launchChromium,
} from '../support/page-checks.js';

/* All providers that the product knows, of which two can be reached. */

const NAMES = ['Microsoft', 'Google', 'Okta', 'IBM Verify', 'Keycloak', 'GitHub', 'Authentik', 'Auth0'];

let microsoft: SimulatedMicrosoft;
let github: SimulatedGitHub;
let entrance: RunningServer;
let browser: Browser;
let origin: string;

beforeAll(async () => {
  const port = await freePort();
  origin = `http://localhost:${port}`;
  const callback = (id: string) => `${origin}/auth/sso/callback/${id}`;
  microsoft = await startSimulatedMicrosoft({ redirectUris: [callback('entra')] });
  github = await startSimulatedGitHub({ redirectUri: callback('github') });
  const unreachable = `http://127.0.0.1:${await freePort()}`;
  const client = (name: string, settings: Readonly<Record<string, string>> = {}) =>
    Object.fromEntries(
      Object.entries({
        ENABLED: 'true',
        CLIENT_ID: `client-${name.toLowerCase()}`,
        CLIENT_SECRET: 'q7Rk2mXv9TzL4bNc',
        ...settings,
      }).map(([setting, value]) => [`SSO_${name}_${setting}`, value]),
    );
  entrance = await startServer(
    parseConfig({
      ...usualSettings(microsoft),
      ...client('GOOGLE', { ISSUER: unreachable }),
      ...client('OKTA', { ISSUER: `${unreachable}/oauth2/default` }),
      ...client('IBM_VERIFY', { ISSUER: `${unreachable}/oauth2` }),
      ...client('KEYCLOAK', { BASE_URL: unreachable, REALM: 'staff' }),
      ...client('GITHUB', {
        URL: github.url,
        CLIENT_ID: github.clientId,
        CLIENT_SECRET: github.clientSecret,
      }),
      SSO_GENERIC_IDS: 'authentik,auth0',
      ...client('AUTHENTIK', { ISSUER: `${unreachable}/authentik` }),
      ...client('AUTH0', { ISSUER: `${unreachable}/auth0` }),
      BASE_URL: origin,
      PORT: `${port}`,
    }),
    { log: pino({ level: 'silent' }) },
  );
  await entrance.administratorReady;
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await entrance.close();
  await github.close();
  await microsoft.close();
});

async function newPage(colorScheme: 'light' | 'dark' = 'light', width = 1280): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
  return context.newPage();
}

test('the sign-in page offers all eight, without a barrier and at any width', async () => {
  for (const scheme of ['light', 'dark'] as const) {
    const page = await newPage(scheme, 360);
    const complaints = collectComplaints(page);
    await page.goto(`${origin}/admin/login`);
    const buttons = page.getByRole('link', { name: /^(Continue|Sign in) with / });
    const labels = await buttons.allInnerTexts();
    expect(labels.map((label) => label.replace(/^.* with /, '')).sort()).toEqual([...NAMES].sort());
    expect(await findBarriers(page)).toEqual([]);
    if (scheme === 'light') expect(await findSidewaysScrolling(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  }
});

test('an account is linked at two providers in a browser, and keeps its last way in', async () => {
  const page = await newPage();
  const complaints = collectComplaints(page);
  await page.goto(`${origin}/admin/login?stay`);
  await page.getByLabel('Email').fill(LOCAL_ADMIN.email);
  await page.getByLabel('Password').fill(LOCAL_ADMIN.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL(`${origin}/admin`);
  const unlinkLinks = page.getByRole('link', { name: /^Unlink/ });

  await page.goto(`${origin}/admin/account`);
  expect(await page.getByRole('button', { name: /^Link .* account$/ }).count()).toBe(NAMES.length);
  await page.getByRole('button', { name: 'Link Microsoft account' }).click();
  await page.getByRole('button', { name: 'Amara Okafor' }).click();
  await page.waitForURL(`${origin}/admin/account*`);
  expect(await unlinkLinks.count()).toBe(0);

  await page.getByRole('button', { name: 'Link GitHub account' }).click();
  await page.getByRole('button', { name: 'Noor Haddad' }).click();
  await page.waitForURL(`${origin}/admin/account*`);
  expect(await unlinkLinks.count()).toBe(2);
  expect(await page.getByRole('button', { name: /^Link .* account$/ }).count()).toBe(NAMES.length - 2);

  await unlinkLinks.last().click();
  await page.getByRole('button', { name: /^Unlink/ }).click();
  await page.waitForURL(`${origin}/admin/login*`); // the session was GitHub’s since it was linked
  await page.getByRole('link', { name: 'Continue with Microsoft' }).click();
  await page.getByRole('button', { name: 'Amara Okafor' }).click();
  await page.waitForURL(`${origin}/admin/account`);
  expect(await page.getByRole('heading', { name: 'Microsoft' }).count()).toBe(1);
  expect(await unlinkLinks.count()).toBe(0);
  expect(complaints).toEqual([]);
});
