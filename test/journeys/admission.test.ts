import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Persona } from '../../demo/personas.js';
import { type SimulatedMicrosoft, startSimulatedMicrosoft } from '../../demo/simulator/simulator.js';
import { LOCAL_ADMIN, REDIRECT_URI, startTestEntrance, type TestEntrance } from '../support/entrance.js';

let microsoft: SimulatedMicrosoft;
let entrance: TestEntrance | undefined;
beforeAll(async () => {
  microsoft = await startSimulatedMicrosoft({ redirectUris: [REDIRECT_URI] });
});
afterAll(() => microsoft.close());
afterEach(async () => {
  await entrance?.close();
  entrance = undefined;
});

const ada: Persona = {
  id: 'ada',
  name: 'Ada Lovelace',
  story: '',
  oid: '0e7a0c11-0000-4000-8000-00000000ada0',
  username: 'ada@contoso.com',
  email: 'ada@contoso.com',
};

/** Signs a persona in and gives where they end up, and what the page says. */
async function attempt(
  persona: Persona,
  settings: Record<string, string | undefined> = {},
  prepare?: (it: TestEntrance) => Promise<unknown>,
) {
  entrance = await startTestEntrance({ microsoft, settings });
  await prepare?.(entrance);
  microsoft.addPersona(persona);
  const browser = entrance.browser();
  const back = await browser.get(await entrance.callbackFor(browser, persona.id)).expect(303);
  const location = String(back.headers.location);
  const page = location.startsWith('/admin/login') ? (await browser.get(location).expect(200)).text : '';
  return { location, page };
}

describe('each row of the admission table', () => {
  test('tenant_not_allowed: the page names the directory that was used', async () => {
    const elsewhere = '99999999-8888-4777-8666-555555555555';
    const { location, page } = await attempt({ ...ada, claims: { tid: elsewhere } });
    expect(location).toBe('/admin/login?error=tenant_not_allowed');
    expect(page).toContain(elsewhere);
    expect(page).toContain('Use another account');
  });

  test('tenant_not_allowed: also when the token comes from another tenant’s issuer', async () => {
    const elsewhere = '99999999-8888-4777-8666-555555555555';
    const claims = { tid: elsewhere, iss: `${microsoft.authority}/${elsewhere}/v2.0` };
    expect((await attempt({ ...ada, claims })).location).toBe('/admin/login?error=tenant_not_allowed');
  });

  test('email_missing: tells which optional claim to add', async () => {
    const { location, page } = await attempt({ ...ada, username: 'kiosk', claims: { email: undefined } });
    expect(location).toBe('/admin/login?error=email_missing');
    expect(page).toContain('optional claim');
  });

  test('email_unverified: a guest’s address, where trusted domains depend on it', async () => {
    const guest = { ...ada, username: 'ada_contoso.com#EXT#@fabrikam.onmicrosoft.com' };
    expect((await attempt(guest)).location).toBe('/admin/login?error=email_unverified');
  });

  test('domain_not_trusted', async () => {
    const { location } = await attempt({
      ...ada,
      username: 'ada@sub.contoso.com',
      email: 'ada@sub.contoso.com',
    });
    expect(location).toBe('/admin/login?error=domain_not_trusted');
  });

  test('account_conflict: the address of a local account is not taken over', async () => {
    const { location } = await attempt({ ...ada, username: LOCAL_ADMIN.email, email: LOCAL_ADMIN.email });
    expect(location).toBe('/admin/login?error=account_conflict');
  });

  test('account_conflict: nor that of somebody else at Microsoft', async () => {
    const { location } = await attempt(ada, {}, (it) =>
      it.addUser({ email: 'Ada@contoso.com', lastLoginAt: new Date().toISOString() }),
    );
    expect(location).toBe('/admin/login?error=account_conflict');
  });

  test('a provisioned, never-used account is claimed', async () => {
    const { location } = await attempt(ada, { SSO_AUTO_CREATE_USERS: 'false' }, (it) =>
      it.addUser({
        id: '01980000-0000-7000-8000-0000000000aa',
        email: 'ada@contoso.com',
        providerId: null,
        providerScope: null,
      }),
    );
    expect(location).toBe('/admin');
    const user = await entrance?.deps.directory.find('01980000-0000-7000-8000-0000000000aa');
    expect(user).toMatchObject({
      providerId: ada.oid,
      providerScope: microsoft.tenantId,
      fullName: 'Ada Lovelace',
    });
  });

  test('not_provisioned: an unknown person where users are not created by themselves', async () => {
    const { location, page } = await attempt(ada, { SSO_AUTO_CREATE_USERS: 'false' });
    expect(location).toBe('/admin/login?error=not_provisioned');
    expect(page).toContain('Ask an administrator');
  });

  test('account_disabled', async () => {
    const { location } = await attempt(ada, {}, (it) =>
      it.addUser({ email: 'ada@contoso.com', providerId: ada.oid, status: 'disabled' }),
    );
    expect(location).toBe('/admin/login?error=account_disabled');
  });

  test('everybody of the tenant is admitted without trusted domains', async () => {
    const { location } = await attempt(
      { ...ada, email: 'ada@anywhere.example' },
      { SSO_TRUSTED_DOMAINS: '' },
    );
    expect(location).toBe('/admin');
  });

  test('SSO_ENTRA_ADMIN_GROUPS, when set, replaces the default', async () => {
    const group = '7c0b1de2-0000-4000-8000-00000000a0a0';
    const person = { ...ada, groups: [group], roles: [] };
    await attempt(person, { SSO_ENTRA_ADMIN_GROUPS: group });
    expect((await entrance?.deps.directory.findByEmail('ada@contoso.com'))?.roles).toEqual([
      {
        name: 'platform_admin',
        origin: 'sso',
        sources: [{ kind: 'group', value: group }],
        confirmedAt: expect.any(String),
      },
    ]);
    await entrance?.close();
    await attempt({ ...ada, roles: ['gateway.admin'] }, { SSO_ENTRA_ADMIN_GROUPS: group });
    expect((await entrance?.deps.directory.findByEmail('ada@contoso.com'))?.roles).toEqual([]);
  });

  test('a tenant that is configured by a verified domain is recognised by its ID', async () => {
    expect((await attempt(ada, { SSO_ENTRA_TENANT_ID: 'contoso.com' })).location).toBe('/admin');
  });
});
