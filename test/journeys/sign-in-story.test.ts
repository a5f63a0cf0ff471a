import { afterEach, describe, expect, test } from '@jest/globals';
import type { Agent as TestAgent } from 'supertest';
import { adminPersona, type Persona, READERS_GROUP } from '../../demo/personas.js';
import { type SimulatedMicrosoft, startSimulatedMicrosoft } from '../../demo/simulator/simulator.js';
import {
  LOCAL_ADMIN,
  REDIRECT_URI,
  startTestEntrance,
  type TestEntrance,
  type TestEntranceOptions,
} from '../support/entrance.js';
import { signInThrough } from '../support/microsoft.js';
import { until } from '../support/timing.js';
import { recordWire, secretsIn } from '../support/wire-transcript.js';

/** The log's story of sign-ins: each step at `debug`, and never a secret at any level. */

const DEBUG = 20;
const ADMIN_GROUP = '8d3c1f02-6a4b-4a57-9c1e-2f7b60d9e5a1';
/** More than fit into a token. */
const crowdOfGroups = Array.from(
  { length: 250 },
  (_, index) => `00000000-0000-4000-8000-${`${index}`.padStart(12, '0')}`,
);
type Line = Record<string, unknown> & { readonly level: number; readonly msg: string };

let microsoft: SimulatedMicrosoft;
let entrance: TestEntrance;
afterEach(async () => {
  await entrance.close();
  await microsoft.close();
});

/** Microsoft Graph is at the same origin as the simulated Microsoft. */
async function start(settings: TestEntranceOptions['settings'] = {}): Promise<void> {
  microsoft = await startSimulatedMicrosoft({ redirectUris: [REDIRECT_URI] });
  entrance = await startTestEntrance({
    microsoft,
    settings: { SSO_ENTRA_GRAPH_URL: microsoft.authority, ...settings },
  });
}

function somebody(changes: Partial<Persona>): Persona {
  const persona = {
    ...adminPersona,
    id: 'somebody',
    oid: '5b1d4c97-0000-4000-b000-000000000001',
    ...changes,
  };
  microsoft.addPersona(persona);
  return persona;
}

const lines = () => entrance.logged.map((line): Line => JSON.parse(line));
const story = () => lines().filter(({ level }) => level === DEBUG);
const step = (name: string) => story().findLast(({ msg }) => msg === name);
const refusal = () => lines().findLast(({ msg }) => msg === 'a sign-in was refused');

async function refused(persona: string): Promise<Line | undefined> {
  const browser = entrance.browser();
  await browser.get(await entrance.callbackFor(browser, persona)).expect(303);
  return refusal();
}

