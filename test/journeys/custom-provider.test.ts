import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import express, { type Express } from 'express';
import request from 'supertest';
import type { CustomProvider, OAuthProvider } from '#entrance/extensions.js';
import type { Log } from '#entrance/host/log.js';
import {
  createTestEntrance,
  type SimulatedProvider,
  startSimulatedProvider,
  type TestEntrance,
} from '#entrance/testing.js';
import { acmeProvider } from '../support/acme-provider.js';
import { recordingLog } from '../support/recording-log.js';

/** Step-up and sign-out with providers of a host app: one in its code alone, and one by OpenID Connect. */

const BASE_URL = 'http://localhost:3000';
const ADA = { sub: 'ada', name: 'Ada Lovelace', email: 'ada@acmecorp.com', email_verified: true };
const BEA = { sub: 'bea', name: 'Bea Lund', email: 'bea@acmecorp.com', email_verified: true };

let provider: SimulatedProvider;
beforeAll(async () => {
  provider = await startSimulatedProvider();
});
afterAll(() => provider.close());
beforeEach(() => {
  provider.person = ADA;
});

/** A provider in code, with the members that are optional. Its begin asks for a context by `acr_values`. */
function acme(confirmed: () => readonly string[]): OAuthProvider {
  const { issuer: url, clientId, clientSecret } = provider;
  const plain = acmeProvider({ url, clientId, clientSecret });
  return {
    ...plain,
    stepsUp: true,
    async begin(beginning) {
      const address = new URL(await plain.begin(beginning));
      if (beginning.authContext !== undefined) address.searchParams.set('acr_values', beginning.authContext);
      return address;
    },
    async complete(answer) {
      const person = await plain.complete(answer);
      return { ...person, loginHint: `hint of ${person.subject}`, authContexts: confirmed() };
    },
    endSessionUrl: ({ returnTo, loginHint }) =>
      `${url}/logout?${new URLSearchParams({ back: returnTo, hint: loginHint ?? '' })}`,
  };
}

const harbour = (): CustomProvider => ({
  id: 'harbour',
  name: 'Harbour',
  issuer: provider.issuer,
  clientId: provider.clientId,
  clientSecret: provider.clientSecret,
});

async function open(providers: readonly CustomProvider[], log?: Log) {
  const settings = { BASE_URL, SSO_HARBOUR_END_SESSION_URL: `${provider.issuer}/logout` };
  const entrance = await createTestEntrance({ providers, settings, ...(log && { log }) });
  const app = express();
  app.use(entrance.routes);
  app.all('/payouts', entrance.requireAuthContext('c1'), (asked, response) =>
    response.send(`payouts for ${entrance.guardedUser(asked).fullName}`),
  );
  return { entrance, app };
}

const visitor = (app: Express) =>
  request.agent(app).set({
    Accept: 'text/html',
    'Sec-Fetch-Site': 'same-origin',
    'Sec-Fetch-Mode': 'navigate',
    'Sec-Fetch-Dest': 'document',
    Origin: BASE_URL,
  });
type Visitor = ReturnType<typeof visitor>;

/** Follows the redirects from the beginning of a sign-in to the provider and back. */
async function throughProvider(browser: Visitor, begin: string) {
  const begun = await browser.get(begin).expect(302);
  const asked = new URL(String(begun.headers.location));
  const answered = await fetch(asked, { redirect: 'manual' });
  const { pathname, search } = new URL(answered.headers.get('location') ?? '');
  const landed = await browser.get(pathname + search).expect(303);
  return { asked: asked.searchParams, landedAt: String(landed.headers.location) };
}

async function signedIn(app: Express, id: string): Promise<Visitor> {
  const browser = visitor(app);
  const { landedAt } = await throughProvider(browser, `/auth/sso/login/${id}`);
  expect(landedAt).toBe('/admin');
  return browser;
}

/** The link on the page after signing out, and that the session is over. */
async function signOut(browser: Visitor): Promise<URL> {
  const left = await browser.post('/admin/logout');
  const page = left.status === 303 ? await browser.get(String(left.headers.location)).expect(200) : left;
  const [, href = ''] = /href="(http[^"]*\/logout[^"]*)"/.exec(page.text) ?? [];
  await browser.get('/auth/me').set('Accept', 'application/json').expect(401);
  return new URL(href.replaceAll('&amp;', '&'));
}

