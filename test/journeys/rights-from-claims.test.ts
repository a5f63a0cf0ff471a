import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { explainAccessOf, previewAccessBy } from '#entrance/commands/access.js';
import type { User } from '#entrance/identity/user.js';
import { parseConfig } from '#entrance/settings.js';
import type { Persona } from '../../demo/personas.js';
import { type SimulatedMicrosoft, startSimulatedMicrosoft } from '../../demo/simulator/simulator.js';
import {
  REDIRECT_URI,
  startTestEntrance,
  storeKinds,
  type TestEntrance,
  usualSettings,
} from '../support/entrance.js';

const GROUP = '8d3c1f02-6a4b-4a57-9c1e-2f7b60d9e5a1';
const OTHER = '9c6d5f10-2b8e-4a73-b1f4-3e7a0d9c5528';
const BY_GROUP = { SSO_ENTRA_ADMIN_GROUPS: JSON.stringify([GROUP]) };
const NAMES_WARNING = 'groups arrive as names; they give nothing';

type Claims = Readonly<Record<string, unknown>>;

let entrance: TestEntrance;
let microsoft: SimulatedMicrosoft | undefined;
afterEach(async () => {
  await entrance.close();
  await microsoft?.close();
  microsoft = undefined;
});

function somebody(): Persona {
  const id = randomUUID();
  const username = `${id}@contoso.com`;
  return { id, name: 'Somebody', story: '', oid: id, username, email: username };
}

/** A sign-in whose ID token says this; a minute after the one before. */
async function signIn(persona: Persona, claims: Claims) {
  entrance.pass(60_000);
  entrance.microsoft.addPersona({ ...persona, claims });
  const browser = await entrance.signIn(persona.id);
  const user = await entrance.deps.directory.findByEmail(persona.email ?? '');
  if (user === undefined) throw new Error('nobody');
  const teams = await entrance.deps.teams.findAll(user.teams.map(({ name }) => name));
  return {
    user,
    browser,
    roles: user.roles.map(({ name }) => name),
    teams: user.teams.map(({ name }) => teams.get(name)?.name),
    /** The console's answer. */
    console: (await browser.get('/admin/users')).status,
  };
}

async function isIn({ browser }: Pick<Awaited<ReturnType<typeof signIn>>, 'browser'>): Promise<boolean> {
  return (await browser.get('/auth/me').set('Accept', 'application/json')).status === 200;
}

async function lastSignIn() {
  const { events } = await entrance.deps.audit.list({ limit: 50 });
  return events.find(({ event }) => event.action === 'user-sign-in')?.entrance;
}

const told = (text: string) => entrance.logged.filter((line) => line.includes(text)).length;

/** A user as an earlier version stored them, when groups still counted by name. */
async function asOfAnEarlierVersion(user: User): Promise<void> {
  const source = { kind: 'group', value: 'gateway.admin' } as const;
  const grant = { origin: 'sso', sources: [source], confirmedAt: new Date().toISOString() } as const;
  await entrance.deps.directory.update(user, { roles: [{ ...grant, name: 'platform_admin' }] });
}

async function withGraph(settings: Readonly<Record<string, string>>): Promise<void> {
  microsoft = await startSimulatedMicrosoft({ redirectUris: [REDIRECT_URI] });
  entrance = await startTestEntrance({
    settings: { ...settings, SSO_ENTRA_GRAPH_URL: microsoft.authority },
    microsoft,
  });
}

describe.each(storeKinds)('a group that arrives by name, in %s', (store) => {
  test('gives no role and no team, whatever app roles are mapped, and one warning says so', async () => {
    entrance = await startTestEntrance({
      store,
      settings: {
        SSO_ENTRA_ROLE_MAPPINGS: '{"gateway.viewer":"platform_viewer"}',
        SSO_ENTRA_TEAM_MAPPINGS: '{"team.red":"Red"}',
      },
    });
    for (const groups of [
      ['gateway.admin'],
      ['Gateway.Admin'],
      'gateway.admin',
      ['CONTOSO\\gateway.admin'],
      ['gateway.viewer'],
      ['Team.Red'],
      ['team.red', GROUP, 'gateway.admin'],
    ]) {
      const persona = somebody();
      expect(await signIn(persona, { groups })).toMatchObject({ roles: [], teams: [], console: 403 });
    }
    expect(told(NAMES_WARNING)).toBe(1);
    expect(entrance.logged.join()).not.toContain('CONTOSO');
    expect(told('Token configuration')).toBe(1);
  });
});

