import { beforeAll, describe, expect, test } from '@jest/globals';
import { createMemoryAudit } from '#entrance/audit/memory.js';
import { explainAccessOf, previewAccessBy } from '#entrance/commands/access.js';
import type { Directory } from '#entrance/directory/directory.js';
import { createMemoryDirectory } from '#entrance/directory/memory.js';
import { withIdentity, withIdentityUsed, withoutIdentity } from '#entrance/identity/linked-identities.js';
import type { Grant, IdentityKey } from '#entrance/identity/user.js';
import { createMemoryTeams } from '#entrance/teams/memory.js';
import type { Teams } from '#entrance/teams/teams.js';
import { auditOptions } from '../support/audit.js';
import { newPerson, TENANT, written } from '../support/people.js';
import { parseValid } from '../support/settings.js';

const ADMINS = '8d3c1f02-6a4b-4a57-9c1e-2f7b60d9e5a1';
const FIRST = '2026-03-01T08:00:00.000Z';
const LINKED = '2026-03-02T08:00:00.000Z';
const LAST = '2026-03-03T08:00:00.000Z';

/* A group at Okta may be called as a group at Entra is. */
const settings = {
  SSO_ENTRA_ADMIN_GROUPS: ADMINS,
  SSO_OKTA_ENABLED: 'true',
  SSO_OKTA_CLIENT_ID: 'entrance',
  SSO_OKTA_CLIENT_SECRET: 'Yk7~mN.pQ_rS-tU1vW2xY3zA4bC5dE6fG7hI8jK9',
  SSO_OKTA_ISSUER: 'https://acme.okta.com',
  SSO_OKTA_ROLE_MAPPINGS: JSON.stringify({ [ADMINS]: 'developer' }),
  SSO_PRESERVE_ADMIN_AUTH: 'false',
};
const okta = (providerId: string): IdentityKey => ({
  provider: 'okta',
  providerScope: 'https://acme.okta.com',
  providerId,
});

/** People who came with Entra, were linked to Okta, and signed in with Okta last. */
let directory: Directory;
let teams: Teams;

beforeAll(async () => {
  const audit = createMemoryAudit(auditOptions());
  directory = createMemoryDirectory(audit, ['entra', 'okta']);
  teams = createMemoryTeams(audit);
  await add('ada', 'okta');
  await add('old', undefined);
  const gone = await add('gone', 'okta');
  written(await directory.update(gone, withoutIdentity(gone, okta('gone'))));
});

async function add(name: string, last: string | undefined) {
  const developer: Grant = {
    name: 'developer',
    origin: 'sso',
    sources: [{ kind: 'group', value: ADMINS }],
    confirmedAt: LAST,
  };
  const entra = { provider: 'entra', providerScope: TENANT, providerId: name };
  const person = { ...newPerson({ email: `${name}@acmecorp.com`, fullName: name }), ...entra };
  const user = written(
    await directory.create({ ...person, roles: [developer], createdAt: FIRST, lastLoginAt: FIRST }),
  );
  const linked = written(await directory.update(user, withIdentity(user, okta(name), LINKED)));
  return written(
    await directory.update(
      linked,
      { ...withIdentityUsed(linked, okta(name), LAST), lastLoginAt: LAST },
      {
        seen: {
          at: LAST,
          provider: last,
          groups: [ADMINS],
          appRoles: [],
          verifiedDomain: 'acmecorp.com',
        },
      },
    ),
  );
}

const preview = async (changes: Record<string, string>, json = false) =>
  previewAccessBy(parseValid({ ...settings, ...changes }), { directory, teams }, { json });
const explain = async (name: string, changes: Record<string, string> = {}, json = false) =>
  explainAccessOf(
    `${name}@acmecorp.com`,
    parseValid({ ...settings, ...changes }).sso,
    { directory, teams },
    { json },
  );

describe('preview', () => {
  test('judges what was said by the rules of the provider that said it, and of nobody else', async () => {
    const now = await preview({});
    expect(now?.report).toContain('at their next sign-in with the same one:\n  nothing would change.\n');
    const other = await preview({ SSO_OKTA_ROLE_MAPPINGS: JSON.stringify({ [ADMINS]: 'reviewer' }) });
    expect(other?.report).toContain('1 person from Okta would lose developer: ada@acmecorp.com\n');
    expect(other?.report).toContain('1 person from Okta would gain reviewer: ada@acmecorp.com\n');
  });

  test('says of how many it says nothing: the provider isn’t known, or was unlinked since', async () => {
    const { report = '' } = (await preview({})) ?? {};
    expect(report).toContain('2 people signed in last with a provider that isn’t known, or that they can’t');
    const { not_judged, changes } = JSON.parse(
      (await preview({ SSO_OKTA_ROLE_MAPPINGS: '{}' }, true))?.report ?? '',
    );
    expect(not_judged).toBe(2);
    expect(changes).toEqual([
      {
        kind: 'role',
        name: 'developer',
        change: 'lose',
        provider: 'okta',
        count: 1,
        people: ['ada@acmecorp.com'],
      },
    ]);
  });

  test('counts no administrator whose last sign-in can’t be judged', async () => {
    const root = { ...newPerson({ email: 'root@acmecorp.com' }), ...okta('root') };
    const admin = { name: 'platform_admin', origin: 'sso', sources: [], confirmedAt: LAST } as const;
    const user = written(
      await directory.create(
        { ...root, roles: [admin], lastLoginAt: LAST },
        { seen: { at: LAST, provider: 'github', groups: [], appRoles: [], verifiedDomain: undefined } },
      ),
    );
    expect((await preview({}))?.leavesAdministrator).toBe(false);
    const byHand = written(
      await directory.update(user, { roles: [{ name: 'platform_admin', origin: 'manual' }] }),
    );
    expect((await preview({}))?.leavesAdministrator).toBe(true);
    await directory.delete(byHand);
  });
});

describe('explain', () => {
  test('names the provider of the last sign-in, and its setting', async () => {
    const text = await explain('ada');
    expect(text).toContain(`developer: group ${ADMINS} (SSO_OKTA_ROLE_MAPPINGS)`);
    expect(text).toContain(`The last sign-in, ${LAST}, with Okta, said:`);
    const json = JSON.parse((await explain('ada', {}, true)) ?? '');
    expect(json).toMatchObject({ judged_by: 'okta', last_seen: { provider: 'okta' } });
  });

  test('says that a provider isn’t known, and looks at nobody’s settings', async () => {
    const text = await explain('old');
    expect(text).toContain(`developer: group ${ADMINS} (of a provider that isn’t known)`);
    expect(text).toContain('with a provider that isn’t known, said:');
    const json = JSON.parse((await explain('old', {}, true)) ?? '');
    expect(json).toMatchObject({
      judged_by: null,
      last_seen: { provider: null },
      roles: [{ sources: [{ setting: null }] }],
    });
  });

  test('doesn’t know who gave a role if the last provider’s sign-ins leave roles alone', async () => {
    expect(await explain('ada', { SSO_OKTA_SYNC_ROLES_ON_LOGIN: 'false' })).toContain(
      `developer: group ${ADMINS} (of a provider that isn’t known)`,
    );
  });

  test('says that the last sign-in was with a provider that was unlinked since', async () => {
    expect(await explain('gone')).toContain('with Okta, said:');
  });
});
