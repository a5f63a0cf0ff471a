import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Agent as TestAgent } from 'supertest';
import request from 'supertest';
import type { Persona } from '../../demo/personas.js';
import { type SimulatedMicrosoft, startSimulatedMicrosoft } from '../../demo/simulator/simulator.js';
import {
  LOCAL_ADMIN,
  REDIRECT_URI,
  SESSION_COOKIE,
  startTestEntrance,
  storeKinds,
  type TestEntrance,
} from '../support/entrance.js';
import { signInThrough } from '../support/microsoft.js';
import { wordsOf } from '../support/words-of.js';

const LINK = '/admin/account/link/entra';

const root: Persona = {
  id: 'root',
  name: 'Root at Microsoft',
  story: '',
  oid: '0e7a0c11-0000-4000-8000-0000000000a1',
  username: LOCAL_ADMIN.email,
  email: LOCAL_ADMIN.email,
};

let microsoft: SimulatedMicrosoft;
beforeAll(async () => {
  microsoft = await startSimulatedMicrosoft({ redirectUris: [REDIRECT_URI] });
  microsoft.addPersona(root);
});
afterAll(() => microsoft.close());

describe.each(storeKinds)('linking a local account, on %s', (store) => {
  let entrance: TestEntrance;
  beforeEach(async () => {
    entrance = await startTestEntrance({ store, microsoft });
  });
  afterEach(() => entrance.close());

  async function signInLocally(): Promise<TestAgent> {
    const browser = entrance.browser();
    await tryPassword(browser).expect(303);
    return browser;
  }

  const tryPassword = (browser: TestAgent) =>
    browser
      .post('/admin/login')
      .type('form')
      .send({ email: LOCAL_ADMIN.email, password: LOCAL_ADMIN.password });
  const local = () => entrance.deps.directory.findByEmail(LOCAL_ADMIN.email);

  /** Begins in this browser and walks through Microsoft; gives the callback without following it. */
  async function callbackOf(browser: TestAgent, persona = 'root'): Promise<string> {
    const page = await browser.post(LINK).expect(200);
    const url = /^0; url=(.*)$/.exec(String(page.headers.refresh))?.[1] ?? '';
    expect(page.text).toContain(`href="${url.replaceAll('&', '&amp;')}"`);
    const { pathname, search } = await signInThrough(url, persona);
    return pathname + search;
  }

  async function link(browser: TestAgent, persona = 'root') {
    const answer = await browser.get(await callbackOf(browser, persona)).expect(303);
    const location = String(answer.headers.location);
    return { location, page: (await browser.get(location)).text };
  }

  test('gives it the identity, and takes its password and its other sessions', async () => {
    const elsewhere = await signInLocally();
    const browser = await signInLocally();
    const before = await local();
    const cookie = browser.jar.getCookie(SESSION_COOKIE, {
      domain: '127.0.0.1',
      path: '/',
      secure: false,
      script: false,
    });
    expect((await browser.get('/admin/account').expect(200)).text).toContain('Link Microsoft account');

    const { location, page } = await link(browser);
    expect(location).toBe('/admin/account');
    expect(page).toContain('Your account is linked');
    expect(page).not.toContain('Link Microsoft account');
    const after = await local();
    expect(after).toMatchObject({
      id: before?.id,
      provider: 'entra',
      providerId: root.oid,
      providerScope: microsoft.tenantId,
      roles: [{ name: 'platform_admin', origin: 'manual' }],
    });
    expect(await entrance.deps.directory.findPasswordHash(after?.id ?? '')).toBeUndefined();

    await browser.get('/admin/users').expect(200);
    const now = browser.jar.getCookie(SESSION_COOKIE, {
      domain: '127.0.0.1',
      path: '/',
      secure: false,
      script: false,
    });
    expect(now?.value).not.toBe(cookie?.value);
    await request(entrance.app).get('/auth/me').set('Cookie', `entrance=${cookie?.value}`).expect(401);
    await elsewhere.get('/auth/me').set('Accept', 'application/json').expect(401);
    await tryPassword(entrance.browser()).expect(401);
    const again = await entrance.signIn('root');
    await again.get('/admin/users').expect(200);

    const { events } = await entrance.deps.audit.list({ action: 'user-link', limit: 10 });
    expect(events).toMatchObject([{ event: { outcome: 'success' }, entrance: { provider: 'entra' } }]);
  });

  test('a callback that is repeated afterwards leads to the console', async () => {
    const browser = await signInLocally();
    const callback = await callbackOf(browser);
    await browser.get(callback).expect(303);
    expect((await browser.get(callback).expect(303)).headers.location).toBe('/admin');
  });

  test('without the session that began it nothing is linked', async () => {
    const browser = await signInLocally();
    const callback = await callbackOf(browser);
    const end = await entrance.token('sessions:write', 'admins:write');
    await request(entrance.app)
      .delete(`/auth/users/${(await local())?.id}/sessions`)
      .set('Authorization', `Bearer ${end}`);
    expect((await browser.get(callback).expect(303)).headers.location).toBe('/admin/account');
    await browser.get('/admin/account').expect(303);
    expect((await local())?.provider).toBe('local');
  });

  test('nor in the session of somebody else', async () => {
    const browser = await signInLocally();
    const callback = await callbackOf(browser);
    await browser.post('/admin/logout').expect(303);
    await browser.get(await entrance.callbackFor(browser, 'admin')).expect(303);
    const { headers } = await browser.get(callback).expect(303);
    expect(headers.location).toBe('/admin/account');
    expect((await browser.get('/admin/account')).text).toContain('can’t be completed here');
    expect((await local())?.provider).toBe('local');
    expect(
      await entrance.deps.directory.findByIdentity({
        provider: 'entra',
        providerScope: microsoft.tenantId,
        providerId: root.oid,
      }),
    ).toBeUndefined();
  });

  test('another site can’t begin it, nor a GET, nor who isn’t signed in, nor an account that is linked', async () => {
    const browser = await signInLocally();
    await browser.post(LINK).set('Sec-Fetch-Site', 'cross-site').expect(403);
    await browser.get(LINK).expect(404);
    expect((await entrance.browser().post(LINK).expect(303)).headers.location).toBe(
      '/admin/login?error=session_ended',
    );
    const linked = await entrance.signIn('admin');
    await linked.post(LINK).expect(409);
    expect((await linked.get('/admin/account')).text).not.toContain('Link Microsoft account');
    await browser.post('/admin/account/link/okta').expect(404);
  });

  test('an identity that somebody else holds isn’t linked, and the page says so', async () => {
    await entrance.signIn('admin');
    const browser = await signInLocally();
    const { location, page } = await link(browser, 'admin');
    expect(location).toBe('/admin/account');
    expect(page).toContain('belongs to another account here');
    expect((await local())?.provider).toBe('local');
    await browser.get('/admin/users').expect(200);
    const { events } = await entrance.deps.audit.list({ action: 'user-link', limit: 10 });
    expect(events).toMatchObject([{ event: { outcome: 'failure', reason: 'identity_taken' } }]);
    expect(wordsOf((await browser.get('/admin/audit')).text)).toContain(
      'A link of Amara Okafor to Microsoft was refused',
    );
  });

  test.each([
    ['other-tenant', 'can’t sign in here'],
    ['untrusted-domain', 'allowed organisation'],
    ['guest', 'verified'],
    ['no-email', 'email address'],
    ['microsoft-down', 'Microsoft'],
  ])('an identity that couldn’t sign in isn’t linked: %s', async (persona, words) => {
    const browser = await signInLocally();
    const { page } = await link(browser, persona);
    expect(page).toContain(words);
    expect((await local())?.provider).toBe('local');
    await tryPassword(entrance.browser()).expect(303);
  });

  test('an ordinary sign-in never links: the address of a local account stays its own', async () => {
    const browser = await signInLocally();
    const back = await browser.get(await entrance.callbackFor(browser, 'root')).expect(303);
    expect(back.headers.location).toBe('/admin/login?error=account_conflict');
    expect((await local())?.provider).toBe('local');
  });

  test('two browsers that link two identities at once: one wins', async () => {
    microsoft.addPersona({ ...root, id: 'other-root', oid: `${root.oid.slice(0, -1)}2` });
    const browsers = [await signInLocally(), await signInLocally()] as const;
    const callbacks = [await callbackOf(browsers[0]), await callbackOf(browsers[1], 'other-root')] as const;
    await Promise.all([browsers[0].get(callbacks[0]), browsers[1].get(callbacks[1])]);
    expect((await local())?.provider).toBe('entra');
    const { events } = await entrance.deps.audit.list({ action: 'user-link', outcome: 'success', limit: 10 });
    expect(events).toHaveLength(1);
  });

  test('an administrator unlinks it in the console, and it is claimed anew', async () => {
    await link(await signInLocally());
    const user = await local();
    const admin = await entrance.signIn('admin');
    const question = await admin.get(`/admin/users/${user?.id}/unlink`).expect(200);
    expect(question.text).toContain(`verified address ${LOCAL_ADMIN.email}`);
    await admin.post(`/admin/users/${user?.id}/unlink`).expect(303);
    expect(await local()).toMatchObject({ provider: 'entra', providerId: null });
    await tryPassword(entrance.browser()).expect(401);
    await entrance.signIn('root');
    expect(await local()).toMatchObject({ id: user?.id, providerId: root.oid });
  });

  test('nobody unlinks themselves in the console', async () => {
    const admin = await entrance.signIn('admin');
    const me = await entrance.deps.directory.findByEmail('amara.okafor@contoso.com');
    expect((await admin.get(`/admin/users/${me?.id}`)).text).not.toContain('/unlink');
    await admin.get(`/admin/users/${me?.id}/unlink`).expect(409);
    await admin.post(`/admin/users/${me?.id}/unlink`).expect(303);
    expect(
      (await entrance.deps.directory.findByEmail('amara.okafor@contoso.com'))?.providerId,
    ).not.toBeNull();
  });
});
