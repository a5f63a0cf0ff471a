import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { AuditEvent } from '#entrance/audit/event.js';
import type { User } from '#entrance/identity/user.js';
import { DEFAULT_SCOPES } from '#entrance/tokens/api-token.js';
import type { Persona } from '../../demo/personas.js';
import { type SimulatedMicrosoft, startSimulatedMicrosoft } from '../../demo/simulator/simulator.js';
import {
  LOCAL_ADMIN,
  REDIRECT_URI,
  startTestEntrance,
  storeKinds,
  type TestEntrance,
} from '../support/entrance.js';

const READERS = '11111111-0000-4000-8000-0000000000a1';
const ADMINS = '11111111-0000-4000-8000-0000000000a2';
const PLATFORM = '11111111-0000-4000-8000-0000000000a3';

const mappings = {
  SSO_ENTRA_ADMIN_GROUPS: `gateway.admin,${ADMINS}`,
  SSO_ENTRA_ROLE_MAPPINGS: JSON.stringify({ [READERS]: 'platform_viewer', 'gateway.developer': 'developer' }),
  SSO_ENTRA_TEAM_MAPPINGS: JSON.stringify({ [PLATFORM]: 'Platform', 'gateway.developer': 'Builders' }),
};

let entrance: TestEntrance;
afterEach(() => entrance.close());

function somebody(changes: Partial<Persona> = {}): Persona {
  const id = randomUUID();
  const username = `${id}@contoso.com`;
  return { id, name: 'Somebody', story: '', oid: id, username, email: username, ...changes };
}

async function signInAs(
  persona: Persona,
): Promise<{ readonly user: User; readonly browser: ReturnType<TestEntrance['browser']> }> {
  entrance.pass(60_000);
  entrance.microsoft.addPersona(persona);
  const browser = await entrance.signIn(persona.id);
  const user = await entrance.deps.directory.findByIdentity({
    provider: 'entra',
    providerScope: entrance.microsoft.tenantId,
    providerId: persona.oid,
  });
  if (user === undefined) throw new Error('nobody');
  return { user, browser };
}

const rolesOf = ({ user }: { user: User }) => user.roles.map(({ name, origin }) => `${name} ${origin}`);

async function teamsOf({ user }: { user: User }): Promise<readonly (string | undefined)[]> {
  const teams = await entrance.deps.teams.findAll(user.teams.map(({ name }) => name));
  return user.teams.map(({ name }) => teams.get(name)?.name).sort();
}

async function events(action: string): Promise<readonly AuditEvent[]> {
  return (await entrance.deps.audit.list({ limit: 50 })).events.filter(
    ({ event }) => event.action === action,
  );
}

async function api(path: string) {
  const token = await entrance.token(...DEFAULT_SCOPES);
  return entrance
    .browser()
    .get(path)
    .set({ Authorization: `Bearer ${token}`, Accept: 'application/json' });
}

