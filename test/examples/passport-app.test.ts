import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { exampleProject } from '../support/example-project.js';
import { freePort } from '../support/free-port.js';
import { type PackedPackage, packPackage } from '../support/packed-project.js';
import { type RunningProgram, startProgram } from '../support/start-program.js';

const ADMIN = { email: 'admin@acmecorp.com', password: 'plum harbour violin kites' };
const MIA = { id: 'c-17', username: 'mia', name: 'Mia Torres' };
const WINDOW = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

let packed: PackedPackage;
let running: RunningProgram;
let url: string;
beforeAll(async () => {
  packed = await packPackage();
  const passport = ['passport', 'passport-local', 'passport-strategy'];
  const types = passport.map((name) => `@types/${name}`);
  const cwd = await exampleProject(packed, 'passport-app', [...passport, ...types]);
  const port = String(await freePort());
  url = `http://localhost:${port}`;
  const env = {
    PORT: port,
    ENTRANCE_BASE_URL: url,
    ENTRANCE_PLATFORM_ADMIN_EMAIL: ADMIN.email,
    ENTRANCE_PLATFORM_ADMIN_PASSWORD: ADMIN.password,
  };
  running = await startProgram([process.execPath, 'server.js'], { cwd, env });
});
afterAll(async () => {
  running?.stop();
  await packed.remove();
});

/** A browser with its cookies. */
function createBrowser() {
  const cookies = new Map<string, string>();

  async function ask(path: string, init: RequestInit = {}) {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    const answer = await fetch(url + path, {
      ...init,
      headers: { ...init.headers, cookie },
      redirect: 'manual',
    });
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  }
  const post = (path: string, form: Readonly<Record<string, string>> = {}) =>
    ask(path, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: { origin: url, 'sec-fetch-site': 'same-origin' },
    });
  return {
    cookies,
    post,
    enterShop: (password = 'seven quiet lanterns') => post('/login', { username: MIA.username, password }),
    enterBackOffice: () => post('/admin/login', ADMIN),
    async sees(path: string): Promise<unknown> {
      const answer = await ask(path);
      return answer.status === 200 ? answer.json() : answer.status;
    },
  };
}

const ofMia = { customer: MIA, orders: expect.any(Array) };
const ofAdministrator = { administrator: 'Platform Administrator', open: expect.any(Array) };

test('customers sign in as before, with the right password alone', async () => {
  const browser = createBrowser();
  expect((await browser.enterShop('wrong')).headers.get('location')).toBe('/login');
  expect(await browser.sees('/orders')).toBe(302);
  expect((await browser.enterShop()).headers.get('location')).toBe('/orders');
  expect(await browser.sees('/orders')).toEqual(ofMia);
  expect([...browser.cookies.keys()]).toEqual(['shop.sid']);
});

test('a customer is nobody in the back office', async () => {
  const browser = createBrowser();
  await browser.enterShop();
  expect(await browser.sees('/back-office')).toBe(401);
  const cookie = `shop.sid=${browser.cookies.get('shop.sid')}`;
  const sent = await request(url).get('/back-office').set(WINDOW).set('cookie', cookie).expect(303);
  expect(sent.headers.location).toBe('/admin/login?next=%2Fback-office');
});

test('an administrator is nobody in the shop', async () => {
  const browser = createBrowser();
  await browser.enterBackOffice();
  expect(await browser.sees('/back-office')).toEqual(ofAdministrator);
  expect(await browser.sees('/orders')).toBe(302);
  expect(await browser.sees('/')).toEqual({ customer: null });
  expect([...browser.cookies.keys()]).not.toContain('shop.sid');
});

test('an administrator’s sign-in leaves the customer’s session, cookie and request.user as they are', async () => {
  const browser = createBrowser();
  await browser.enterShop();
  const session = browser.cookies.get('shop.sid');
  await browser.enterBackOffice();
  expect(await browser.sees('/back-office')).toEqual(ofAdministrator);
  expect(await browser.sees('/orders')).toEqual(ofMia);
  expect(await browser.sees('/')).toEqual({ customer: MIA.name });
  expect(browser.cookies.get('shop.sid')).toBe(session);
});

test('signing out of the shop doesn’t sign out of the back office', async () => {
  const browser = createBrowser();
  await browser.enterShop();
  await browser.enterBackOffice();
  await browser.post('/logout');
  expect(await browser.sees('/orders')).toBe(302);
  expect(await browser.sees('/back-office')).toEqual(ofAdministrator);
});

test('signing out of the back office doesn’t sign out of the shop', async () => {
  const browser = createBrowser();
  await browser.enterShop();
  await browser.enterBackOffice();
  await browser.post('/admin/logout');
  expect(await browser.sees('/back-office')).toBe(401);
  expect(await browser.sees('/orders')).toEqual(ofMia);
});
