import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Agent as TestAgent } from 'supertest';
import { createProviders } from '#entrance/providers/registry.js';
import { parseConfig } from '#entrance/settings.js';
import type { Persona } from '../../demo/personas.js';
import type { Faults } from '../../demo/simulator/faults.js';
import { claimsOf } from '../../demo/simulator/signing-keys.js';
import type { SimulatedMicrosoft } from '../../demo/simulator/simulator.js';
import { REDIRECT_URI, startTestEntrance, type TestEntrance, usualSettings } from '../support/entrance.js';
import { startExternalTenant } from '../support/external-id.js';
import { recordingLog } from '../support/recording-log.js';
import { rolesIn } from '../support/shaped-provider.js';

/* An external tenant (Entra External ID), named by its domain, at its own host. */

const HARBOUR = 'https://harbour.ciamlogin.com';
const OTHER = '7d1f5b0a-2c48-4e9d-9a63-0b5e8c7d2f14';
const ADMINS = '8d3c1f02-6a4b-4a57-9c1e-2f7b60d9e5a1';
const READERS = '9c6d5f10-2b8e-4a73-b1f4-3e7a0d9c5528';
const DAY_MS = 24 * 60 * 60 * 1_000;

let microsoft: SimulatedMicrosoft;
let entrance: TestEntrance;

beforeAll(async () => {
  microsoft = await startExternalTenant('harbour', {
    redirectUris: [REDIRECT_URI, 'http://localhost:8000/admin/login'],
    tenantDomain: 'harbour.onmicrosoft.com',
  });
  microsoft.faults.keySet = unlabelled;
  entrance = await startTestEntrance({ microsoft, settings });
});
afterEach(() => {
  Object.assign(microsoft.faults, { idToken: undefined, keySet: unlabelled, metadata: undefined });
});
afterAll(async () => {
  await entrance.close();
  await microsoft.close();
});

const settings = {
  SSO_TRUSTED_DOMAINS: 'harbour.example',
  SSO_ENTRA_TENANT_ID: 'harbour.onmicrosoft.com',
  SSO_ENTRA_ADMIN_GROUPS: ADMINS,
  SSO_ENTRA_ROLE_MAPPINGS: JSON.stringify({ [READERS]: 'platform_viewer' }),
};

/** Keys that don’t say whom they sign for, so that nothing but the issuer of a token tells where it is from. */
const unlabelled: NonNullable<Faults['keySet']> = ({ keys }) => ({
  keys: keys.map((key) => ({ ...key, issuer: undefined })),
});

const issuerOf = (host: string, path = host) => `https://${host}.ciamlogin.com/${path}/v2.0`;

let count = 0;
/** Somebody with a local account there signs in, as far as they get. */
async function signIn(changes: Partial<Persona> = {}) {
  count += 1;
  const oid = `0e7a0c11-0000-4000-8000-${`${count}`.padStart(12, '0')}`;
  const address = `person-${count}@harbour.example`;
  const persona = { id: oid, name: 'Ada', story: '', oid, username: address, email: address, ...changes };
  microsoft.addPersona(persona);
  const browser = entrance.browser();
  const landed = await browser.get(await entrance.callbackFor(browser, oid)).expect(303);
  return { browser, location: String(landed.headers.location), oid };
}

async function statusOf(browser: TestAgent): Promise<number> {
  return (await browser.get('/auth/me').set('Accept', 'application/json')).status;
}

/** The provider as another process would have it, which has read nothing yet. */
function freshProvider(changes: Readonly<Record<string, string>> = {}) {
  let ahead = 0;
  const config = parseConfig({ ...usualSettings(microsoft), ...settings, ...changes });
  const [provider] = createProviders(config, { now: () => Date.now() + ahead }, recordingLog().log);
  if (provider === undefined) throw new Error('the provider is off');
  return {
    provider,
    begin: () =>
      provider.authorizationUrl({ state: 'a-state', nonce: 'a-nonce', codeVerifier: 'a'.repeat(43) }, {}),
    pass(milliseconds: number) {
      ahead += milliseconds;
    },
  };
}

test('a group makes an administrator, known by the ID of the external tenant', async () => {
  const { browser, location, oid } = await signIn({ groups: [ADMINS] });
  expect(location).toBe('/admin');
  const { body } = await browser.get('/auth/me').set('Accept', 'application/json').expect(200);
  expect(body).toMatchObject({
    tenant_id: microsoft.tenantId,
    provider_id: oid,
    roles: [{ name: 'platform_admin' }],
    email_confirmed: true,
  });
});

test('a mapping makes a viewer, also by groups that Microsoft Graph alone tells', async () => {
  expect(await rolesIn((await signIn({ groups: [READERS] })).browser)).toEqual(['platform_viewer']);
  const many = Array.from({ length: 249 }, (_, index) => `${READERS.slice(0, -3)}${index + 600}`);
  const before = microsoft.graph.requests;
  expect(await rolesIn((await signIn({ groups: [...many, READERS] })).browser)).toEqual(['platform_viewer']);
  expect(microsoft.graph.requests).toBe(before + 1);
});

test('the address of somebody who signs in with another identity provider isn’t vouched for', async () => {
  const { location } = await signIn({ claims: { idp: 'google.com' } });
  expect(location).toContain('error=email_unverified');
});

test('the sign-out of the external tenant is offered to those who leave', async () => {
  const { browser } = await signIn({ groups: [ADMINS] });
  await browser.post('/admin/logout').expect(303);
  const page = await browser.get('/admin/signed-out').expect(200);
  expect(page.text).toContain(`${HARBOUR}/${microsoft.tenantId}/oauth2/v2.0/logout`);
});

