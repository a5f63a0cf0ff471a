import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { deleteUser, editUser } from '#entrance/directory/edit-user.js';
import { moveTenant, planTenantMove } from '#entrance/directory/move-tenant.js';
import { unlinkIdentity, unlinkUser } from '#entrance/directory/unlink.js';
import { settingStatus } from '#entrance/directory/user-edits.js';
import { withIdentity } from '#entrance/identity/linked-identities.js';
import type { IdentityKey, User } from '#entrance/identity/user.js';
import { endAndForget } from '#entrance/revalidation/end-and-forget.js';
import { openStores, type Stores } from '#entrance/stores.js';
import { storeKinds } from '../support/entrance.js';
import { newPerson, TENANT, written } from '../support/people.js';
import { type RedisServer, startRedisServer } from '../support/redis-server.js';
import { parseValid } from '../support/settings.js';
import { until } from '../support/timing.js';

const NOW = '2026-05-01T10:00:00.000Z';
const NEW_TENANT = '5e0d7c3b-94a1-4f26-8b7c-d2f1a6e39805';
const WAYS = ['entra', 'keycloak'];
const keycloak: IdentityKey = { provider: 'keycloak', providerScope: 'https://id.example', providerId: 'k' };

describe.each(storeKinds)('refresh grants, on %s', (kind) => {
  let server: RedisServer | undefined;
  let stores: Stores;
  let ada: User;
  let bystander: User;

  beforeAll(async () => {
    server = kind === 'Redis' ? await startRedisServer() : undefined;
    const config = parseValid({ REDIS_URL: server?.url });
    stores = openStores(config, pino({ level: 'silent' }), { now: () => Date.parse(NOW) });
    await until(() =>
      stores.pingStore().then(
        () => true,
        () => false,
      ),
    );
  });
  afterAll(async () => {
    await stores.close();
    await server?.stop();
  });
  beforeEach(async () => {
    const { directory, refreshGrants } = stores;
    [ada, bystander] = [await add('ada'), await add('bystander')];
    const both = withIdentity(ada, { ...keycloak, providerId: ada.id }, NOW);
    ada = written(await directory.update(ada, both));
    for (const { id } of [ada, bystander])
      for (const provider of WAYS)
        await refreshGrants.keep(id, { provider, sealedToken: 'sealed', confirmedAt: 1 }, 60_000);
  });

  const add = async (name: string) =>
    written(
      await stores.directory.create(newPerson({ email: `${name}-${crypto.randomUUID()}@acmecorp.com` })),
    );

  async function grantsLeft({ id }: User): Promise<readonly string[]> {
    const found = await Promise.all(WAYS.map((way) => stores.refreshGrants.find(id, way)));
    return found.flatMap((grant) => (grant === undefined ? [] : [grant.provider]));
  }

  const change = () => ({ id: ada.id, by: {} });
  const one = (identity: IdentityKey) => ({ ...change(), identity, waysIn: WAYS, now: NOW });
  const first = () => ({ provider: 'entra', providerScope: TENANT, providerId: ada.providerId ?? '' });

  test.each<[string, () => Promise<unknown>, readonly string[]]>([
    [
      'of an identity go with it if it is unlinked, and those of another stay',
      () => unlinkIdentity(stores, one({ ...keycloak, providerId: ada.id })),
      ['entra'],
    ],
    [
      'of a person all go if the first identity is unlinked, which ends every session',
      () => unlinkIdentity(stores, one(first())),
      [],
    ],
    ['of a person all go if all identities are unlinked', () => unlinkUser(stores, change()), []],
    [
      'of a person all go if the person is disabled',
      () => editUser(stores, change(), settingStatus('disabled')),
      [],
    ],
    ['of a person all go with the account', () => deleteUser(stores, change()), []],
    ['of an identity go if it is moved to another directory', moveTo, ['keycloak']],
  ])('%s', async (_, act, left) => {
    await act();
    expect(await grantsLeft(ada)).toEqual(left);
    expect(await grantsLeft(bystander)).toEqual(WAYS);
  });

  test('stay if nothing is unlinked', async () => {
    await expect(unlinkIdentity(stores, one(keycloak))).rejects.toMatchObject({ code: 'not_found' });
    const waysIn = ['entra'];
    await expect(unlinkIdentity(stores, { ...one(first()), waysIn })).rejects.toMatchObject({
      code: 'last_identity',
    });
    expect(await grantsLeft(ada)).toEqual(WAYS);
  });

  async function moveTo(): Promise<void> {
    const { directory } = stores;
    const objectIds = new Map([[ada.providerId ?? '', crypto.randomUUID()]]);
    const move = { from: TENANT, to: NEW_TENANT, objectIds };
    const plan = await planTenantMove(directory, move, ['local', ...WAYS]);
    await moveTenant(stores, move, { ...plan, leavesAdministrator: true }, {}, Date.parse(NOW));
  }
});

test('sessions end even if the grants can’t be forgotten, and whoever asked is told so', async () => {
  const failure = new Error('the store is away');
  const refreshGrants = { forget: () => Promise.reject(failure) };
  let ended = false;
  const end = async () => {
    ended = true;
  };
  await expect(endAndForget({ refreshGrants }, 'ada', ['entra'], end)).rejects.toBe(failure);
  expect(ended).toBe(true);
});

test('grants are forgotten before sessions end, so that a sign-in at the same moment keeps its own', async () => {
  const order: string[] = [];
  const refreshGrants = { forget: async () => void order.push('grants') };
  expect(await endAndForget({ refreshGrants }, 'ada', ['entra'], async () => order.push('sessions'))).toBe(2);
  expect(order).toEqual(['grants', 'sessions']);
});
