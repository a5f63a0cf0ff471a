import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { Directory, NewUser, ProviderId, User, UserChanges } from '#entrance/directory/directory.js';
import { newPrefix, openInMemory, openOnRedis } from '../support/directories.js';
import { newPerson, written } from '../support/people.js';
import { useRedis } from '../support/redis-topologies.js';

const ROUNDS = 1_000;
const redis = useRedis();

const memory = (waysIn: readonly ProviderId[]) => openInMemory(waysIn).directory;
const onRedis = (waysIn: readonly ProviderId[], prefix = newPrefix()) =>
  openOnRedis({ client: redis.client, prefix }, waysIn).directory;

const entra = { provider: 'entra', providerId: 'oid', providerScope: 'tid' } as const;
const unclaimed = { provider: 'entra', providerId: null, providerScope: null } as const;
const local = { provider: 'local', providerId: null, providerScope: null } as const;

describe.each([
  ['in memory', memory],
  ['on Redis', onRedis],
])('the last way in, %s', (_, open) => {
  const add = async (
    directory: Directory,
    fields: Partial<NewUser>,
    passwordHash?: string,
  ): Promise<User> => {
    const options = passwordHash === undefined ? {} : { passwordHash };
    return written(await directory.create(admin(fields), options));
  };
  const change = async (directory: Directory, user: User, changes: UserChanges) => {
    const outcome = await directory.update(user, changes, { keepAnAdmin: true });
    return 'conflict' in outcome ? outcome.conflict : 'changed';
  };

  test.each<[string, ProviderId[], Partial<NewUser>, string | undefined, string]>([
    ['a provisioned account that nobody claimed', ['local', 'entra'], unclaimed, undefined, 'last_admin'],
    ['a local account without a password', ['local', 'entra'], local, undefined, 'last_admin'],
    ['a local account while local sign-in is off', ['entra'], local, 'hash', 'last_admin'],
    ['somebody disabled', ['local', 'entra'], { ...entra, status: 'disabled' }, undefined, 'last_admin'],
    ['somebody pending', ['local', 'entra'], { ...entra, status: 'pending' }, undefined, 'last_admin'],
    ['a local account with a password', ['local', 'entra'], local, 'hash', 'changed'],
    ['somebody at Microsoft', ['local', 'entra'], entra, undefined, 'changed'],
  ])('beside %s (ways in: %j)', async (_name, ways, other, passwordHash, expected) => {
    for (const changes of [{ roles: [] }, { status: 'disabled' }, { status: 'rejected' }, local] as const) {
      const directory = open(ways);
      await add(directory, other, passwordHash);
      expect(await directory.hasAdmin()).toBe(expected === 'changed');
      const user = await add(directory, { ...entra, providerId: 'another' });
      expect(await directory.isLastAdmin(user)).toBe(expected === 'last_admin');
      expect(await directory.hasAdmin()).toBe(true);
      expect(await change(directory, user, changes)).toBe(expected);
    }
    const directory = open(ways);
    await add(directory, other, passwordHash);
    const user = await add(directory, { ...entra, providerId: 'another' });
    const deleted = await directory.delete(user, { keepAnAdmin: true });
    expect(deleted).toBe(expected === 'changed' ? 'deleted' : expected);
  });

  test('who can’t sign in is no last administrator, and may go', async () => {
    const directory = open(['entra']);
    await add(directory, { ...entra, email: 'other@acmecorp.com' });
    for (const [fields, password] of [
      [local, 'hash'],
      [unclaimed, undefined],
    ] as const) {
      const user = await add(directory, fields, password);
      expect(await directory.isLastAdmin(user)).toBe(false);
      expect(await directory.delete(user, { keepAnAdmin: true })).toBe('deleted');
    }
  });

  test('the last one may change in every other way, and move to a way in that is open', async () => {
    const directory = open(['local', 'entra']);
    const user = await add(directory, local, 'hash');
    expect(await change(directory, user, { fullName: 'Ada', teams: [] })).toBe('changed');
    expect(await change(directory, { ...user, version: 2 }, entra)).toBe('changed');
    const onlyLocal = open(['local']);
    expect(await change(onlyLocal, await add(onlyLocal, local, 'hash'), entra)).toBe('last_admin');
  });

  test('of two who go at the same moment one stays, however each goes', async () => {
    const directory = open(['local', 'entra']);
    const ways = [
      (user: User) => change(directory, user, { roles: [] }),
      (user: User) => change(directory, user, { status: 'disabled' }),
      (user: User) => directory.delete(user, { keepAnAdmin: true }),
    ];
    for (let round = 0; round < ROUNDS; round += 1) {
      const pair = await Promise.all([
        add(directory, local, 'hash'),
        add(directory, { ...entra, providerId: `oid-${round}` }),
      ]);
      const outcomes = await Promise.all(
        pair.map((user, index) => ways[(index === 0 ? round : Math.floor(round / 3)) % 3]?.(user)),
      );
      expect(outcomes.filter((outcome) => outcome === 'last_admin')).toHaveLength(1);
      const left = await Promise.all(pair.map(({ id }) => directory.isLastAdmin({ id })));
      expect(left.filter(Boolean)).toHaveLength(1);
      for (const { id } of pair) {
        const user = await directory.find(id);
        if (user !== undefined) await directory.delete(user);
      }
    }
  });
});

describe.each([
  ['in memory', () => openInMemory()],
  ['on Redis', () => openOnRedis(redis)],
])('who may be taken away as the last one, %s', (_, open) => {
  test('is told as that, also where two go at the same moment', async () => {
    for (let round = 0; round < 100; round += 1) {
      const { audit, directory } = open();
      const pair = await Promise.all(
        ['one', 'other'].map(async (providerId) =>
          written(await directory.create(admin({ ...entra, providerId }))),
        ),
      );
      const outcomes = await Promise.all(
        pair.map((target) =>
          directory.update(
            target,
            { roles: [] },
            {
              events: [{ action: 'user-roles-change', by: {}, target }],
              ifLastAdmin: [{ action: 'administrators-lost', by: {}, target }],
            },
          ),
        ),
      );
      expect(outcomes.filter((outcome) => 'tookLastAdmin' in outcome)).toHaveLength(1);
      const { events } = await audit.list({ limit: 10 });
      expect(events.map(({ event }) => event.action).sort()).toEqual([
        'administrators-lost',
        'user-roles-change',
        'user-roles-change',
      ]);
      await audit.close();
    }
  });

  test('is refused all the same where somebody has to be kept', async () => {
    const { audit, directory } = open();
    const user = written(await directory.create(admin(entra)));
    const ifLastAdmin = [{ action: 'administrators-lost', by: {}, target: user }] as const;
    expect(await directory.update(user, { roles: [] }, { keepAnAdmin: true, ifLastAdmin })).toEqual({
      conflict: 'last_admin',
    });
    expect((await audit.list({ limit: 10 })).events).toEqual([]);
    await audit.close();
  });
});

test('what counts is what is configured now, whoever wrote it', async () => {
  const prefix = newPrefix();
  const before = onRedis(['local', 'entra'], prefix);
  await before.create(admin(local), { passwordHash: 'hash' });
  const user = written(await before.create(admin(entra)));
  expect(await before.isLastAdmin(user)).toBe(false);
  expect(await onRedis(['entra'], prefix).isLastAdmin(user)).toBe(true);
});

function admin(fields: Partial<NewUser>): NewUser {
  const email = `${randomUUID()}@acmecorp.com`;
  return newPerson({ email, roles: [{ name: 'platform_admin', origin: 'manual' }], ...local, ...fields });
}
