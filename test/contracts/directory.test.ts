import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type {
  Directory,
  NewUser,
  SeenClaims,
  SortKey,
  User,
  UserPage,
  UserQuery,
} from '#entrance/directory/directory.js';
import { EntranceError } from '#entrance/errors.js';
import { UNKNOWN } from '#entrance/identity/claimed.js';
import { directoryRules } from '#entrance/testing/contracts/directory.js';
import {
  listAll,
  numberedPerson,
  pagesOf,
  person,
  type World,
  written,
} from '#entrance/testing/contracts/directory-world.js';
import { openInMemory, openOnRedis, worldInMemory, worldOnRedis } from '../support/directories.js';
import { newPerson } from '../support/people.js';
import { useRedis, useTopologies } from '../support/redis-topologies.js';

const SORTS: readonly SortKey[] = ['email', 'full_name', 'created_at', 'last_login_at'];
const ORDERS = SORTS.flatMap((sort) => [false, true].map((descending) => ({ sort, descending })));

const redis = useRedis();
const topologies = useTopologies();

const worlds: ReadonlyArray<readonly [string, () => World]> = [
  ['in memory', worldInMemory],
  ['on Redis', () => worldOnRedis(redis)],
  ...topologies.map(({ name, redis }) => [`on ${name}`, () => worldOnRedis(redis())] as const),
];

describe.each(worlds)('what every directory does, %s', (_, openWorld) => {
  for (const { name, run } of directoryRules(openWorld)) test(name, run);
});

const implementations: ReadonlyArray<readonly [string, () => Directory]> = [
  ['in memory', () => openInMemory().directory],
  ['on Redis', () => openOnRedis(redis).directory],
  ...topologies.map(({ name, redis }) => [`on ${name}`, () => openOnRedis(redis()).directory] as const),
];