describe('a group that arrives by name', () => {
  test('leaves what the same name gives as an app role, and what a GUID beside it gives', async () => {
    entrance = await startTestEntrance({
      settings: {
        SSO_ENTRA_ADMIN_GROUPS: `gateway.admin,${GROUP}`,
        SSO_ENTRA_TEAM_MAPPINGS: JSON.stringify({ [GROUP]: 'Platform', 'team.red': 'Red' }),
      },
    });
    const claims = { groups: ['gateway.admin'], roles: ['Gateway.Admin', 'team.red'] };
    expect(await signIn(somebody(), claims)).toMatchObject({ roles: ['platform_admin'], teams: ['Red'] });
    const byGroup = await signIn(somebody(), { groups: ['team.red', GROUP.toUpperCase()] });
    expect(byGroup).toMatchObject({ roles: ['platform_admin'], teams: ['Platform'] });
  });

  test('doesn’t stand in the way of the default role where no group is mapped', async () => {
    entrance = await startTestEntrance({ settings: { SSO_ENTRA_DEFAULT_ROLE: 'member' } });
    expect((await signIn(somebody(), { groups: ['Platform Admins'] })).roles).toEqual(['member']);
  });

  test.each<[string, Claims]>([
    ['groups by name', { groups: ['gateway.admin'] }],
    ['groups that were left out', { _claim_names: { groups: 'src1' } }],
    ['groups that can’t be read', { groups: {} }],
    ['no groups', {}],
  ])('loses what an earlier version gave it, with %s', async (_, claims) => {
    entrance = await startTestEntrance();
    const persona = somebody();
    const first = await signIn(persona, {});
    await asOfAnEarlierVersion(first.user);
    const explained = await explainAccessOf(first.user.email, entrance.config.sso, entrance.deps, {
      json: false,
    });
    expect(explained).toContain('platform_admin: group gateway.admin (which gives it no more)');
    const preview = await previewAccessBy(entrance.config, entrance.deps, { json: false });
    expect(preview?.report).toContain('1 person would lose platform_admin');
    expect(await signIn(persona, claims)).toMatchObject({ roles: [], console: 403 });
    expect(await isIn(first)).toBe(false);
  });

  test('gives nothing in a preview either, and the preview says what isn’t known', async () => {
    entrance = await startTestEntrance({ settings: BY_GROUP });
    const { user } = await signIn(somebody(), { groups: ['Platform Admins'], roles: { 0: 'gateway.admin' } });
    const others = parseConfig({
      ...usualSettings(entrance.microsoft),
      SSO_ENTRA_ADMIN_GROUPS: 'gateway.admin',
      SSO_ENTRA_ROLE_MAPPINGS: '{"platform.admins":"platform_viewer"}',
    });
    const preview = await previewAccessBy(others, entrance.deps, { json: false });
    expect(preview?.report).toContain('nothing would change.');
    expect(preview?.report).toContain('The groups of 1 person aren’t all known');
    expect(preview?.report).toContain('The app roles of 1 person aren’t all known');
    const text = await explainAccessOf(user.email, entrance.config.sso, entrance.deps, { json: false });
    expect(text).toContain('groups: unknown; what rests on a group stays as it was');
    expect(text).toContain('app roles: unknown; what rests on an app role stays as it was');
  });

  test('takes nothing away that rests on an ID: among names no ID is missing', async () => {
    entrance = await startTestEntrance({ settings: BY_GROUP });
    const persona = somebody();
    const first = await signIn(persona, { groups: [GROUP] });
    for (const groups of [['Platform Admins'], 'Platform Admins', [OTHER, 'Platform Admins']]) {
      expect(await signIn(persona, { groups })).toMatchObject({ roles: ['platform_admin'], console: 200 });
      expect(await lastSignIn()).toMatchObject({ groups_unknown: true });
    }
    expect(await isIn(first)).toBe(true);
    expect(await signIn(persona, { groups: [OTHER] })).toMatchObject({ roles: [], console: 403 });
    expect(await isIn(first)).toBe(false);
  });

  test('is asked of Graph by ID where one is mapped, so that who leaves a group is known', async () => {
    await withGraph(BY_GROUP);
    const persona = somebody();
    const named = { groups: ['Platform Admins'] };
    expect((await signIn({ ...persona, groups: [GROUP] }, named)).roles).toEqual(['platform_admin']);
    expect((await signIn({ ...persona, groups: [OTHER] }, named)).roles).toEqual([]);
  });

  test('isn’t asked of Graph where no ID is mapped', async () => {
    await withGraph({});
    await signIn(somebody(), { groups: ['Platform Admins'] });
    expect(entrance.microsoft.graph.requests).toBe(0);
  });

  test('never comes to anything once the groups are too many, and Graph answers with IDs', async () => {
    await withGraph({ SSO_ENTRA_ADMIN_GROUPS: 'platform.admins' });
    const persona = { ...somebody(), groups: [GROUP, OTHER] };
    const first = await signIn(persona, { groups: ['platform.admins'] });
    const elsewhere = {
      _claim_names: { groups: 'src1' },
      _claim_sources: { src1: { endpoint: 'https://graph.example/x' } },
    };
    const second = await signIn(persona, { groups: undefined, ...elsewhere });
    expect([first.roles, second.roles]).toEqual([[], []]);
    expect(await isIn(first)).toBe(true);
    expect(told(NAMES_WARNING)).toBe(1);
  });
});

