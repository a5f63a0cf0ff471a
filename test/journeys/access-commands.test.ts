import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { explainAccessOf, previewAccessBy } from '#entrance/commands/access.js';
import { parseConfig } from '#entrance/config/parse.js';
import { startTestEntrance, storeKinds, type TestEntrance, usualSettings } from '../support/entrance.js';

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
    await entrance.addUser({ email: 'never@contoso.com', providerId: null, tenantId: null });
  });
  afterAll(() => entrance.close());

  const ssoWith = (settings: Record<string, string>) =>
    parseConfig({ ...usualSettings(entrance.microsoft), ...settings }).sso;
  const preview = async (settings: Record<string, string>) =>
    JSON.parse(await previewAccessBy(ssoWith(settings), entrance.deps, { json: true }));

  test('preview says that nothing would change where nothing would', async () => {
    expect(await previewAccessBy(entrance.config.sso, entrance.deps, { json: false })).toBe(
      '4 people have signed in through a provider. With these settings, at their next sign-in:\n  nothing would change.\n',
    );
  });

  test('preview says whom other settings would take a role from, and give one, and changes nothing', async () => {
    const settings = {
      SSO_ENTRA_ADMIN_GROUPS: READERS,
      SSO_ENTRA_ROLE_MAPPINGS: JSON.stringify({ [WRITERS]: 'developer' }),
      SSO_ENTRA_TEAM_MAPPINGS: JSON.stringify({ [WRITERS]: 'Writers' }),
    };
    const text = await previewAccessBy(ssoWith(settings), entrance.deps, { json: false });
    expect(text).toContain('2 people would lose platform_admin: ');
    expect(text).toContain('2 people would come into the team “Writers”: ');
    const { changes } = await preview(settings);
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
    const sso = ssoWith({ SSO_ENTRA_ADMIN_GROUPS: READERS });
    expect(await explainAccessOf('ada@contoso.com', sso, entrance.deps, { json: false })).toContain(
      'app role gateway.admin (which gives it no more)',
    );
  });
});