describe('a provider in code beside one by OpenID Connect', () => {
  let entrance: TestEntrance;
  let app: Express;
  let confirmed: readonly string[];
  beforeAll(async () => {
    ({ entrance, app } = await open([harbour(), acme(() => confirmed)]));
  });
  afterAll(() => entrance.close());
  beforeEach(() => {
    confirmed = [];
  });

  test('steps a person up in code, and leads them back to where they were', async () => {
    const browser = await signedIn(app, 'acme');
    const sent = await browser.get('/payouts?month=5').expect(303);
    confirmed = ['c1'];
    const { asked, landedAt } = await throughProvider(browser, String(sent.headers.location));
    expect(Object.fromEntries(asked)).toMatchObject({ acr_values: 'c1', login_hint: 'hint of ada' });
    expect(landedAt).toBe('/payouts?month=5');
    await browser.get(landedAt).expect(200, 'payouts for Ada Lovelace');
  });

  test('lets nobody pass whom the code doesn’t confirm, and says so', async () => {
    const browser = await signedIn(app, 'acme');
    const sent = await browser.get('/payouts').expect(303);
    confirmed = ['c2'];
    const { landedAt } = await throughProvider(browser, String(sent.headers.location));
    expect(landedAt).toBe('/admin/login?auth_context=c1&error=auth_context_missing&next=%2Fpayouts');
    await browser.get('/payouts').expect(303);
  });

  test('sends a person of the other provider to the one that can confirm the context', async () => {
    provider.person = BEA;
    const browser = await signedIn(app, 'harbour');
    const sent = await browser.get('/payouts').expect(303);
    const begin = new URL(String(sent.headers.location), BASE_URL);
    expect(begin.pathname).toBe('/auth/sso/login/acme');
    expect(begin.searchParams.get('login_hint')).toBe(BEA.email);
  });

  test('answers a program with the context that is missing', async () => {
    const browser = await signedIn(app, 'acme');
    const refused = await browser
      .get('/payouts')
      .set({ Accept: 'application/json', 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Dest': 'empty' })
      .expect(401);
    expect(refused.body).toMatchObject({ code: 'auth_context_required' });
    expect(refused.headers['www-authenticate']).toMatch(/^Bearer error="insufficient_claims", claims=/);
  });

  test('signs out at the address that the code gives', async () => {
    const link = await signOut(await signedIn(app, 'acme'));
    expect(link.origin).toBe(provider.issuer);
    expect(Object.fromEntries(link.searchParams)).toEqual({
      back: `${BASE_URL}/admin/login`,
      hint: 'hint of ada',
    });
  });

  test('signs out by OpenID Connect, with the client and the address to return to', async () => {
    provider.person = BEA;
    const link = await signOut(await signedIn(app, 'harbour'));
    expect(link.origin).toBe(provider.issuer);
    expect(Object.fromEntries(link.searchParams)).toMatchObject({
      client_id: provider.clientId,
      post_logout_redirect_uri: `${BASE_URL}/admin/login`,
    });
  });
});

describe('a provider by OpenID Connect alone, which confirms no context', () => {
  let entrance: TestEntrance;
  let app: Express;
  const { log, lines } = recordingLog();
  beforeAll(async () => {
    ({ entrance, app } = await open([harbour()], log));
  });
  afterAll(() => entrance.close());

  test('refuses the route, promises the person nothing, and tells the operator why', async () => {
    const browser = await signedIn(app, 'harbour');
    const page = await browser.get('/payouts').expect(401);
    expect(page.text).toContain('no way to sign in here can confirm it. Tell whoever runs this app');
    expect(page.text).not.toContain('leads to');
    expect(lines.at(-1)?.remedy).toMatch(/^requireAuthContext\('c1'\) lets nobody pass/);
    const problem = await browser.get('/payouts').set('Sec-Fetch-Mode', 'cors').expect(401);
    expect(problem.body).toMatchObject({ code: 'auth_context_required' });
    expect(problem.headers['www-authenticate']).toContain('insufficient_claims');
  });

  test('says of a form that nothing was done', async () => {
    const browser = await signedIn(app, 'harbour');
    const page = await browser.post('/payouts').expect(401);
    expect(page.text).toContain('What you sent wasn’t done');
    expect(lines.at(-1)?.remedy).toMatch(/lets nobody pass/);
  });
});
