import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { JWK } from 'jose';
import type { Agent as TestAgent } from 'supertest';
import type { Persona } from '../../demo/personas.js';
import { type SimulatedMicrosoft, startSimulatedMicrosoft } from '../../demo/simulator/simulator.js';
import { entraConfigOf } from '../support/entra.js';
import { REDIRECT_URI, startTestEntrance, type TestEntrance } from '../support/entrance.js';

const FABRIKAM = '5e0d7c3b-94a1-4f26-8b7c-d2f1a6e39805';
const ELSEWHERE = '99999999-8888-4777-8666-555555555555';
const PERSONAL = '9188040d-6c67-4c5b-b112-36a304b66dad';

const ada: Persona = {
  id: 'ada',
  name: 'Ada Lovelace',
  story: '',
  oid: '0e7a0c11-0000-4000-8000-00000000ada0',
  username: 'ada@contoso.com',
  email: 'ada@contoso.com',
  roles: ['gateway.admin'],
};
const adaElsewhere: Persona = {
  ...ada,
  id: 'ada-elsewhere',
  username: 'ada@fabrikam.com',
  email: 'ada@fabrikam.com',
  tenantId: FABRIKAM,
};

let microsoft: SimulatedMicrosoft;
beforeAll(async () => {
  microsoft = await startSimulatedMicrosoft({ redirectUris: [REDIRECT_URI] });
  microsoft.addPersona(ada);
  microsoft.addPersona(adaElsewhere);
});
afterEach(() => {
  Object.assign(microsoft.faults, {
    idToken: undefined,
    keySet: undefined,
    authorizationResponse: undefined,
    metadata: undefined,
  });
});
afterAll(() => microsoft.close());

describe.each(['organizations', 'common'])('with %s', (tenantId) => {
  let entrance: TestEntrance;
  beforeEach(async () => {
    entrance = await startTestEntrance({
      microsoft,
      settings: {
        SSO_ENTRA_TENANT_ID: tenantId,
        SSO_ENTRA_ALLOWED_TENANTS: `${microsoft.tenantId},${FABRIKAM}`,
      },
    });
  });
  afterEach(() => entrance.close());

  test('people of every listed tenant sign in, each known by their own', async () => {
    for (const [persona, tenant] of [
      ['ada', microsoft.tenantId],
      ['ada-elsewhere', FABRIKAM],
    ] as const) {
      const browser = await entrance.signIn(persona);
      const me = await browser.get('/auth/me').set('Accept', 'application/json').expect(200);
      expect(me.body).toMatchObject({ tenant_id: tenant, provider_id: ada.oid });
    }
  });

  test('the same object ID in two tenants is two people', async () => {
    await entrance.signIn('ada');
    await entrance.signIn('ada-elsewhere');
    const found = await entrance.deps.directory.list({
      q: 'ada@',
      sort: 'email',
      descending: false,
      limit: 9,
    });
    expect(found.users.map(({ email, providerScope: tenant }) => [email, tenant])).toEqual([
      ['ada@contoso.com', microsoft.tenantId],
      ['ada@fabrikam.com', FABRIKAM],
    ]);
  });

  test('nOAuth: another tenant’s person with the same address gets no account of ours', async () => {
    await entrance.signIn('ada');
    microsoft.addPersona({ ...adaElsewhere, id: 'noauth', email: 'ada@contoso.com' });
    expect(await locationFor(entrance, 'noauth')).toBe('/admin/login?error=account_conflict');
  });

  test('a tenant that isn’t listed is refused, and the page names it', async () => {
    microsoft.addPersona({ ...ada, id: 'stranger', tenantId: ELSEWHERE });
    const browser = entrance.browser();
    const back = await browser.get(await entrance.callbackFor(browser, 'stranger')).expect(303);
    expect(back.headers.location).toBe('/admin/login?error=tenant_not_allowed');
    expect((await browser.get('/admin/login?error=tenant_not_allowed')).text).toContain(ELSEWHERE);
  });

  test.each([
    ['the template itself', (authority: string) => `${authority}/{tenantid}/v2.0`],
    ['another tenant', (authority: string) => `${authority}/${FABRIKAM}/v2.0`],
    ['another host', () => `https://evil.example/${PERSONAL}/v2.0`],
  ])('an issuer that isn’t the token’s own tenant is refused: %s', async (_, issuer) => {
    microsoft.addPersona({ ...ada, id: 'odd-issuer', claims: { iss: issuer(microsoft.authority) } });
    expect(await locationFor(entrance, 'odd-issuer')).toBe('/admin/login?error=sso_failed');
  });

  test.each([undefined, 'contoso.com', '{tenantid}', 7, 'FFFFFFFF-8888-4777-8666-555555555555'])(
    'a tid that is no tenant ID is refused: %p',
    async (tid) => {
      const iss = `${microsoft.authority}/${tid}/v2.0`;
      microsoft.addPersona({ ...ada, id: 'odd-tid', claims: { tid, iss } });
      expect(await locationFor(entrance, 'odd-tid')).toBe('/admin/login?error=sso_failed');
    },
  );

  test.each([
    ['the template', '{tenantid}', '/admin'],
    ['this tenant', undefined, '/admin'],
    ['another tenant alone', FABRIKAM, '/admin/login?error=sso_failed'],
  ])('a key that names %s as its issuer signs for that alone', async (_, tenant, location) => {
    microsoft.faults.keySet = ({ keys }) => ({
      keys: keys.map((key: JWK) => ({
        ...key,
        issuer: `${microsoft.authority}/${tenant ?? microsoft.tenantId}/v2.0`,
      })),
    });
    const fresh = await startTestEntrance({ microsoft, settings: settingsOf(entrance) });
    expect(await locationFor(fresh, 'ada')).toBe(location);
    await fresh.close();
  });

  test.each([
    ['that tenant’s issuer', (own: string) => own, '/admin'],
    ['another tenant’s issuer', () => FABRIKAM, '/admin/login?error=sso_failed'],
    ['a foreign issuer', () => 'evil', '/admin/login?error=sso_failed'],
  ])(
    'an `iss` beside the code (RFC 9207) is compared after substitution: %s',
    async (_, tenant, location) => {
      microsoft.faults.authorizationResponse = {
        iss: `${microsoft.authority}/${tenant(microsoft.tenantId)}/v2.0`,
      };
      expect(await locationFor(entrance, 'ada')).toBe(location);
    },
  );
});

