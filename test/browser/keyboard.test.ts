import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { collectComplaints, findBarriers, launchChromium } from '../support/page-checks.js';
import { type LiveConsole, serveConsole } from '../support/page-console.js';

/** What an administrator does by the keyboard alone. */

const MOST_TABS = 20;
const NAMES = ['Ada Lovelace', 'Edsger Dijkstra', 'Grace Hopper', 'Alan Turing', 'Barbara Liskov'];

let entrance: TestEntrance;
let live: LiveConsole;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  entrance = await startTestEntrance();
  for (const fullName of NAMES)
    await entrance.addUser({ fullName, email: `${fullName.split(' ').reverse().join('.')}@contoso.com` });
  await entrance.token('users:read');
  browser = await launchChromium();
  live = await serveConsole(entrance, browser);
  context = await live.signIn('admin');
});

afterAll(async () => {
  await browser.close();
  live.close();
  await entrance.close();
});

/** A page, with a count of the presses of Tab since its skip link. */
async function open(path: string) {
  const page = await context.newPage();
  const complaints = collectComplaints(page);
  await page.goto(live.origin + path);
  const focused = () =>
    page.evaluate<string>(
      "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim().replace(/\\s+/g, ' ')",
    );
  /** Takes the skip link, then presses Tab until something is in focus. */
  const reach = async (label: RegExp) => {
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to content');
    await page.keyboard.press('Enter');
    return goOn(label);
  };
  const goOn = async (label: RegExp) => {
    const met: string[] = [];
    while (met.length < MOST_TABS) {
      await page.keyboard.press('Tab');
      met.push(await focused());
      if (label.test(met.at(-1) ?? '')) return met.length;
    }
    throw new Error(`${label} isn’t among the first ${MOST_TABS}: ${met.join(', ')}`);
  };
  const enter = async () => {
    const loaded = page.waitForEvent('load');
    await page.keyboard.press('Enter');
    await loaded;
  };
  return { page, complaints, reach, goOn, enter, focused };
}

const heading = (page: Page) => page.getByRole('heading', { level: 1 }).textContent();

test('somebody is found by surname and disabled', async () => {
  const { page, complaints, reach, goOn, enter } = await open('/admin/users');
  await reach(/^Words of a name/);
  await page.keyboard.type('hopper');
  await enter();
  await reach(/^Grace Hopper$/);
  await enter();
  expect(await heading(page)).toContain('Grace Hopper');
  await reach(/^Danger zone$/);
  await page.keyboard.press('Enter');
  await goOn(/^Disable account$/);
  await enter();
  expect(await heading(page)).toBe('Disable Grace Hopper?');
  await reach(/^Disable account$/);
  await enter();
  expect(await page.getByRole('status').first().textContent()).toContain('Grace Hopper is disabled');
  expect(complaints).toEqual([]);
  await page.close();
});

test('an API token is revoked', async () => {
  const { page, reach, enter } = await open('/admin/tokens');
  await reach(/^Revoke test$/);
  await enter();
  await reach(/^Revoke token$/);
  await enter();
  expect(await page.getByRole('status').first().textContent()).toContain('is revoked');
  await page.close();
});

test('the audit log of the last week is exported', async () => {
  const { page, reach, enter } = await open('/admin/audit');
  await reach(/^7 days$/);
  await enter();
  expect(new URL(page.url()).searchParams.get('from')).toMatch(/^\d{4}-\d\d-\d\d$/);
  await reach(/^Export CSV$/);
  const exported = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  const download = await exported;
  expect(download.url()).toBe(`${live.origin}/admin/audit/export/csv${new URL(page.url()).search}`);
  await page.close();
});

test('one of two people of the same name is chosen for a team', async () => {
  await entrance.addUser({ fullName: 'María García', email: 'maria@contoso.com' });
  await entrance.addUser({ fullName: 'María García', email: 'garcia@contoso.com' });
  const { page, complaints, reach, goOn, enter } = await open('/admin/teams');
  await page.getByLabel('Name', { exact: true }).fill('Chosen');
  await enter();
  await reach(/^Chosen$/);
  await enter();
  await reach(/^Add$/);
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.type('garcia');
  await enter();
  expect(await page.locator(':focus').getAttribute('name')).toBe('user');
  await page.keyboard.press('ArrowDown');
  await enter();
  expect(await page.getByRole('status').first().textContent()).toContain('María García is in the team.');
  await goOn(/^María García$/);
  expect(complaints).toEqual([]);
  await page.close();
});

test('/ leads to the search, and stays a letter in a field', async () => {
  const { page, focused } = await open('/admin/users');
  await page.keyboard.press('/');
  expect(await focused()).toMatch(/^Words of a name/);
  await page.keyboard.type('a/b');
  const search = page.getByRole('searchbox');
  expect(await search.inputValue()).toBe('a/b');
  expect(await search.getAttribute('aria-keyshortcuts')).toBe('/');
  await page.close();
});

test('errors keep the navigation, and the current section is in view on a phone', async () => {
  const { page } = await open('/admin/teams/nothing');
  expect(await page.getByRole('navigation', { name: 'Console' }).getByRole('link').count()).toBeGreaterThan(
    4,
  );
  await page.setViewportSize({ width: 320, height: 700 });
  await page.goto(`${live.origin}/admin/audit`);
  const current = page.locator('.sections [aria-current]');
  const place = await current.boundingBox();
  expect(place?.x).toBeGreaterThanOrEqual(0);
  expect((place?.x ?? 0) + (place?.width ?? 0)).toBeLessThanOrEqual(320);
  expect(await findBarriers(page)).toEqual([]);
  await page.close();
});

test('a person takes two lines on a phone', async () => {
  const { page } = await open('/admin/users');
  await page.setViewportSize({ width: 360, height: 700 });
  for (const row of await page.locator('.people tbody tr').all())
    expect((await row.boundingBox())?.height).toBeLessThan(80);
  await page.close();
});

test.each([true, false])(
  'the sign-in page loads in three requests (scripts: %p)',
  async (javaScriptEnabled) => {
    const stranger = await browser.newContext({ javaScriptEnabled });
    const page = await stranger.newPage();
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(`${live.origin}/admin/login`, { waitUntil: 'networkidle' });
    expect(requests.length).toBeLessThanOrEqual(3);
    await page.getByText('Sign in with a local account').click();
    await page.getByLabel('Email').fill('nobody@contoso.com');
    await page.getByLabel('Password').fill('no password at all');
    await page.keyboard.press('Enter');
    await page.getByText('don’t match').waitFor();
    await stranger.close();
  },
);