/** Each claim is sent for an administrator by the app role. */
const stillThere: Readonly<Record<string, Claims>> = {
  'a single text': { roles: 'gateway.admin' },
  'null beside it': { roles: ['gateway.admin', null] },
  'a number beside it': { roles: ['gateway.admin', 7] },
  'a list beside it': { roles: [['x'], 'gateway.admin'] },
  'an object beside it': { roles: ['gateway.admin', { value: 'x' }] },
  'an empty text beside it': { roles: ['gateway.admin', ''] },
  'control characters beside it': { roles: ['gateway.admin', 'gateway\u0000viewer'] },
  'too long a text beside it': { roles: ['gateway.admin', 'x'.repeat(1_025)] },
};
const unknown: Readonly<Record<string, Claims>> = {
  'an object': { roles: { 0: 'gateway.admin' } },
  'a number': { roles: 7 },
  'a truth value': { roles: true },
  'odd members alone': { roles: [null, 7, {}] },
  'thousands of members': { roles: Array.from({ length: 2_500 }, (_, index) => `role.${index}`) },
  'roles elsewhere': { _claim_names: { roles: 'src1' } },
  'an unreadable list of what is elsewhere': { _claim_names: ['roles'] },
};

describe('an administrator by app role', () => {
  test.each(Object.entries(stillThere))('stays one with %s', async (_, claims) => {
    entrance = await startTestEntrance();
    const persona = somebody();
    const first = await signIn(persona, { roles: ['gateway.admin'] });
    expect(await signIn(persona, claims)).toMatchObject({ roles: ['platform_admin'], console: 200 });
    expect(await isIn(first)).toBe(true);
    expect((await signIn(somebody(), claims)).roles).toEqual(['platform_admin']);
    expect(await lastSignIn()).not.toHaveProperty('app_roles_unknown');
  });

  test.each(Object.entries(unknown))(
    'stays one with %s; nobody becomes one; log and audit say so',
    async (_, claims) => {
      entrance = await startTestEntrance();
      const persona = somebody();
      const first = await signIn(persona, { roles: ['gateway.admin'] });
      const second = await signIn(persona, claims);
      expect(second).toMatchObject({ roles: ['platform_admin'], console: 200 });
      expect(second.user.roles).toEqual(first.user.roles);
      expect(await isIn(first)).toBe(true);
      expect(await lastSignIn()).toMatchObject({ app_roles_unknown: true });
      expect(told('grants by it stay as they were')).toBeGreaterThan(0);
      expect((await signIn(somebody(), claims)).roles).toEqual([]);
    },
  );

  test.each<Claims>([{}, { roles: null }, { roles: [] }, { roles: '' }, { roles: ['gateway.user'] }])(
    'is one no more with %j, and their sessions end',
    async (claims) => {
      entrance = await startTestEntrance();
      const persona = somebody();
      const first = await signIn(persona, { roles: ['gateway.admin'] });
      expect(await signIn(persona, claims)).toMatchObject({ roles: [], console: 403 });
      expect(await isIn(first)).toBe(false);
    },
  );

  test('is told in the API from whom app roles aren’t known', async () => {
    entrance = await startTestEntrance();
    const persona = somebody();
    await signIn(persona, { roles: ['gateway.admin'] });
    const { user, browser } = await signIn(persona, { roles: {}, groups: [GROUP] });
    const { body } = await browser.get(`/auth/users/${user.id}/access`).set('Accept', 'application/json');
    expect(body.last_seen).toMatchObject({ groups: [GROUP], app_roles: null });
  });

  test('what can’t be read is logged by its kind and number, once, and never by what it says', async () => {
    entrance = await startTestEntrance();
    const claims = { roles: ['gateway.admin', { secret: 'plum' }, { secret: 'kettle' }] };
    await signIn(somebody(), claims);
    await signIn(somebody(), claims);
    const lines = entrance.logged.filter((line) => line.includes('can’t be read'));
    expect(lines).toHaveLength(1);
    expect(lines.join()).toContain('"unread":{"object":2}');
    expect(entrance.logged.join()).not.toMatch(/plum|kettle/);
  });
});