describe('LOG_LEVEL=debug', () => {
  test('tells a sign-in step by step, under the IDs of its two requests', async () => {
    await start();
    await entrance.signIn('admin');
    const told = story();
    expect(told.map(({ msg }) => msg)).toEqual([
      'a sign-in began',
      'the browser came back from the provider',
      'the code was redeemed',
      'the ID token was read',
      'the identity is known',
      'the person was admitted',
      'the session began',
    ]);
    const [begun, ...completed] = told;
    expect(begun).toMatchObject({
      requestId: expect.any(String),
      provider: 'entra',
      tenant: microsoft.tenantId,
      scopes: 'openid profile email User.Read',
      prompt: 'none set',
    });
    expect(new Set(completed.map(({ requestId }) => requestId)).size).toBe(1);
    const ofCallback = lines().find(({ path }) => path === '/auth/sso/callback/entra');
    expect(completed[0]?.requestId).toBe(ofCallback?.requestId);
    expect(step('the code was redeemed')?.durationMs).toEqual(expect.any(Number));
    expect(step('the ID token was read')).toMatchObject({
      present: expect.arrayContaining(['aud', 'email', 'iss', 'nonce', 'oid', 'roles', 'tid', 'ver']),
      absent: expect.arrayContaining(['groups', 'xms_edov']),
    });
    expect(step('the identity is known')).toMatchObject({
      tenant: microsoft.tenantId,
      domain: 'contoso.com',
      emailVerified: true,
      groups: 0,
      appRoles: 1,
    });
    expect(step('the person was admitted')).toMatchObject({
      decision: 'create',
      roles: { gained: ['platform_admin'], lost: [] },
    });
    expect(step('the session began')).toMatchObject({
      userId: expect.any(String),
      roles: ['platform_admin'],
    });
  });

  test('tells which roles and teams somebody lost, and that they were known before', async () => {
    await start({ SSO_ENTRA_ROLE_MAPPINGS: `{"${READERS_GROUP}":"platform_viewer"}` });
    const persona = somebody({ roles: [], groups: [READERS_GROUP] });
    await entrance.signIn(persona.id);
    somebody({ roles: ['gateway.admin'], groups: [] });
    await entrance.signIn(persona.id);
    expect(step('the person was admitted')).toMatchObject({
      decision: 'welcome',
      roles: { gained: ['platform_admin'], lost: ['platform_viewer'] },
    });
  });

  test('tells that Graph was asked for groups, and whether they are known', async () => {
    await start();
    const { id } = somebody({ groups: crowdOfGroups });
    await entrance.signIn(id);
    expect(step('Microsoft Graph was asked for the groups')?.groups).toBe(250);
    expect(step('the identity is known')?.groups).toBe(250);
    expect(step('the ID token was read')).toMatchObject({
      present: expect.arrayContaining(['_claim_names']),
      absent: expect.arrayContaining(['groups']),
    });
    microsoft.faults.graph = { status: 503 };
    await entrance.signIn(id);
    expect(step('Microsoft Graph was asked for the groups')?.groups).toBe('unknown');
    expect(step('the identity is known')?.groups).toBe('unknown, at least 0');
  });

  test('says nothing at info', async () => {
    await start();
    entrance.deps.log.level = 'info';
    await entrance.signIn('admin');
    expect(story()).toEqual([]);
  });

  test('neither it nor any other level holds a secret that the browser or Microsoft saw, in any kind of sign-in', async () => {
    const wire = recordWire();
    try {
      await start({
        SSO_ENTRA_REVALIDATE_INTERVAL: '15m',
        SSO_ENTRA_ADMIN_GROUPS: ADMIN_GROUP,
      });
      const root = somebody({
        id: 'root',
        oid: '0e7a0c11-0000-4000-8000-0000000000a1',
        username: LOCAL_ADMIN.email,
      });
      const overage = somebody({ id: 'overage', groups: crowdOfGroups });

      const browser = await entrance.signIn('admin');
      const again = await browser.get('/admin/account').expect(200);
      expect(again.text).toContain(adminPersona.username);
      await throughMicrosoft(browser, '/auth/sso/login/entra?auth_context=c1&prompt=select_account', 'admin');
      entrance.pass(16 * 60_000);
      await browser.get('/admin/account').expect(200);
      await until(() => step('the provider was asked whether somebody is still there') !== undefined);
      await entrance.signIn(overage.id);
      await refused('disabled');

      const local = entrance.browser();
      await signInLocally(local, 'not-the-password-at-all').expect(401);
      await signInLocally(local, LOCAL_ADMIN.password).expect(303);
      const page = await local.post('/admin/account/link/entra').expect(200);
      const url = /^0; url=(.*)$/.exec(String(page.headers.refresh))?.[1] ?? '';
      const { pathname, search } = await signInThrough(url, root.id);
      await local.get(pathname + search).expect(303);
      await local.post('/admin/logout').expect(303);

      const broken = entrance.browser();
      microsoft.faults.tokenEndpointError = {
        error: 'invalid_grant',
        error_description: 'AADSTS70008: it is too old.',
        error_codes: [70008],
      };
      await broken.get(await entrance.callbackFor(broken, 'admin')).expect(303);
      await broken
        .get('/auth/sso/callback/entra?code=a-code-of-somebody-else&state=a-made-up-state')
        .expect(303);
      const logout_token = await microsoft.signLogoutToken();
      await broken.post('/auth/sso/logout/entra').type('form').send({ logout_token });
    } finally {
      wire.stop();
    }

    const secrets = secretsIn(wire.text());
    expect([...secrets.keys()].sort()).toEqual([
      'access_token',
      'bearer',
      'client_secret',
      'code',
      'code_verifier',
      'cookie',
      'id_token',
      'logout_token',
      'nonce',
      'password',
      'refresh_token',
      'state',
    ]);
    const log = entrance.logged.join('');
    const leaked = [...secrets].flatMap(([kind, values]) =>
      [...values].filter((value) => log.includes(value)).map((value) => `${kind}: ${value}`),
    );
    expect(leaked).toEqual([]);
    const told = new Set(story().map(({ msg }) => msg));
    for (const name of [
      'a sign-in that links an account began',
      'somebody signed out',
      'the password was right',
    ])
      expect(told).toContain(name);
    expect(JSON.stringify(story())).not.toContain('@');
  });
});

const signInLocally = (browser: TestAgent, password: string) =>
  browser.post('/admin/login').type('form').send({ email: LOCAL_ADMIN.email, password });

async function throughMicrosoft(browser: TestAgent, begin: string, persona: string): Promise<void> {
  const begun = await browser.get(begin).expect(302);
  const { pathname, search } = await signInThrough(String(begun.headers.location), persona);
  await browser.get(pathname + search).expect(303);
}