describe('signing out at Microsoft, of several tenants', () => {
  let entrance: TestEntrance;
  const issuerOf = (tenant: string) => `${microsoft.authority}/${tenant}/v2.0`;
  const start = async (allowed: string, tenantId = 'organizations') => {
    entrance = await startTestEntrance({
      microsoft,
      settings: {
        SSO_ENTRA_TENANT_ID: tenantId,
        SSO_ENTRA_ALLOWED_TENANTS: allowed,
        SSO_TRUSTED_DOMAINS: '',
      },
    });
    microsoft.addPersona({ ...adaElsewhere, id: 'with-sid', claims: { sid: 'elsewhere' } });
    return entrance.signIn('with-sid');
  };
  const sendLogoutToken = async (iss: string) =>
    entrance
      .browser()
      .post('/auth/sso/logout/entra')
      .type('form')
      .send({ logout_token: await microsoft.signLogoutToken({ sid: 'elsewhere', iss }) });
  const isSignedIn = async (browser: TestAgent) =>
    (await browser.get('/auth/me').set('Accept', 'application/json')).status === 200;
  afterEach(() => entrance.close());

  test.each(['listed', '*'])('a frame’s iss is that of an allowed tenant: %s', async (allowed) => {
    const browser = await start(allowed === '*' ? '["*"]' : `${microsoft.tenantId},${FABRIKAM}`);
    const send = (iss: string) =>
      entrance
        .browser()
        .get(`/auth/sso/logout/entra?${new URLSearchParams({ sid: 'elsewhere', iss })}`)
        .expect(200);
    const wrong = [issuerOf('{tenantid}'), `https://evil.example/${FABRIKAM}/v2.0`];
    for (const iss of allowed === '*' ? wrong : [...wrong, issuerOf(ELSEWHERE)]) {
      await send(iss);
      expect(await isSignedIn(browser)).toBe(true);
    }
    await send(issuerOf(FABRIKAM));
    expect(await isSignedIn(browser)).toBe(false);
  });

  test('a logout token’s issuer is that of an allowed tenant, and not the template', async () => {
    const browser = await start(`${microsoft.tenantId},${FABRIKAM}`);
    const wrong = [issuerOf('{tenantid}'), issuerOf(ELSEWHERE), `https://evil.example/${FABRIKAM}/v2.0`];
    for (const iss of wrong) {
      expect((await sendLogoutToken(iss)).status).toBe(400);
    }
    expect(await isSignedIn(browser)).toBe(true);
    expect((await sendLogoutToken(issuerOf(FABRIKAM))).status).toBe(200);
    expect(await isSignedIn(browser)).toBe(false);
  });

  test('with consumers it is that of personal accounts, whatever is allowed', async () => {
    microsoft.faults.keySet = ({ keys }) => ({
      keys: keys.map(({ issuer: _, ...key }: JWK & { readonly issuer?: string }) => key),
    });
    await start('["*"]', 'consumers');
    expect((await sendLogoutToken(issuerOf(FABRIKAM))).status).toBe(400);
    expect((await sendLogoutToken(issuerOf(PERSONAL))).status).toBe(200);
  });
});