describe('groups that are sent as roles', () => {
  test('give what their IDs are mapped to, in any case', async () => {
    entrance = await startTestEntrance({
      settings: { ...BY_GROUP, SSO_ENTRA_TEAM_MAPPINGS: JSON.stringify({ [GROUP.toUpperCase()]: 'Red' }) },
    });
    for (const roles of [[GROUP], GROUP, [GROUP.toUpperCase(), null]])
      expect(await signIn(somebody(), { roles })).toMatchObject({
        roles: ['platform_admin'],
        teams: ['Red'],
      });
  });

  test('are asked of Graph if they don’t fit into the token, and certain then', async () => {
    await withGraph(BY_GROUP);
    const persona = somebody();
    const elsewhere = { groups: undefined, _claim_names: { roles: 'src1' } };
    const first = await signIn(persona, { roles: [GROUP] });
    expect((await signIn({ ...persona, groups: [OTHER, GROUP] }, elsewhere)).roles).toEqual([
      'platform_admin',
    ]);
    expect(entrance.microsoft.graph.requests).toBe(1);
    expect(await isIn(first)).toBe(true);
    expect(await signIn({ ...persona, groups: [OTHER] }, elsewhere)).toMatchObject({
      roles: [],
      console: 403,
    });
  });

  test('are unknown if Graph can’t be asked for them', async () => {
    await withGraph(BY_GROUP);
    entrance.microsoft.faults.graph = { status: 503 };
    const persona = somebody();
    const first = await signIn(persona, { roles: [GROUP] });
    const second = await signIn(persona, { _claim_names: { roles: 'src1' } });
    expect(second.user.roles).toEqual(first.user.roles);
    expect(await lastSignIn()).toMatchObject({ groups_unknown: true, app_roles_unknown: true });
  });
});

describe('an administrator by group', () => {
  test.each<Claims>([
    { groups: { 0: GROUP } },
    { groups: 7 },
    { groups: [null, {}] },
    { groups: ['x'.repeat(1_025)] },
    { hasgroups: true },
    { hasgroups: 'yes' },
    { _claim_names: { groups: 'src1' } },
    { _claim_names: 'groups' },
  ])('stays one with %j', async (claims) => {
    entrance = await startTestEntrance({ settings: BY_GROUP });
    const persona = somebody();
    const first = await signIn(persona, { groups: [GROUP, null] });
    const second = await signIn(persona, claims);
    expect(second.user.roles).toEqual(first.user.roles);
    expect(await isIn(first)).toBe(true);
    expect(await lastSignIn()).toMatchObject({ groups_unknown: true });
    expect((await signIn(somebody(), claims)).roles).toEqual([]);
  });

  test.each<Claims>([{}, { groups: [] }, { groups: null }, { groups: [OTHER] }, { hasgroups: false }])(
    'is one no more with %j',
    async (claims) => {
      entrance = await startTestEntrance({ settings: BY_GROUP });
      const persona = somebody();
      await signIn(persona, { groups: [GROUP] });
      expect(await signIn(persona, claims)).toMatchObject({ roles: [], console: 403 });
    },
  );
});

test('an administrator by the domain of their address stays one while the claim of it can’t be read', async () => {
  entrance = await startTestEntrance({
    settings: { SSO_TRUSTED_DOMAINS: '[]', SSO_AUTO_ADMIN_DOMAINS: 'admins.example' },
  });
  const persona = { ...somebody(), email: 'ada@admins.example' };
  const { user } = await signIn(persona, {});
  entrance.pass(60_000);
  entrance.microsoft.addPersona({ ...persona, claims: { email: ['ada@admins.example'] } });
  await entrance.signIn(persona.id);
  expect((await entrance.deps.directory.find(user.id))?.roles).toEqual(user.roles);
});
