import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { collectComplaints, launchChromium } from '../support/page-checks.js';
import { type LiveConsole, serveConsole } from '../support/page-console.js';
import { findInvalidHtml } from '../support/valid-html.js';

/** What an administrator does in a browser that runs no script. */

/** Chromium says this of a form that is answered with what is wrong in it. */
const REFUSED_FORM = /the server responded with a status of 400/;

let entrance: TestEntrance;
let browser: Browser;
let live: LiveConsole;
let context: BrowserContext;
let page: Page;
let complaints: readonly string[];

beforeAll(async () => {
  entrance = await startTestEntrance();
  browser = await launchChromium();
  live = await serveConsole(entrance, browser);
  context = await live.signIn('admin', { javaScriptEnabled: false });
});
afterAll(async () => {
  await browser.close();
  live.close();
  await entrance.close();
});

beforeEach(async () => {
  page = await context.newPage();
  complaints = collectComplaints(page);
  live.pages.length = 0;
});
afterEach(async () => {
  expect(complaints.filter((text) => !REFUSED_FORM.test(text))).toEqual([]);
  expect(live.pages).not.toEqual([]);
  for (const { path, html } of live.pages)
    expect({ path, invalid: await findInvalidHtml(html) }).toEqual({ path, invalid: [] });
  await page.close();
});

const open = (path: string) => page.goto(live.origin + path);
const heading = async () => (await page.getByRole('heading', { level: 1 }).textContent())?.trim();
const notice = () => page.locator('.notice').first().textContent();
const press = (name: string | RegExp) => page.getByRole('button', { name }).first().click();
const follow = (name: string | RegExp) => page.getByRole('link', { name }).first().click();
const panel = (name: string) => page.getByRole('region', { name, exact: true });
const downloaded = async (name: string | RegExp) => {
  const started = page.waitForEvent('download');
  await follow(name);
  return (await started).suggestedFilename();
};

describe('without script', () => {
  test('the dashboard tells its chart as a table, and leads to the sessions', async () => {
    await open('/admin');
    await page.getByText('As a table').click();
    await page.getByRole('columnheader', { name: 'Day (UTC)' }).waitFor();
    await follow('Signed in now');
    expect(await heading()).toBe('Sessions');
  });

  test('Setup is checked, and shows the values to paste', async () => {
    await open('/admin/setup');
    await press('Check now');
    await page.getByText(/^\s*Checked/).waitFor();
    const uri = page.getByLabel('Redirect URI of Microsoft Entra ID', { exact: true });
    expect(await uri.inputValue()).toMatch(/\/auth\/sso\/callback\/entra$/);
    expect(await page.getByRole('button', { name: /^Copy/ }).count()).toBe(0);
  });

  test('sessions are searched and ended, one and all of a person', async () => {
    await entrance.signIn('no-role');
    await entrance.signIn('no-role');
    await open('/admin/sessions');
    await page.getByLabel('Person’s name or email').fill('lindqvist');
    await press('Search');
    await press(/^End the session of Jonas Lindqvist/);
    expect(await notice()).toContain('ended');
    await open('/admin/sessions?q=lindqvist');
    await follow('End all sessions of Jonas Lindqvist');
    expect(await heading()).toBe('End all sessions of Jonas Lindqvist?');
    await press('End all sessions');
    expect(await notice()).toContain('1 session ended.');
  });

  test('My account ends another session and keeps the theme', async () => {
    await entrance.signIn('admin');
    await open('/admin/account');
    await panel('Sessions').getByRole('button', { name: /^End/ }).first().click();
    expect(await heading()).toBe('My account');
    await page.getByRole('main').getByRole('button', { name: 'Dark' }).click();
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
  });

  test('roles lead to the people who have them', async () => {
    await open('/admin/roles');
    await page.getByRole('main').getByRole('link', { name: 'Amara Okafor' }).first().click();
    expect(await heading()).toContain('Amara Okafor');
  });
});

describe('without script, people', () => {
  test('are disabled together after one question', async () => {
    const people = ['Grace Hopper', 'Alan Turing'];
    for (const fullName of people) await entrance.addUser({ fullName });
    await open('/admin/users?sort=full_name');
    for (const name of people) await page.getByRole('checkbox', { name }).check();
    await page.getByLabel('With those chosen').selectOption('disable');
    await press('Continue');
    expect(await heading()).toBe('Disable 2 people?');
    await press('Disable accounts');
    expect(await notice()).toContain('Alan Turing and Grace Hopper are disabled');
  });

  test('get a role and a team until a day', async () => {
    const { id } = await entrance.addUser({ fullName: 'Edsger Dijkstra' });
    await open('/admin/teams');
    await page.getByLabel('Name', { exact: true }).fill('Semaphores');
    await press('Create team');
    await open(`/admin/users/${id}`);
    await page.getByText('Another role').click();
    await page.getByLabel('Name of another role').fill('auditor');
    const other = page.locator('details', { hasText: 'Another role' });
    await other.getByLabel('Last day').fill('2099-12-31');
    await other.getByRole('button', { name: 'Give' }).click();
    await press('Give “auditor”');
    expect(await notice()).toContain('until the end of 2099-12-31');
    await page.getByLabel('Team to add').selectOption({ label: 'Semaphores' });
    await panel('Teams').getByLabel('Last day').fill('2099-12-31');
    await press('Add to team');
    expect(await notice()).toContain('is in the team Semaphores, until the end of 2099-12-31');
  });

  test('are deleted by their name alone', async () => {
    const { id } = await entrance.addUser({ fullName: 'Barbara Liskov' });
    await open(`/admin/users/${id}`);
    await follow('Delete account');
    await page.getByLabel(/^Type “Barbara Liskov”/).fill('Barbara');
    await press('Delete account');
    await page.getByText('That isn’t the name. Nothing was deleted.').waitFor();
    await page.getByLabel(/^Type “Barbara Liskov”/).fill('barbara liskov');
    await press('Delete account');
    expect(await notice()).toContain('The account of Barbara Liskov is deleted.');
  });

  test('of one name are told apart, for a team and in the audit log', async () => {
    const maria = await entrance.addUser({ fullName: 'María García', email: 'maria@contoso.com' });
    await entrance.addUser({ fullName: 'María García', email: 'garcia@contoso.com' });
    await open('/admin/teams');
    await page.getByLabel('Name', { exact: true }).fill('Chosen');
    await press('Create team');
    await follow('Chosen');
    await page.getByLabel('Name or email').fill('garcia');
    await press('Add');
    await page.getByRole('radio', { name: /maria@contoso\.com/ }).check();
    await panel('Add a person').getByRole('button', { name: 'Add' }).click();
    expect(await notice()).toContain('María García is in the team.');
    await open('/admin/audit');
    await page.getByRole('searchbox').fill('garcia');
    await press('Search');
    await page.getByRole('radio', { name: /maria@contoso\.com/ }).check();
    await press('Show events');
    expect(new URL(page.url()).searchParams.get('user')).toBe(maria.id);
    await page.getByText('to the team “Chosen”').waitFor();
  });

  test('and events are exported', async () => {
    await open('/admin/users');
    expect(await downloaded('CSV')).toBe('users.csv');
    await open('/admin/audit');
    await follow('7 days');
    expect(await downloaded('Export CSV')).toMatch(/\.csv$/);
    expect(await downloaded('Export NDJSON')).toMatch(/\.ndjson$/);
  });
});