describe('with ["*"]', () => {
  const settings = { SSO_ENTRA_TENANT_ID: 'organizations', SSO_ENTRA_ALLOWED_TENANTS: '["*"]' };

  test('anybody’s directory may sign in, but vouches for no address', async () => {
    const strict = await startTestEntrance({ microsoft, settings });
    expect(await locationFor(strict, 'ada')).toBe('/admin/login?error=email_unverified');
    await strict.close();
    const open = await startTestEntrance({ microsoft, settings: { ...settings, SSO_TRUSTED_DOMAINS: '' } });
    expect(await locationFor(open, 'ada')).toBe('/admin');
    await open.close();
  });

  test('makes nobody an administrator by an app role that their own directory gave them', async () => {
    const open = await startTestEntrance({ microsoft, settings: { ...settings, SSO_TRUSTED_DOMAINS: '' } });
    await (await open.signIn('ada')).get('/admin').expect(403);
    await open.close();
  });

  test('a tenant that is listed beside it keeps its word', async () => {
    const both = await startTestEntrance({
      microsoft,
      settings: { ...settings, SSO_ENTRA_ALLOWED_TENANTS: `["*","${microsoft.tenantId}"]` },
    });
    await (await both.signIn('ada')).get('/admin').expect(200);
    expect(await locationFor(both, 'ada-elsewhere')).toBe('/admin/login?error=email_unverified');
    await both.close();
  });
});

test('with consumers, personal accounts alone', async () => {
  microsoft.addPersona({ ...ada, id: 'personal', tenantId: PERSONAL });
  const entrance = await startTestEntrance({
    microsoft,
    settings: { SSO_ENTRA_TENANT_ID: 'consumers', SSO_ENTRA_ALLOWED_TENANTS: PERSONAL },
  });
  expect(await locationFor(entrance, 'personal')).toBe('/admin');
  expect(await locationFor(entrance, 'ada-elsewhere')).toBe('/admin/login?error=tenant_not_allowed');
  await entrance.close();
});

describe('the metadata of another tenancy than the configured one is a misconfiguration', () => {
  test.each([
    ['organizations', () => microsoft.tenantId],
    ['a tenant ID', () => '{tenantid}'],
    ['a tenant ID', () => FABRIKAM],
    ['a domain', () => '{tenantid}'],
    ['a domain', () => 'contoso.com'],
    ['consumers', () => FABRIKAM],
  ])('%s', async (configured, published) => {
    microsoft.faults.metadata = { issuer: `${microsoft.authority}/${published()}/v2.0` };
    const names: Record<string, string> = { 'a tenant ID': microsoft.tenantId, 'a domain': 'contoso.com' };
    const entrance = await startTestEntrance({
      microsoft,
      settings: {
        SSO_ENTRA_TENANT_ID: names[configured] ?? configured,
        SSO_ENTRA_ALLOWED_TENANTS: configured in names ? undefined : '*',
      },
    });
    const begun = await entrance.browser().get('/auth/sso/login/entra').expect(303);
    expect(begun.headers.location).toBe('/admin/login?error=sso_misconfigured');
    await entrance.close();
  });
});

describe('with one tenant', () => {
  let entrance: TestEntrance;
  beforeAll(async () => {
    entrance = await startTestEntrance({ microsoft });
  });
  afterAll(() => entrance.close());

  test('somebody from another tenant is told which directory they used', async () => {
    const browser = entrance.browser();
    const back = await browser.get(await entrance.callbackFor(browser, 'other-tenant')).expect(303);
    expect(back.headers.location).toBe('/admin/login?error=tenant_not_allowed');
    expect((await browser.get('/admin/login?error=tenant_not_allowed')).text).toContain(FABRIKAM);
  });

  test('a token of version 1.0 is refused with the switch to set', async () => {
    const iss = `https://sts.windows.net/${microsoft.tenantId}/`;
    for (const claims of [{ iss, ver: '1.0' }, { ver: '1.0' }]) {
      microsoft.addPersona({ ...ada, id: 'version-1', claims });
      expect(await locationFor(entrance, 'version-1')).toBe('/admin/login?error=sso_misconfigured');
      expect(entrance.logged.findLast((line) => line.includes('a sign-in was refused'))).toContain(
        'requestedAccessTokenVersion',
      );
    }
  });

  test('the keys change while somebody signs in, again and again, and nobody notices', async () => {
    for (let round = 0; round < 3; round += 1) {
      expect(await locationFor(entrance, 'key-rotation')).toBe('/admin');
    }
  });

  test('a guest’s #EXT# name and an apostrophe in an address sign in like others', async () => {
    microsoft.addPersona({
      ...ada,
      id: 'guest-edov',
      oid: '0e7a0c11-0000-4000-8000-00000000e0e0',
      username: 'siobhan.o’hara_contoso.com#EXT#@fabrikam.onmicrosoft.com',
      email: "siobhan.o'hara@contoso.com",
      claims: { acct: 1, xms_edov: true },
    });
    expect(await locationFor(entrance, 'guest-edov')).toBe('/admin');
  });
});

function settingsOf({ config }: TestEntrance) {
  return {
    SSO_ENTRA_TENANT_ID: entraConfigOf(config)?.tenantId,
    SSO_ENTRA_ALLOWED_TENANTS: entraConfigOf(config)?.allowedTenants.join(','),
  };
}

async function locationFor(entrance: TestEntrance, persona: string): Promise<string> {
  const browser = entrance.browser();
  const back = await browser.get(await entrance.callbackFor(browser, persona)).expect(303);
  return String(back.headers.location);
}
