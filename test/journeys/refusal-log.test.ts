import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { User } from '#entrance/directory/directory.js';
import { adminPersona, type Persona } from '../../demo/personas.js';
import { type SimulatedMicrosoft, startSimulatedMicrosoft } from '../../demo/simulator/simulator.js';
import { REDIRECT_URI, startTestEntrance, type TestEntrance } from '../support/entrance.js';

/** The log and the audit log about a person whom a rule of ours refused. */

const OTHER_TENANT = '5e0d7c3b-94a1-4f26-8b7c-d2f1a6e39805';
const OID = '5b1d4c97-0000-4000-b000-000000000001';
const EMAIL = 'ada@contoso.com';

let microsoft: SimulatedMicrosoft;
let entrance: TestEntrance | undefined;
beforeAll(async () => {
  microsoft = await startSimulatedMicrosoft({ redirectUris: [REDIRECT_URI] });
});
afterEach(() => entrance?.close());
afterAll(() => microsoft.close());

interface Case {
  readonly persona?: Partial<Persona>;
  readonly settings?: Readonly<Record<string, string>>;
  /** The users that exist already. */
  readonly user?: Partial<User>;
  readonly begin?: string;
  readonly tenant?: string;
  readonly domain?: string | undefined;
  readonly remedy: RegExp;
}

const several = {
  SSO_ENTRA_TENANT_ID: 'organizations',
  SSO_ENTRA_ALLOWED_TENANTS: '["3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650"]',
};
const known = { email: EMAIL, providerId: OID };

test.each<[string, string, Case]>([
  [
    'tenant_not_allowed',
    'of a directory that isn’t listed',
    {
      settings: several,
      persona: { tenantId: OTHER_TENANT },
      tenant: OTHER_TENANT,
      remedy: new RegExp(`${OTHER_TENANT}.*SSO_ENTRA_ALLOWED_TENANTS`),
    },
  ],
  [
    'tenant_not_allowed',
    'of another directory than the one',
    {
      persona: { tenantId: OTHER_TENANT },
      tenant: OTHER_TENANT,
      domain: undefined,
      remedy: new RegExp(`${OTHER_TENANT}.*organizations`),
    },
  ],
  [
    'email_missing',
    'without an address',
    {
      persona: { username: 'ada', claims: { email: undefined } },
      domain: undefined,
      remedy: /optional claim “email”/,
    },
  ],
  ['email_unverified', 'who is a guest', { persona: { claims: { acct: 1 } }, remedy: /xms_edov/ }],
  [
    'domain_not_trusted',
    'of another domain',
    {
      persona: { email: 'ada@fabrikam.example' },
      domain: 'fabrikam.example',
      remedy: /fabrikam\.example may sign in, add it to SSO_TRUSTED_DOMAINS/,
    },
  ],
  [
    'account_conflict',
    'whose address another account has',
    {
      user: { email: EMAIL, provider: 'local', providerId: null, providerScope: null },
      remedy: /links the provider under “My account”/,
    },
  ],
  [
    'not_provisioned',
    'who is unknown',
    { settings: { SSO_AUTO_CREATE_USERS: 'false' }, remedy: /\/admin\/users\/add/ },
  ],
  [
    'pending_approval',
    'who waits',
    { settings: { SSO_REQUIRE_ADMIN_APPROVAL: 'true' }, remedy: /\/admin\/approvals/ },
  ],
  ['rejected', 'who was rejected', { user: { ...known, status: 'rejected' }, remedy: /Approve them/ }],
  ['account_disabled', 'who is disabled', { user: { ...known, status: 'disabled' }, remedy: /Enable it/ }],
  [
    'auth_context_missing',
    'without the context',
    {
      begin: '/auth/sso/login/entra?auth_context=c1',
      persona: { claims: { acrs: undefined } },
      remedy: /Conditional Access/,
    },
  ],
])(
  '%s: the log and the audit log say by which rule somebody %s was refused, and what to do',
  async (code, _who, given) => {
    const { begin, domain, remedy, persona, settings, tenant, user } = {
      domain: 'contoso.com',
      tenant: microsoft.tenantId,
      ...given,
    };
    entrance = await startTestEntrance({ microsoft, ...(settings === undefined ? {} : { settings }) });
    if (user !== undefined) await entrance.addUser(user);
    microsoft.addPersona({
      ...adminPersona,
      id: 'ada',
      oid: OID,
      username: EMAIL,
      email: EMAIL,
      roles: [],
      ...persona,
    });
    const browser = entrance.browser();
    const refused = await browser.get(await entrance.callbackFor(browser, 'ada', begin)).expect(303);
    expect(refused.headers.location).toContain(`error=${code}`);

    const line = JSON.parse(entrance.logged.findLast((one) => one.includes('a sign-in was refused')) ?? '{}');
    expect(line).toMatchObject({ requestId: expect.any(String), code, provider: 'entra', tenant });
    expect(line.domain).toBe(domain);
    expect(line.rule).toEqual(expect.stringMatching(/\w{3}/));
    expect(line.remedy).toMatch(remedy);

    const { events } = await entrance.deps.audit.list({ limit: 10 });
    const event = events.find(({ event }) => event.outcome === 'failure');
    expect(event).toMatchObject({
      event: { action: 'user-sign-in', reason: code },
      organization: { id: tenant },
    });
    expect(event?.user?.email?.split('@')[1]).toBe(domain);
  },
);