describe.each(storeKinds)('roles and teams by group and app role, in %s', (store) => {
  test('come and go with what Microsoft says, and what was given here stays', async () => {
    entrance = await startTestEntrance({ store, settings: mappings });
    const persona = somebody({ groups: [READERS, PLATFORM], roles: ['gateway.developer'] });
    const first = await signInAs(persona);
    expect(rolesOf(first)).toEqual(['developer sso', 'platform_viewer sso']);
    expect(await teamsOf(first)).toEqual(['Builders', 'Platform']);

    await entrance.deps.directory.update(first.user, {
      roles: [...first.user.roles, { name: 'platform_viewer', origin: 'manual' }],
    });
    const second = await signInAs({ ...persona, groups: [ADMINS.toUpperCase()], roles: [] });
    expect(rolesOf(second)).toEqual(['platform_viewer manual', 'platform_admin sso']);
    expect(await teamsOf(second)).toEqual([]);

    const [change] = await events('user-roles-change');
    expect(change?.entrance).toMatchObject({
      roles: { added: ['platform_admin'], removed: ['developer'] },
      because: expect.arrayContaining([
        `platform_admin: group ${ADMINS.toUpperCase()}`,
        'developer: app role gateway.developer',
      ]),
    });
    expect((await events('team-member-remove')).map(({ group }) => group?.name).sort()).toEqual([
      'Builders',
      'Platform',
    ]);
  });

  test('say why, and to whom', async () => {
    entrance = await startTestEntrance({ store, settings: mappings });
    const { user, browser } = await signInAs(
      somebody({ groups: [READERS, PLATFORM], roles: ['gateway.developer'] }),
    );
    const answer = await api(`/auth/users/${user.id}/access`);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      email: user.email,
      roles: [
        {
          name: 'developer',
          origin: 'sso',
          sources: [{ kind: 'app_role', value: 'gateway.developer', setting: 'SSO_ENTRA_ROLE_MAPPINGS' }],
          confirmed_at: user.lastLoginAt,
        },
        { name: 'platform_viewer', sources: [{ kind: 'group', value: READERS }] },
      ],
      teams: expect.arrayContaining([
        expect.objectContaining({
          name: 'Builders',
          sources: [{ kind: 'app_role', value: 'gateway.developer', setting: 'SSO_ENTRA_TEAM_MAPPINGS' }],
        }),
      ]),
      last_seen: {
        groups: [READERS, PLATFORM],
        app_roles: ['gateway.developer'],
        verified_domain: 'contoso.com',
      },
    });
    const page = await browser.get(`/admin/users/${user.id}`).expect(200);
    expect(page.text).toContain(`From Microsoft: group ${READERS}; confirmed`);
    expect(page.text).toContain(`From Microsoft: group ${PLATFORM}; confirmed`);
    await entrance
      .browser()
      .get(`/auth/users/${user.id}/access`)
      .set('Accept', 'application/json')
      .expect(401);
    await entrance.deps.directory.delete(user);
    expect((await api(`/auth/users/${user.id}/access`)).status).toBe(404);
  });
});

describe('who matches nothing', () => {
  test('has the default role, until something matches', async () => {
    entrance = await startTestEntrance({ settings: { ...mappings, SSO_ENTRA_DEFAULT_ROLE: 'member' } });
    const persona = somebody();
    expect(rolesOf(await signInAs(persona))).toEqual(['member sso']);
    expect(rolesOf(await signInAs({ ...persona, groups: [READERS] }))).toEqual(['platform_viewer sso']);
    expect(rolesOf(await signInAs(persona))).toEqual(['member sso']);
  });
});

describe('SSO_AUTO_ADMIN_DOMAINS', () => {
  const settings = { SSO_TRUSTED_DOMAINS: '[]', SSO_AUTO_ADMIN_DOMAINS: 'Admins.Example' };

  test('makes administrators of everybody with a verified address there', async () => {
    entrance = await startTestEntrance({ settings });
    const persona = somebody({ email: 'ada@admins.example' });
    expect(rolesOf(await signInAs(persona))).toEqual(['platform_admin sso']);
    expect(rolesOf(await signInAs(somebody({ email: 'eve@sub.admins.example' })))).toEqual([]);
  });

  test('refuses an address there that nobody vouches for', async () => {
    entrance = await startTestEntrance({ settings });
    const guest = somebody({ email: 'eve@admins.example', claims: { acct: 1 } });
    entrance.microsoft.addPersona(guest);
    const browser = entrance.browser();
    const back = await browser.get(await entrance.callbackFor(browser, guest.id)).expect(303);
    expect(back.headers.location).toContain('error=email_unverified');
    expect(rolesOf(await signInAs(somebody({ email: 'eve@other.example', claims: { acct: 1 } })))).toEqual(
      [],
    );
  });
});

test('with SSO_ENTRA_SYNC_ROLES_ON_LOGIN=false the first sign-in decides', async () => {
  entrance = await startTestEntrance({ settings: { ...mappings, SSO_ENTRA_SYNC_ROLES_ON_LOGIN: 'false' } });
  const persona = somebody({ groups: [READERS, PLATFORM] });
  await signInAs(persona);
  const later = await signInAs({ ...persona, groups: [], roles: ['gateway.admin'] });
  expect(rolesOf(later)).toEqual(['platform_viewer sso']);
  expect(await teamsOf(later)).toEqual(['Platform']);
});