describe.each(implementations)('a directory of ours %s', (_, createDirectory) => {
  let directory: Directory;
  beforeEach(() => {
    directory = createDirectory();
  });

  test('refuses to create a user twice', async () => {
    const user = await created(person());
    await expect(directory.create(person({ id: user.id }))).rejects.toThrow(TypeError);
  });

  describe('what the last sign-in said', () => {
    const at = '2026-03-01T08:00:00.123Z';
    const seen = {
      at,
      provider: 'entra',
      groups: [randomUUID(), randomUUID().toUpperCase()],
      appRoles: ['gateway.admin'],
      verifiedDomain: 'acmecorp.com',
    };

    const signedIn = async (said: SeenClaims) =>
      written(
        await directory.create(newPerson({ email: `${randomUUID()}@acmecorp.com`, lastLoginAt: at }), {
          seen: said,
        }),
      );

    test('is what it said last, and stays where somebody else changes the user', async () => {
      const user = await signedIn(seen);
      const later = { ...seen, at: '2026-03-02T08:00:00.123Z', groups: UNKNOWN };
      const again = written(await directory.update(user, { lastLoginAt: later.at }, { seen: later }));
      expect(await directory.findSeen(again)).toEqual(later);
      const renamed = written(await directory.update(again, { fullName: 'Ada' }));
      expect(await directory.findSeen(again)).toEqual(later);
      await directory.update(renamed, {}, { seen: { ...seen, groups: [], appRoles: [] } });
      expect(await directory.findSeen({ ...again, lastLoginAt: at })).toMatchObject({ groups: [] });
    });

    test('counts more groups than are kept as unknown', async () => {
      const groups = (count: number) => Array.from({ length: count }, () => randomUUID());
      const most = { ...seen, groups: groups(1_000) };
      expect(await directory.findSeen(await signedIn(most))).toEqual(most);
      const more = await signedIn({ ...seen, groups: groups(1_001) });
      expect((await directory.findSeen(more))?.groups).toEqual(UNKNOWN);
    });

    test('is gone with the user', async () => {
      const user = await signedIn(seen);
      await directory.delete(user);
      expect((await directory.findSeen(user))?.appRoles).toEqual([]);
    });
  });

  describe('listing', () => {
    describe('page by page', () => {
      let of23: Directory;
      beforeAll(async () => {
        of23 = createDirectory();
        for (let index = 0; index < 23; index++) written(await of23.create(numberedPerson(index)));
      });

      test.each(ORDERS)('gives full pages: %o', async (order) => {
        const pages = await pagesOf(of23, { ...order, limit: 5 });
        expect(pages.map((page) => page.users.length)).toEqual([5, 5, 5, 5, 3]);
      });
    });

    test('sorts names without regard to case', async () => {
      for (const fullName of ['bob', 'Alice', 'alan', 'Carol']) await created(person({ fullName }));
      const names = (await listAll(directory, { sort: 'full_name' })).map(({ fullName }) => fullName);
      expect(names).toEqual(['alan', 'Alice', 'bob', 'Carol']);
    });

    describe('searching', () => {
      const names = [
        ['ada@acmecorp.com', 'Ada Lovelace'],
        ['adam@acmecorp.com', 'Élodie Durand'],
        ['grace@acmecorp.com', 'Adélaïde Hopper'],
        ['o%brien@acmecorp.com', '100% [sic] \\ *?'],
        ['rocket@acmecorp.com', '🚀 Person 🚀🚀'],
        ['zoe@acmecorp.com', 'Strauß ΑΘΗΝΑ'],
      ] as const;
      let searched: Directory;
      beforeAll(async () => {
        searched = createDirectory();
        for (const [email, fullName] of names) written(await searched.create(person({ email, fullName })));
      });

      test.each([
        ['ada', ['ada', 'adam']],
        ['ADA', ['ada', 'adam']],
        ['ada lovelace', ['ada']],
        ['ada@', ['ada']],
        ['ad', ['ada', 'adam', 'grace']],
        ['adé', ['grace']],
        ['ade', ['grace']],
        ['e', ['adam']],
        ['élo', ['adam']],
        ['e\u0301LO', ['adam']],
        ['o%', ['o%brien']],
        ['%', []],
        ['100% [', ['o%brien']],
        ['100% [sic] \\ *?', ['o%brien']],
        ['*', []],
        ['?', []],
        ['[', []],
        ['(', []],
        ['+', []],
        ['-', []],
        ['\\', []],
        ['\0', []],
        ['ada@acmecorp.com\0', ['ada']],
        ['🚀', ['rocket']],
        ['🚀 person 🚀', ['rocket']],
        ['\ud83d', []],
        ['strauß', ['zoe']],
        ['a'.repeat(10_000), []],
        ['acmecorp', []],
      ])('%j', async (q, expected) => {
        const found = await listAll(searched, { sort: 'email', q });
        expect(found.map(({ email }) => email.split('@')[0])).toEqual(expected);
      });

      test('an empty search finds everybody', async () => {
        expect(await listAll(searched, { sort: 'email', q: '' })).toHaveLength(names.length);
      });
    });

    test('comes back from behind the end', async () => {
      const people: User[] = [];
      for (let index = 0; index < 3; index++) people.push(await created(numberedPerson(index)));
      const { next } = await list({ sort: 'email', limit: 2 });
      const last = people[2];
      if (!last || !next) throw new Error('two pages');
      written(await directory.update(last, { email: 'aaa@acmecorp.com' }));
      const empty = await list({ sort: 'email', limit: 2, cursor: { direction: 'after', position: next } });
      expect(empty).toEqual({ users: [], next: null, previous: next });
      const back = await list({ sort: 'email', limit: 2, cursor: { direction: 'before', position: next } });
      expect(back.users.map(({ id }) => id)).toEqual([people[2]?.id, people[0]?.id]);
    });

    test.each([0, -1, 201, 1.5, Number.NaN])('refuses the limit %p', async (limit) => {
      await expectInvalid(list({ sort: 'email', limit }), /^limit: /);
    });

    test('takes limits from 1 to 200', async () => {
      for (let index = 0; index < 3; index++) await created(numberedPerson(index));
      expect((await list({ sort: 'email', limit: 1 })).users).toHaveLength(1);
      expect((await list({ sort: 'email', limit: 3 })).next).toBeNull();
      expect((await list({ sort: 'email', limit: 200 })).users).toHaveLength(3);
    });

    test.each(['', 'x', '%%%', 'ZW1haWw', 'a'.repeat(5_000), Buffer.from('email\0\0').toString('base64url')])(
      'refuses the position %j',
      async (position) => {
        await expectInvalid(list({ sort: 'email', cursor: { direction: 'after', position } }), /^cursor: /);
      },
    );

    test('refuses a position of another order', async () => {
      for (let index = 0; index < 3; index++) await created(numberedPerson(index));
      const position = (await list({ sort: 'email', limit: 1 })).next ?? '';
      await expectInvalid(list({ sort: 'full_name', cursor: { direction: 'after', position } }), /^cursor: /);
    });
  });

  async function created(user: NewUser): Promise<User> {
    return written(await directory.create(user));
  }

  function list(query: Partial<UserQuery>): Promise<UserPage> {
    return directory.list({ sort: 'email', descending: false, limit: 50, ...query });
  }
});

async function expectInvalid(answer: Promise<unknown>, detail: RegExp): Promise<void> {
  const error = await answer.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(EntranceError);
  expect(error).toMatchObject({ code: 'invalid_request', detail: expect.stringMatching(detail) });
}