test('front-channel logout of the external tenant ends the session that it names, and no other', async () => {
  const [one, other] = [await signIn({ claims: { sid: 'one' } }), await signIn({ claims: { sid: 'other' } })];
  const iss = issuerOf(microsoft.tenantId);
  await entrance
    .browser()
    .get(`/auth/sso/logout/entra?${new URLSearchParams({ sid: 'one', iss })}`)
    .expect(200);
  expect(await statusOf(one.browser)).toBe(401);
  expect(await statusOf(other.browser)).toBe(200);
});

test('who was dismissed from the external tenant is signed out after the interval', async () => {
  const asking = await startTestEntrance({
    microsoft,
    settings: { ...settings, SSO_ENTRA_REVALIDATE_INTERVAL: '15m' },
  });
  const oid = '0e7a0c11-0000-4000-9000-000000000001';
  const address = 'leaver@harbour.example';
  const persona = { id: oid, name: 'Lea', story: '', oid, username: address, email: address };
  microsoft.addPersona(persona);
  const browser = await asking.signIn(oid);
  asking.pass(16 * 60_000);
  expect(await statusOf(browser)).toBe(200);
  microsoft.addPersona({ ...persona, outcome: 'dismissed' });
  asking.pass(16 * 60_000);
  expect(await statusOf(browser)).toBe(401);
  await asking.close();
});

describe('a token is refused', () => {
  test.each<[string, () => Partial<Persona>]>([
    ['of another external tenant', () => ({ tenantId: OTHER })],
    ['that names another tenant than its issuer', () => ({ claims: { tid: OTHER } })],
  ])('%s', async (_, changes) => {
    expect((await signIn(changes())).location).toContain('error=tenant_not_allowed');
  });

  test.each<[string, () => string]>([
    ['two tenants', () => issuerOf(OTHER, microsoft.tenantId)],
    ['the tenant by its name', () => issuerOf('harbour', microsoft.tenantId)],
    ['the tenant among employees', () => `https://login.microsoftonline.com/${microsoft.tenantId}/v2.0`],
    ['the tenant and a slash', () => `${issuerOf(microsoft.tenantId)}/`],
  ])('whose issuer names %s', async (_, iss) => {
    expect((await signIn({ claims: { iss: iss() } })).location).toContain('error=sso_failed');
  });

  test.each<[string, string | undefined, RegExp]>([
    ['that a key signed which isn’t published there', undefined, /error=sso_failed/],
    [
      'whose key signs for employees',
      'https://login.microsoftonline.com/{tenantid}/v2.0',
      /error=sso_failed/,
    ],
    ['unless its key signs for external tenants', issuerOf('{tenantid}'), /^\/admin$/],
  ])('%s', async (kid, issuer, outcome) => {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const key = { ...(await exportJWK(publicKey)), kid, issuer };
    entrance.pass(60_000); // an unknown key is looked for once in a while
    if (issuer !== undefined) microsoft.faults.keySet = ({ keys }) => ({ keys: [...keys, key] });
    microsoft.faults.idToken = (token) =>
      new SignJWT(claimsOf(token)).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey);
    expect((await signIn()).location).toMatch(outcome);
  });
});

describe('metadata is refused', () => {
  test.each<[string, () => Readonly<Record<string, unknown>>]>([
    ['with an issuer of two tenants', () => ({ issuer: issuerOf(microsoft.tenantId, OTHER) })],
    ['with the issuer of employees', () => ({ issuer: `${HARBOUR}/${microsoft.tenantId}/v2.0` })],
    [
      'with keys of the endpoints for employees',
      () => ({ jwks_uri: `https://login.microsoftonline.com/${microsoft.tenantId}/discovery/v2.0/keys` }),
    ],
  ])('%s, before anybody is sent there', async (_, metadata) => {
    microsoft.faults.metadata = metadata();
    await expect(freshProvider().begin()).rejects.toMatchObject({ code: 'sso_misconfigured' });
  });

  test('if the domain has become another tenant’s', async () => {
    const { begin, pass } = freshProvider();
    expect((await begin()).origin).toBe(HARBOUR);
    microsoft.faults.metadata = { issuer: issuerOf(OTHER) };
    pass(DAY_MS);
    await expect(begin()).rejects.toMatchObject({
      code: 'sso_misconfigured',
      remedy: expect.stringContaining('names another tenant than before'),
    });
  });
});

describe('doctor', () => {
  const now = () => Date.now();

  test('finds what is right healthy, with Microsoft Graph', async () => {
    const findings = await freshProvider().provider.inspection.examine(now);
    expect(findings.filter(({ severity }) => severity !== 'ok').map(({ check }) => check)).toEqual([
      'credential_expiry',
    ]);
    expect(findings.map(({ what }) => what)).toContain(
      'The issuer is that of the configured external tenant.',
    );
  });

  test('says which tenant doesn’t fit', async () => {
    const { provider } = freshProvider({ SSO_ENTRA_TENANT_ID: microsoft.tenantId });
    microsoft.faults.metadata = { issuer: issuerOf(OTHER) };
    expect(await provider.inspection.examine(now)).toContainEqual(
      expect.objectContaining({
        check: 'issuer',
        severity: 'failed',
        what: `The metadata isn’t of the configured external tenant: it names "${issuerOf(OTHER)}".`,
        remedy: expect.stringContaining('both have to be of the external tenant in the received issuer'),
      }),
    );
  });
});
