import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import request from 'supertest';
import { githubPersonas } from '../../demo/simulator/github-personas.js';
import { googlePersonas } from '../../demo/simulator/google-personas.js';
import { freePort } from '../support/free-port.js';
import { signInThrough } from '../support/microsoft.js';
import { collectComplaints, findBarriers, launchChromium } from '../support/page-checks.js';
import { rolesIn } from '../support/shaped-provider.js';

/** The demo as a visitor meets it: the server that `npm run demo` starts once it is built, in a real browser. */

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

let demo: ChildProcess;
let output = '';
let baseUrl: string;
let browser: Browser;

beforeAll(async () => {
  const port = await freePort();
  baseUrl = `http://localhost:${port}`;
  demo = spawn(`${ROOT}node_modules/.bin/tsx`, ['demo/start.ts'], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? '', PORT: `${port}` },
  });
  await new Promise<void>((resolve, reject) => {
    const listen = (chunk: Buffer) => {
      output += chunk;
      if (output.includes('Ctrl+C ends it')) resolve();
    };
    demo.stdout?.on('data', listen);
    demo.stderr?.on('data', listen);
    demo.once('exit', () => reject(new Error(output)));
  });
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
  const ended = once(demo, 'exit');
  demo.kill('SIGTERM');
  await ended;
});

async function continueAs(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name: 'Continue with Microsoft' }).click();
  await page.getByText('Simulated Microsoft sign-in').waitFor();
  await page.getByRole('button', { name }).click();
}

const heading = (page: Page) => page.getByRole('heading', { level: 1 }).textContent();
const withoutSpaces = (text: string | null) => text?.trim();

