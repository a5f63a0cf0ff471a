import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { claimsOf } from '../../demo/simulator/signing-keys.js';
import { startHostileGitHub } from '../support/hostile/github.js';
import type { HostileOpenIdProvider, HostileProvider } from '../support/hostile/provider.js';
import {
  FAILED,
  rowsFor,
  SIGNED_IN,
  type Table,
  TRANSACTION_INVALID,
  UNAVAILABLE,
} from '../support/hostile/row.js';
import { basicProfile, configProfile } from '../support/hostile/rows/conformance.js';
import { forgeries, malformed, unfitKeys } from '../support/hostile/rows/forgeries.js';
import { idTokens } from '../support/hostile/rows/id-tokens.js';
import { keys, metadata } from '../support/hostile/rows/published.js';
import { announcedResponses, responses } from '../support/hostile/rows/responses.js';
import { accessTokens, rights, userInfo } from '../support/hostile/rows/rights.js';
import { slow, slowOpenId } from '../support/hostile/rows/slow.js';
import { tokenAnswers } from '../support/hostile/rows/token-endpoint.js';
import { runRow, runRowAndClose, runTables, sharedSetup } from '../support/hostile/run-rows.js';
import {
  closeUnusedMicrosoft,
  loginPath,
  openIdProviders,
  type Setup,
  signInOn,
  withNewEntrance,
} from '../support/hostile/setup.js';
import { type SlowSignIn, startOnAnotherInstance, startSlowSignIn } from '../support/hostile/slow.js';
import { type Forge, kidOf, withIdToken } from '../support/hostile/tokens.js';

/* Providers that do what they must not: the same rows for every kind, each in the shape of its vendor. */

const oauthTables: readonly (readonly [string, Table<HostileProvider>])[] = [
  ['the token endpoint answers with', tokenAnswers],
  ['rights are answered with', rights],
  ['an authorization response', responses],
];

const openIdTables: readonly (readonly [string, Table])[] = [
  ['conformance, basic profile:', basicProfile],
  ['conformance, config profile:', configProfile],
  ['an ID token', idTokens],
  ...oauthTables,
  ['UserInfo answers with', userInfo],
  ['an access token', accessTokens],
  ['the metadata holds', metadata],
  ['the provider publishes keys', keys],
  ['an authorization response', announcedResponses],
];

afterAll(closeUnusedMicrosoft);

/** Rows that wait: they begin before all others, one after the other, and wait beside them. */
const slowly = [
  ...openIdProviders.flatMap(([id, start]) => [
    ...rowsFor(id, { ...slow, ...slowOpenId }).map(([name, row]) => ({
      ...{ id, name, leadsTo: row.leadsTo },
      begin: () => startSlowSignIn(start, row),
    })),
    {
      ...{ id, leadsTo: UNAVAILABLE },
      name: 'six seconds for the metadata of an instance that has just started, and six for the tokens',
      begin: () => startOnAnotherInstance(start),
    },
  ]),
  ...rowsFor('github', slow).map(([name, row]) => ({
    ...{ id: 'github', name, leadsTo: row.leadsTo },
    begin: () => startSlowSignIn(startHostileGitHub, row),
  })),
];
const waiting = new Map<string, SlowSignIn>();
beforeAll(async () => {
  for (const { begin, id, name } of slowly) {
    const begun = await begin();
    begun.timed.catch(() => undefined); // its test says so
    waiting.set(`${id} ${name}`, begun);
  }
});

describe.each(openIdProviders)('%s:', (id, start) => {
  const shared = sharedSetup(start);
  runTables(id, start, shared, openIdTables);
  playForgeries(shared);
  playTwoBrowsers(shared);

  test('ten tokens with invented key names in a row cause at most three fetches of the keys', async () => {
    const setup = await withNewEntrance(shared());
    const invented = withIdToken((token, { sign }) =>
      sign(claimsOf(token), { kid: `${kidOf(token)}-${Math.random()}` }),
    );
    for (let round = 0; round < 10; round += 1) await runRow(setup, { arrange: invented, leadsTo: FAILED });
    expect(setup.provider.requests.jwks).toBeLessThanOrEqual(3);
    await setup.close();
  });
});

describe('github:', () => {
  runTables('github', startHostileGitHub, sharedSetup(startHostileGitHub), oauthTables);
});