describe('more groups than fit into a token', () => {
  let microsoft: SimulatedMicrosoft;
  afterEach(() => microsoft.close());

  const many = (...groups: string[]) => [
    ...Array.from({ length: 250 }, (_, index) => `22222222-0000-4000-8000-${`${index}`.padStart(12, '0')}`),
    ...groups,
  ];

  async function withGraph(settings: Record<string, string> = {}): Promise<void> {
    microsoft = await startSimulatedMicrosoft({ redirectUris: [REDIRECT_URI] });
    entrance = await startTestEntrance({
      settings: { ...mappings, SSO_ENTRA_GRAPH_URL: microsoft.authority, ...settings },
      microsoft,
    });
  }

  test('are asked of Graph, page by page', async () => {
    await withGraph();
    entrance.microsoft.faults.graph = { pageSize: 100 };
    expect(rolesOf(await signInAs(somebody({ groups: many(READERS) })))).toEqual(['platform_viewer sso']);
    expect(entrance.microsoft.graph.requests).toBe(3);
  });

  test.each([
    ['is down', { status: 503 }],
    ['refuses', { status: 403 }],
    [
      'leads elsewhere for the next page',
      { pageSize: 100, nextLink: 'http://127.0.0.1:1/v1.0/me/getMemberObjects' },
    ],
    ['doesn’t answer in time', { delayMs: 60_000 }],
  ])('are unknown where Graph %s: nothing is taken, nothing given, and the log says so', async (_, fault) => {
    await withGraph();
    const persona = somebody({ groups: many(READERS) });
    const before = await signInAs(persona);
    entrance.microsoft.faults.graph = fault;
    const after = await signInAs({ ...persona, groups: many(ADMINS) });
    expect(after.user.roles).toEqual(before.user.roles);
    expect((await events('user-sign-in')).at(0)?.entrance).toMatchObject({ groups_unknown: true });
    expect(entrance.logged.join()).toContain('Microsoft Graph could not be asked');
    expect((await api(`/auth/users/${after.user.id}/access`)).body.last_seen.groups).toBeNull();

    entrance.microsoft.faults.graph = undefined;
    expect(rolesOf(await signInAs({ ...persona, groups: many(ADMINS) }))).toEqual(['platform_admin sso']);
  });
});

describe('the last administrator', () => {
  test('may be demoted by Microsoft, and that is said aloud', async () => {
    entrance = await startTestEntrance({
      settings: { PLATFORM_ADMIN_EMAIL: undefined, PLATFORM_ADMIN_PASSWORD: undefined },
    });
    const persona = somebody({ roles: ['gateway.admin'] });
    await signInAs(persona);
    expect(rolesOf(await signInAs({ ...persona, roles: [] }))).toEqual([]);
    expect(await events('administrators-lost')).toMatchObject([
      { user: { target: { email: persona.email } } },
    ]);
    expect(entrance.logged.join()).toContain('no platform_admin is left who can sign in');
    expect(entrance.logged.join()).toContain('or set PLATFORM_ADMIN_EMAIL to a new local administrator');
  });

  test.each([
    [LOCAL_ADMIN, `or set SSO_PRESERVE_ADMIN_AUTH=true, so that ${LOCAL_ADMIN.email} can sign in`],
    [undefined, 'or set SSO_PRESERVE_ADMIN_AUTH=true and PLATFORM_ADMIN_EMAIL'],
  ])('is the last one also beside a local one who can’t sign in, who is named', async (local, way) => {
    entrance = await startTestEntrance({
      settings: {
        SSO_PRESERVE_ADMIN_AUTH: 'false',
        PLATFORM_ADMIN_EMAIL: local?.email,
        PLATFORM_ADMIN_PASSWORD: local?.password,
      },
    });
    const persona = somebody({ roles: ['gateway.admin'] });
    await signInAs(persona);
    await signInAs({ ...persona, roles: [] });
    expect(await events('administrators-lost')).toHaveLength(1);
    expect(entrance.logged.join()).toContain(way);
  });

  test('a local one stays, whoever is demoted', async () => {
    entrance = await startTestEntrance();
    const persona = somebody({ roles: ['gateway.admin'] });
    await signInAs(persona);
    await signInAs({ ...persona, roles: [] });
    expect(await events('administrators-lost')).toEqual([]);
    const local = await entrance.deps.directory.findByEmail(LOCAL_ADMIN.email);
    expect(local?.roles).toEqual([{ name: 'platform_admin', origin: 'manual' }]);
  });
});