describe.each([
  ['with scripts', true],
  ['without any script', false],
])('an administrator, %s', (_, javaScriptEnabled) => {
  test('continues with Microsoft, finds a person, disables and enables them, and signs out', async () => {
    const context = await browser.newContext({ javaScriptEnabled, viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    const complaints = collectComplaints(page);
    await page.goto(`${baseUrl}/admin/login`);
    await continueAs(page, 'Amara Okafor');
    await page.waitForURL(`${baseUrl}/admin`);
    expect(withoutSpaces(await heading(page))).toBe('Dashboard');
    await page.getByRole('navigation').getByRole('link', { name: 'Users' }).click();

    await page.getByRole('searchbox').fill('ingrid');
    await page.keyboard.press('Enter');
    await page.waitForURL(/q=ingrid/);
    await page
      .getByRole('link', { name: /Ingrid/ })
      .first()
      .click();
    await page.getByRole('link', { name: /Disable/ }).click();
    await page.getByRole('button', { name: /Disable/ }).click();
    await page.getByText('Disabled', { exact: true }).first().waitFor();
    await page.getByRole('button', { name: /Enable/ }).click();
    await page.getByText('Active', { exact: true }).first().waitFor();

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(`${baseUrl}/admin/signed-out`);
    await page.goto(`${baseUrl}/admin/users?q=ingrid`);
    expect(page.url()).toContain('/admin/login?next=');
    expect(complaints).toEqual([]);
    await context.close();
  });
});

test('signing out at Microsoft ends the session here, through a frame that nobody sees', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${baseUrl}/admin/login`);
  await continueAs(page, 'Amara Okafor');
  await page.waitForURL(`${baseUrl}/admin`);

  const elsewhere = await context.newPage();
  const complaints = collectComplaints(elsewhere);
  const told = elsewhere.waitForResponse((response) =>
    response.url().includes('/auth/sso/logout/entra?sid='),
  );
  await elsewhere.goto(/^ {4}(http\S+\/logout)$/m.exec(output)?.[1] ?? '');
  expect((await told).status()).toBe(200);
  await elsewhere.frameLocator('iframe').locator('body').waitFor({ state: 'attached' });
  expect(complaints).toEqual([]);

  await page.reload();
  expect(page.url()).toContain('/admin/login?next=');
  await context.close();
});

describe.each([
  ['with scripts', true],
  ['without any script', false],
])('Setup and people who come, %s', (_, javaScriptEnabled) => {
  test('a test sign-in shows the claims, and signs nobody in', async () => {
    const context = await browser.newContext({ javaScriptEnabled });
    const page = await context.newPage();
    const complaints = collectComplaints(page);
    await page.goto(`${baseUrl}/admin/login`);
    await continueAs(page, 'Amara Okafor');
    await page.waitForURL(`${baseUrl}/admin`);
    await page.goto(`${baseUrl}/admin/setup`);
    await page.getByRole('button', { name: 'Test sign-in with Microsoft Entra ID' }).click();
    await page.getByText('Simulated Microsoft sign-in').waitFor();
    await page.getByRole('button', { name: 'Jonas Lindqvist' }).click();
    await page.getByRole('heading', { name: 'Claims that arrived' }).waitFor();
    expect(withoutSpaces(await heading(page))).toBe('Test sign-in with Microsoft');
    await page.getByText('jonas.lindqvist@fabrikam.com').first().waitFor();
    await page.getByRole('link', { name: 'Amara Okafor' }).first().waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('are added from a file, and decided about', async () => {
    const context = await browser.newContext({ javaScriptEnabled });
    const page = await context.newPage();
    const complaints = collectComplaints(page);
    await page.goto(`${baseUrl}/admin/login`);
    await continueAs(page, 'Amara Okafor');
    await page.waitForURL(`${baseUrl}/admin`);
    const email = `added-${javaScriptEnabled ? 'with' : 'without'}-scripts@contoso.com`;
    await page.goto(`${baseUrl}/admin/users`);
    await page.getByRole('link', { name: 'Add people' }).click();
    await page.getByLabel('File', { exact: true }).setInputFiles({
      name: 'people.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(`email;full_name\r\n${email};"Jörg ""J"" Müller"\r\n`),
    });
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByRole('button', { name: 'Add them' }).click();
    await page.getByText('1 person is added').waitFor();
    await page.getByRole('link', { name: 'Jörg "J" Müller' }).first().waitFor();

    await page.getByRole('link', { name: /^Approvals/ }).click();
    await page.getByRole('link', { name: 'Reject Oluwaseun Adeyemi' }).click();
    await page.getByLabel('What to tell them').fill('Not yet');
    await page.getByRole('link', { name: 'Cancel' }).click();
    expect(withoutSpaces(await heading(page))).toBe('Approvals');
    expect(complaints).toEqual([]);
    await context.close();
  });
});

test('each live page of the console is free of barriers that axe-core finds', async () => {
  const page = await browser.newPage({ viewport: { width: 360, height: 800 } });
  await page.goto(`${baseUrl}/admin/login`);
  expect(await findBarriers(page)).toEqual([]);
  await continueAs(page, 'Amara Okafor');
  await page.waitForURL(`${baseUrl}/admin`);
  expect(await findBarriers(page)).toEqual([]);
  await page.goto(`${baseUrl}/admin/users?q=ingrid`);
  await page
    .getByRole('link', { name: /Ingrid/ })
    .first()
    .click();
  expect(await findBarriers(page)).toEqual([]);
  await page.close();
});

test.each([
  ['Jonas Lindqvist', /signed in, but can’t open this/],
  ['Lena Fischer', /domain|organisation/i],
  ['Marek Nowak', /disabled/i],
  ['Oluwaseun Adeyemi', /has to let you in first[\s\S]*Who was asked/],
  ['Greta Holm', /Contractors use the partner gateway/],
])('%s reads why, and can go on as somebody else', async (name, reason) => {
  const page = await browser.newPage();
  await page.goto(`${baseUrl}/admin/login`);
  await continueAs(page, name);
  await page.waitForURL(/\/admin(\/login\?error=\w+)?$/);
  expect(await page.getByRole('main').textContent()).toMatch(reason);
  await page.goto(`${baseUrl}/admin/login`);
  await continueAs(page, 'Amara Okafor');
  await page.waitForURL(`${baseUrl}/admin`);
  await page.close();
});

describe('people of the other stand-ins', () => {
  /** Where somebody lands, over HTTP, and with which roles. */
  async function land(provider: string, persona: string) {
    const visitor = request.agent(baseUrl);
    const begun = await visitor.get(`/auth/sso/login/${provider}`).expect(302);
    const answer = await signInThrough(String(begun.headers.location), persona);
    const { headers } = await visitor.get(answer.pathname + answer.search).expect(303);
    return { location: String(headers.location), visitor };
  }

  test.each([
    ['google', 'google-admin', ['platform_admin']],
    ['github', 'github-admin', ['platform_admin', 'platform_viewer']],
    ['github', 'github-viewer', ['platform_viewer']],
  ])('%s: %s lands in the console', async (provider, persona, roles) => {
    const { location, visitor } = await land(provider, persona);
    expect(location).toBe('/admin');
    expect(await rolesIn(visitor)).toEqual(roles);
    await visitor.get('/admin').expect(200);
  });

  test('Google: an account that its organisation doesn’t manage is refused, whatever its address is', async () => {
    const { location, visitor } = await land('google', 'google-unmanaged');
    expect(location).toBe('/admin/login?error=domain_not_trusted');
    const page = await visitor.get(location);
    expect(page.text).toContain('that account isn’t of an organisation that this console admits');
  });

  test('the terminal tells of each of them', () => {
    const told = output.replaceAll(/ +/g, ' ');
    for (const { name, story } of [...googlePersonas, ...githubPersonas])
      expect(told).toContain(`\n ${name} ${story}\n`);
  });

  test('their pages say that they are simulations, ask each time who signs in, and lead back', async () => {
    const page = await browser.newPage({ viewport: { width: 360, height: 800 } });
    const complaints = collectComplaints(page);
    await page.goto(`${baseUrl}/admin/login`);
    await page.getByRole('link', { name: 'Continue with Google' }).click();
    await page.getByRole('button', { name: 'Kenji Mori' }).click();
    await page.waitForURL(`${baseUrl}/admin/login?error=domain_not_trusted`);
    for (const vendor of ['Google', 'GitHub']) {
      await page.getByRole('link', { name: `Continue with ${vendor}` }).click();
      await page.getByText(`Simulated ${vendor} sign-in`).waitFor();
      expect(await page.getByText('You were asked for').count()).toBe(0);
      await page.getByRole('button', { name: 'Cancel signing in' }).click();
      await page.waitForURL(`${baseUrl}/admin/login?error=sso_cancelled`);
    }
    expect(complaints).toEqual([]);
    await page.close();
  });
});

test('the local administrator gets in with what the terminal says', async () => {
  const page = await browser.newPage();
  await page.goto(`${baseUrl}/admin/login`);
  await page.getByText('Sign in with a local account').click();
  await page.getByLabel('Email').fill(/Email {5}(\S+)/.exec(output)?.[1] ?? '');
  await page.getByLabel('Password').fill(/Password {2}(\S+)/.exec(output)?.[1] ?? '');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${baseUrl}/admin`);
  await page.close();
});

/** Last, since the operator has no password any more afterwards. */
test('the local operator links a Microsoft account without a script, and the policy lets the form lead there', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const complaints = collectComplaints(page);
  await page.goto(`${baseUrl}/admin/login`);
  await page.getByText('Sign in with a local account').click();
  await page.getByLabel('Email').fill('operator@contoso.com');
  await page.getByLabel('Password').fill(/Password +(\w+)/.exec(output)?.[1] ?? '');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${baseUrl}/admin`);
  await page.getByRole('link', { name: 'Local Operator' }).first().click();
  await page.getByRole('button', { name: 'Link Microsoft account' }).click();
  await page.getByText('Simulated Microsoft sign-in').waitFor();
  await page.getByRole('button', { name: 'Hana Sato' }).click();
  await page.waitForURL(`${baseUrl}/admin/account`);
  await page.getByText('Your account is linked').waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});
