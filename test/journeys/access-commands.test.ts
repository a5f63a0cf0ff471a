import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { explainAccessOf, previewAccessBy } from '#entrance/commands/access.js';
import { parseConfig } from '#entrance/settings.js';
import {
  LOCAL_ADMIN,
  startTestEntrance,
  storeKinds,
  type TestEntrance,
  usualSettings,
} from '../support/entrance.js';

const READERS = '11111111-0000-4000-8000-0000000000a1';
const WRITERS = '11111111-0000-4000-8000-0000000000a2';

describe.each(storeKinds)('entrance access, on %s', (store) => {
  let entrance: TestEntrance;
  beforeAll(async () => {
    entrance = await startTestEntrance({ store });
    for (const [name, roles, groups] of [
      ['ada', ['gateway.admin'], [READERS]],
      ['bob', ['gateway.admin'], []],
      ['eve', ['gateway.admin'], [WRITERS]],
      ['ian', [], [WRITERS]],
    ] as const) {
      const email = `${name}@contoso.com`;
      entrance.microsoft.addPersona({
        id: name,
        name,
        story: '',
        oid: randomUUID(),
        username: email,
        email,
        roles,
        groups,
      });
      await entrance.signIn(name);
    }
    await entrance.addUser({ email: 'never@contoso.com', providerId: null, providerScope: null });
  });
  afterAll(() => entrance.close());

  const configWith = (settings: Record<string, string | undefined>) =>
    parseConfig({ ...usualSettings(entrance.microsoft), ...settings });
  const preview = (settings: Record<string, string | undefined>, json = false) =>
    previewAccessBy(configWith(settings), entrance.deps, { json });

  test('preview says that nothing would change where nothing would', async () => {
    expect(await previewAccessBy(entrance.config, entrance.deps, { json: false })).toEqual({
      report:
        '4 people have signed in through a provider. With these settings, at their next sign-in:\n  nothing would change.\n',
      leavesAdministrator: true,
    });
  });

  test('preview says whom other settings would take a role from, and give one, and changes nothing', async () => {
    const settings = {
      SSO_ENTRA_ADMIN_GROUPS: READERS,
      SSO_ENTRA_ROLE_MAPPINGS: JSON.stringify({ [WRITERS]: 'developer' }),
      SSO_ENTRA_TEAM_MAPPINGS: JSON.stringify({ [WRITERS]: 'Writers' }),
    };
    const text = (await preview(settings))?.report;
    expect(text).toContain('2 people would lose platform_admin: ');
    expect(text).toContain('2 people would come into the team “Writers”: ');
    const { changes } = JSON.parse((await preview(settings, true))?.report ?? '');
    const found = changes.map((one: { name: string; change: string; people: string[] }) => [
      one.change,
      one.name,
      one.people.sort(),
    ]);
    expect(found).toEqual([
      ['lose', 'platform_admin', ['bob@contoso.com', 'eve@contoso.com']],
      ['gain', 'Writers', ['eve@contoso.com', 'ian@contoso.com']],
      ['gain', 'developer', ['eve@contoso.com', 'ian@contoso.com']],
    ]);
    expect((await entrance.deps.directory.findByEmail('bob@contoso.com'))?.roles).toHaveLength(1);
  });

  test('preview says if nobody who can sign in would be an administrator', async () => {
    const nobody = { SSO_ENTRA_ADMIN_GROUPS: '[]' };
    expect(await preview(nobody)).toMatchObject({ leavesAdministrator: true });
    const without = await preview({ ...nobody, SSO_PRESERVE_ADMIN_AUTH: 'false' });
    expect(without?.leavesAdministrator).toBe(false);
    expect(without?.report).toContain('Nobody who can sign in would be platform_admin.');
    const local = await entrance.deps.directory.findByEmail(LOCAL_ADMIN.email);
    const unusable = { ...entrance.deps.directory, findPasswordHash: async () => undefined };
    expect(local?.provider).toBe('local');
    expect(
      await previewAccessBy(configWith(nobody), { ...entrance.deps, directory: unusable }, { json: false }),
    ).toMatchObject({ leavesAdministrator: false });
  });

  test('preview counts nobody who holds the role by hand as well', async () => {
    const { directory } = entrance.deps;
    const bob = await directory.findByEmail('bob@contoso.com');
    if (bob === undefined) throw new Error('nobody');
    const manual = { name: 'platform_admin', origin: 'manual' } as const;
    const outcome = await directory.update(bob, { roles: [...bob.roles, manual] });
    expect((await preview({ SSO_ENTRA_ADMIN_GROUPS: READERS }))?.report).toContain(
      '1 person would lose platform_admin: eve@contoso.com\n',
    );
    if ('user' in outcome) await directory.update(outcome.user, { roles: bob.roles });
  });

  test('preview knows that sign-ins leave everybody alone where they are told to', async () => {
    const settings = { SSO_ENTRA_ADMIN_GROUPS: READERS, SSO_ENTRA_SYNC_ROLES_ON_LOGIN: 'false' };
    const { report = '' } = (await preview(settings)) ?? {};
    expect(report).toContain('nothing would change.');
    expect(report).toContain('only first sign-ins go by these settings');
  });

  test('preview says nothing where single sign-on is off', async () => {
    expect(await preview({ SSO_ENABLED: 'false' })).toBeUndefined();
  });

  test('explain says what each grant rests on, and by which setting', async () => {
    const explain = (email: string) =>
      explainAccessOf(email, entrance.config.sso, entrance.deps, { json: false });
    const text = await explain('Ada@contoso.com');
    expect(text).toMatch(
      /platform_admin: app role gateway\.admin \(SSO_ENTRA_ADMIN_GROUPS\); confirmed \d{4}-/,
    );
    expect(text).toContain(`groups: ${READERS}`);
    expect(await explain('never@contoso.com')).toContain('Has never signed in');
    expect(await explain('nobody@contoso.com')).toBeUndefined();
  });

  test('explain says what a setting gives no more', async () => {
    const { sso } = configWith({ SSO_ENTRA_ADMIN_GROUPS: READERS });
    expect(await explainAccessOf('ada@contoso.com', sso, entrance.deps, { json: false })).toContain(
      'app role gateway.admin (which gives it no more)',
    );
  });
});