describe('a provider that takes its time is given ten seconds in all', () => {
  test.each(slowly)('$id: $name', async ({ leadsTo, name, id }) => {
    const isSignedIn = leadsTo === SIGNED_IN;
    const timed = await waiting.get(`${id} ${name}`)?.timed;
    expect(timed).toEqual({ location: leadsTo, isSignedIn, isInTime: true });
  });
});

/** What is no ID token is no logout token either. The claims of logout tokens have a table in provider-sign-out.test.ts. */
function playForgeries(shared: () => Setup<HostileOpenIdProvider>): void {
  async function answerTo({ entrance, provider }: Setup, token: string) {
    const path = `/auth/sso/logout/${provider.id}`;
    const posted = entrance.browser().post(path).set('Accept', '*/*').type('form');
    const { status, body } = await posted.send({ logout_token: token });
    return { status, code: body.code };
  }
  const asLogoutToken = (forge: Forge) => async (setup: Setup) => {
    const token = await forge(await setup.provider.signLogoutToken(), setup.provider);
    expect(await answerTo(setup, token)).toEqual({ status: 400, code: 'logout_token_invalid' });
  };

  test('a logout token of another issuer of the same host is refused', async () => {
    const setup = shared();
    const iss = `${setup.provider.url}/5e0d7c3b-94a1-4f26-8b7c-d2f1a6e39805/v2.0`;
    const answer = await answerTo(setup, await setup.provider.signLogoutToken({ iss }));
    expect(answer).toEqual({ status: 400, code: 'logout_token_invalid' });
  });

  describe('an ID token or a logout token', () => {
    const rows = Object.entries({ ...forgeries, ...unfitKeys, ...malformed });
    test.each(rows)('%s', async (_, { forge, ...published }) => {
      const row = { ...published, arrange: withIdToken(forge), leadsTo: FAILED, also: asLogoutToken(forge) };
      if (row.publishes === undefined) await runRow(shared(), row);
      else await runRowAndClose(await withNewEntrance(shared(), row.publishes), row);
    });

    test('as it should be is taken', async () => {
      const setup = shared();
      await runRow(setup, { leadsTo: SIGNED_IN });
      expect((await answerTo(setup, await setup.provider.signLogoutToken())).status).toBe(200);
    });
  });
}

function playTwoBrowsers(shared: () => Setup<HostileOpenIdProvider>): void {
  describe('a sign-in of one browser in another', () => {
    const callbackOf = async ({ entrance, provider }: Setup, browser = entrance.browser()) => {
      const begun = await browser.get(loginPath(provider)).expect(302);
      const callback = await provider.signIn(String(begun.headers.location));
      return { begun, browser, callback, path: callback.pathname + callback.search };
    };

    test('a callback that this browser didn’t begin is refused', async () => {
      const setup = shared();
      const { path } = await callbackOf(setup);
      const back = await setup.entrance.browser().get(path).expect(303);
      expect(back.headers.location).toBe(TRANSACTION_INVALID);
    });

    test('a code of another sign-in, injected into one’s own, is refused', async () => {
      const setup = shared();
      const stolen = (await callbackOf(setup)).callback.searchParams.get('code') ?? '';
      const outcome = await signInOn(setup, {
        alter: ({ searchParams }) => searchParams.set('code', stolen),
      });
      expect(outcome).toEqual({ location: FAILED, isSignedIn: false });
    });

    test('a copied cookie is worth nothing once the sign-in is complete, and its owner is led on', async () => {
      const setup = shared();
      const { begun, browser, path } = await callbackOf(setup);
      const copied = String(begun.headers['set-cookie']).split(';')[0] ?? '';
      expect((await browser.get(path).expect(303)).headers.location).toBe(SIGNED_IN);
      expect((await browser.get(path).expect(303)).headers.location).toBe(SIGNED_IN);
      const back = await setup.entrance.browser().get(path).set('Cookie', copied);
      expect(back.headers.location).toBe(TRANSACTION_INVALID);
    });

    test('a form post (conformance, form-post profile) isn’t taken: a query was asked for', async () => {
      const { begun, browser, callback } = await callbackOf(shared());
      const { searchParams } = new URL(String(begun.headers.location));
      expect(searchParams.get('response_mode') ?? 'query').toBe('query'); // what it is without the parameter
      const posted = await browser.post(callback.pathname).type('form').send(callback.search.slice(1));
      expect(posted.status).toBe(404);
      expect(posted.headers['set-cookie']).toBeUndefined();
    });
  });
}
