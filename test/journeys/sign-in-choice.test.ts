import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Express } from 'express';
import request from 'supertest';
import { createApp } from '#entrance/app.js';
import type { SsoConfig } from '#entrance/config/config.js';
import type { Provider } from '#entrance/providers/provider.js';
import { LOCAL_ADMIN, startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { signInThrough } from '../support/microsoft.js';

/* Several providers on the sign-in page: which comes first, which is led to at once, and which belongs to an address. */

const LAST = 'entrance-last-provider-8000';
const DOMAINS = new Map([
  ['contoso.com', 'entra'],
  ['harbour.example', 'harbour'],
]);

let entrance: TestEntrance;
let providers: readonly Provider[];
let plain: Express;
let straight: Express;

beforeAll(async () => {
  entrance = await startTestEntrance();
  const [entra] = entrance.deps.providers;
  if (entra === undefined) throw new Error('the provider is off');
  providers = [entra, alike(entra, 'harbour', 'Harbour'), alike(entra, 'quay', 'Quay')];
  plain = appWith({ providerDomains: DOMAINS });
  straight = appWith({ defaultProvider: 'harbour' });
});
afterAll(() => entrance.close());

function alike(provider: Provider, id: string, name: string): Provider {
  return {
    ...provider,
    id,
    config: { ...provider.config, id, name },
    button: { label: `Continue with ${name}` },
    get health() {
      return provider.health;
    },
  };
}

function appWith(sso: Partial<SsoConfig>): Express {
  const { config } = entrance;
  return createApp({
    ...entrance.deps,
    providers,
    config: { ...config, sso: { ...config.sso, ...sso } },
  });
}

const browser = (app: Express) =>
  request.agent(app).set({
    Accept: 'text/html',
    'Sec-Fetch-Site': 'same-origin',
    'Sec-Fetch-Mode': 'navigate',
    'Sec-Fetch-Dest': 'document',
  });

const buttonsOf = (html: string) =>
  [...html.matchAll(/href="\/auth\/sso\/login\/(\w+)[^"]*"/g)].map(([, id]) => id);

async function signInWith(visitor: ReturnType<typeof browser>, id: string) {
  const begun = await visitor.get(`/auth/sso/login/${id}`).expect(302);
  // The made-up ones are registered nowhere: they borrow the redirect URI of the real one.
  const { search } = await signInThrough(String(begun.headers.location), 'admin');
  return visitor.get(`/auth/sso/callback/${id}${search}`).expect(303);
}

const cookiesOf = (response: { headers: Record<string, unknown> }) =>
  [response.headers['set-cookie'] ?? []].flat().map(String);

describe('the order of the buttons', () => {
  test('is that of the settings in a browser that signed in with none', async () => {
    const page = await browser(plain).get('/admin/login').expect(200);
    expect(buttonsOf(page.text)).toEqual(['entra', 'harbour', 'quay']);
  });

  test('has the last used first, remembered by its ID alone', async () => {
    const visitor = browser(plain);
    const completed = await signInWith(visitor, 'quay');
    const kept = cookiesOf(completed).filter((cookie) => cookie.startsWith(LAST));
    expect(kept).toEqual([
      expect.stringMatching(
        /^entrance-last-provider-8000=quay; Max-Age=31536000; Path=\/; .*HttpOnly; SameSite=Lax$/,
      ),
    ]);
    await visitor.post('/admin/logout').expect(303);
    const page = await visitor.get('/admin/login').expect(200);
    expect(buttonsOf(page.text)).toEqual(['quay', 'entra', 'harbour']);
  });

  test.each(['nobody', '', '%22%3E%3Cb%3E', 'constructor'])(
    'stays with %j in the cookie, which isn’t configured',
    async (value) => {
      const page = await browser(plain).get('/admin/login').set('Cookie', `${LAST}=${value}`).expect(200);
      expect(buttonsOf(page.text)).toEqual(['entra', 'harbour', 'quay']);
      expect(page.text).not.toContain('<b>');
    },
  );
});

describe('with SSO_DEFAULT_PROVIDER', () => {
  test('the page leads there at once, and keeps where the person is going', async () => {
    const led = await browser(straight).get('/admin/login?next=%2Fadmin%2Fteams').expect(303);
    expect(led.headers.location).toBe('/auth/sso/login/harbour?next=%2Fadmin%2Fteams');
    expect(led.headers['cache-control']).toBe('no-store');
  });

  test.each(['/admin/login?stay', '/admin/login?error=sso_cancelled', '/admin/login?error=access_denied'])(
    '%s shows the page',
    async (address) => {
      const page = await browser(straight).get(address).expect(200);
      expect(buttonsOf(page.text)).toContain('harbour');
    },
  );

  test('who has signed out sees the page, also if the provider leads back to it, until they signed in again', async () => {
    const visitor = browser(straight);
    await signInWith(visitor, 'quay');
    await visitor.post('/admin/logout').expect(303);
    const signedOut = await visitor.get('/admin/signed-out').expect(200);
    expect(signedOut.text).toContain('href="/admin/login?stay"');
    await visitor.get('/admin/login').expect(200);
    const again = await signInWith(visitor, 'quay');
    expect(cookiesOf(again)).toContainEqual(expect.stringMatching(/^entrance-signed-out-8000=; .*1970/));
  });

  test('somebody without a role isn’t led in a circle', async () => {
    const visitor = browser(straight);
    const begun = await visitor.get('/auth/sso/login/harbour').expect(302);
    const { search } = await signInThrough(String(begun.headers.location), 'no-role');
    await visitor.get(`/auth/sso/callback/harbour${search}`).expect(303);
    await visitor.get('/admin/login').expect(200);
  });
});

describe('with SSO_PROVIDER_DOMAINS', () => {
  const send = (address: string, query = '') =>
    browser(plain).post(`/admin/login/address${query}`).type('form').send({ address });

  test('an address is led to the provider of its domain, with a hint and where the person is going', async () => {
    const page = await send('Ada@HARBOUR.example', '?next=%2Fadmin%2Fteams').expect(200);
    expect(page.headers.refresh).toBe(
      '0; url=/auth/sso/login/harbour?next=%2Fadmin%2Fteams&login_hint=Ada%40harbour.example',
    );
    const begun = await browser(plain)
      .get('/auth/sso/login/harbour?login_hint=Ada%40harbour.example')
      .expect(302);
    expect(new URL(String(begun.headers.location)).searchParams.get('login_hint')).toBe(
      'Ada@harbour.example',
    );
  });

  test('says the same of somebody who exists and of somebody who doesn’t', async () => {
    const known = await entrance.addUser({ email: 'known@contoso.com' });
    const answers = [];
    for (const address of [known.email, 'nobody@contoso.com', 'known@unmapped.example', LOCAL_ADMIN.email]) {
      const { status, text, headers } = await send(address);
      const neutral = (one: string) =>
        one.replaceAll(encodeURIComponent(address), 'ADDRESS').replaceAll(address, 'ADDRESS');
      answers.push([status, neutral(text), neutral(String(headers.refresh))]);
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[3]).toEqual(answers[0]);
    expect(answers[2]?.[0]).toBe(400);
  });

  test.each([
    ['ada@elsewhere.example', 'There’s no way to sign in for elsewhere.example here.'],
    ['ada@sub.harbour.example', 'There’s no way to sign in for sub.harbour.example here.'],
    ['ada', 'isn’t an email address'],
    ['', 'Enter your email address'],
  ])('%j leads nowhere, and the field says why', async (address, problem) => {
    const page = await send(address).expect(400);
    expect(page.text).toContain(problem);
    expect(page.text).toContain(`value="${address}"`);
    expect(page.headers.refresh).toBeUndefined();
  });

  test('a form of another site is refused', async () => {
    await send('ada@harbour.example').set('Sec-Fetch-Site', 'cross-site').expect(403);
  });

  test('without it there is no field', async () => {
    const page = await browser(straight).get('/admin/login?stay').expect(200);
    expect(page.text).not.toContain('/admin/login/address');
  });
});
