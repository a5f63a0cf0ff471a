import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from '@jest/globals';
import { createRedisAudit } from '#entrance/audit/redis.js';
import type { Directory, User, UserQuery } from '#entrance/directory/directory.js';
import { directoryKeys, indexSteps } from '#entrance/directory/redis/keys.js';
import { allPacked } from '#entrance/directory/redis/packed.js';
import { createRedisDirectory } from '#entrance/directory/redis/redis.js';
import { inOrder, placeOf } from '#entrance/directory/user-order.js';
import { writeRecord } from '#entrance/directory/user-record.js';
import { compactId } from '#entrance/identity/compact-id.js';
import { fold } from '#entrance/identity/fold.js';
import { openEntrance } from '#entrance/open-entrance.js';
import { isStoreFailure, type RedisConnection } from '#entrance/redis/connection.js';
import { storeUnavailable } from '#entrance/redis/failure.js';
import { parseConfig } from '#entrance/settings.js';
import { auditOptions } from '../support/audit.js';
import { newPerson, written } from '../support/people.js';
import { recordingLog } from '../support/recording-log.js';
import { useRedis } from '../support/redis-topologies.js';

type Client = RedisConnection['client'];
type Keys = ReturnType<typeof directoryKeys>;

const NAMES = ['Émile Roux', 'Zoe Adler', 'Åsa Berg', 'adam Bell', 'Łukasz Nowak', 'Emile Roux', 'Noah'];
const WAYS = ['local', 'entra'];

const redis = useRedis();
let prefix: string;
let keys: Keys;
let directory: Directory;
beforeEach(() => {
  prefix = `test-${randomUUID()}:`;
  keys = directoryKeys(prefix);
  directory = directoryOn(redis.client);
});

function directoryOn(client: Client): Directory {
  const audit = createRedisAudit(redis.client, prefix, auditOptions());
  return createRedisDirectory(client, prefix, audit, client, WAYS);
}

/** What an earlier version does to the store. It puts names in order with their accents, under keys of its own. */
const earlierVersion = {
  place: (user: User) => `${fold(user.fullName)}\0${compactId(user.id)}`,
  order(user: User): string {
    const start = fold(user.fullName).replaceAll(' ', '.');
    const [byName = '', unlikeEmail = ''] = keys.earlierNames;
    return fold(user.email).startsWith(start) ? byName : unlikeEmail;
  },
  async write(pairs: ReadonlyArray<readonly [before: User | undefined, after: User | undefined]>) {
    const present: readonly string[] = presentKeys();
    for (let start = 0; start < pairs.length; start += 100) {
      const batch = redis.client.multi();
      for (const [before, after] of pairs.slice(start, start + 100)) {
        const id = compactId(before?.id ?? after?.id ?? '');
        if (after === undefined) batch.hDel(keys.users, id);
        else batch.hSet(keys.users, id, writeRecord(after));
        for (const [command, key, ...args] of indexSteps(keys, before, after))
          if (!present.includes(key)) batch.addCommand([command, key, ...args]);
        if (before !== undefined) batch.zRem(earlierVersion.order(before), earlierVersion.place(before));
        if (after !== undefined)
          batch.zAdd(earlierVersion.order(after), { score: 0, value: earlierVersion.place(after) });
      }
      await batch.exec();
    }
  },
  async create(user: User): Promise<User> {
    await earlierVersion.write([[undefined, user]]);
    return user;
  },
  async change(user: User, changes: Partial<User>): Promise<User> {
    const after = { ...user, ...changes, version: user.version + 1 };
    await earlierVersion.write([[user, after]]);
    return after;
  },
};

function person(fullName: string, email = `${randomUUID()}@acmecorp.com`): User {
  return { ...newPerson({ fullName, email }), version: 1 };
}

function people(count: number): User[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `${NAMES[index % NAMES.length]} ${index % 90}`;
    return index % 2 === 0
      ? person(name)
      : person(name, `${fold(name).replaceAll(' ', '.')}.${index}@a.example`);
  });
}

async function all(from: Pick<Directory, 'list'>, query: Partial<UserQuery> = {}): Promise<User[]> {
  const asked = { sort: 'full_name', descending: false, limit: 200, ...query } as const;
  const met: User[] = [];
  for (let page = await from.list(asked); ; ) {
    met.push(...page.users);
    if (page.next === null) return met;
    page = await from.list({ ...asked, cursor: { direction: 'after', position: page.next } });
  }
}

/** The IDs in the order of the names. */
function inOrderOfNames(users: readonly User[]): string[] {
  const placed = users.map((user) => ({ id: user.id, place: placeOf(user, 'full_name') }));
  return inOrder(placed, false).map(({ id }) => id);
}

const idsOf = (users: readonly User[]) => users.map(({ id }) => id);

const presentKeys = () => [keys.names, keys.words('full_name'), keys.words('email')];
const earlierKeys = () => redis.client.exists([...keys.earlierNames, keys.earlierWords]);
const inPresentOrder = async () =>
  (await allPacked(redis.client, { key: keys.names, isPacked: true, low: '', high: undefined })).length;

/** Like the client, but for what `before` does ahead of each script that moves people. */
function interrupted(before: (call: number) => Promise<void>): Client {
  let calls = 0;
  return new Proxy(redis.client, {
    get(client, name) {
      const member: unknown = Reflect.get(client, name);
      if (typeof member !== 'function') return member;
      if (name !== 'evalSha') return member.bind(client);
      return async (...args: readonly unknown[]) => {
        calls += 1;
        await before(calls);
        return member.apply(client, args);
      };
    },
  });
}

test.each([0, 1, 7, 2_000])(
  'an order of %d people is renewed: everybody is there once, in the new order',
  async (count) => {
    const users = people(count);
    await earlierVersion.write(users.map((user) => [undefined, user]));
    expect(await directory.migrate()).toBe(count);
    expect(await earlierKeys()).toBe(0);
    expect(idsOf(await all(directory))).toEqual(inOrderOfNames(users));
    const emiles = users.filter(({ fullName }) => /^[eé]mile/i.test(fullName));
    expect(idsOf(await all(directory, { q: 'emile' }))).toEqual(inOrderOfNames(emiles));
    expect(await inPresentOrder()).toBe(count);
    expect(await directory.migrate()).toBe(0);
  },
);

test('a renewal that breaks off goes on where it was; until then a list by name is refused, and shows nobody too few', async () => {
  const users = people(2_000);
  await earlierVersion.write(users.map((user) => [undefined, user]));
  const failing = directoryOn(
    interrupted(async (call) => {
      if (call > 2) throw storeUnavailable(new Error('cut off'));
    }),
  );
  expect(isStoreFailure(await failing.migrate().catch((error: unknown) => error))).toBe(true);
  expect(await inPresentOrder()).toBe(100);

  expect(await all(directory, { sort: 'email' })).toHaveLength(2_000);
  await expect(directory.list({ sort: 'full_name', descending: false, limit: 5 })).rejects.toMatchObject({
    code: 'store_unavailable',
    detail: expect.stringContaining('being renewed'),
  });
  await directory.migrate();
  expect(await earlierKeys()).toBe(0);
  expect(idsOf(await all(directory))).toEqual(inOrderOfNames(users));
});

test('a few people whom nobody has moved yet are moved before a list needs them', async () => {
  const users = people(20);
  await earlierVersion.write(users.map((user) => [undefined, user]));
  expect(await namesOf(directory, { q: 'łuk', sort: 'email' })).toEqual(
    expect.arrayContaining(['Łukasz Nowak 4']),
  );
  expect(await earlierKeys()).toBe(0);
});

test('whoever is renamed while they are moved stands under their new name alone', async () => {
  const user = await earlierVersion.create(person('Émile Roux'));
  const meanwhile = directoryOn(
    interrupted(async (call) => {
      if (call === 1) written(await directory.update(user, { fullName: 'Zoe' }));
    }),
  );
  await meanwhile.migrate();
  expect(await namesOf(meanwhile)).toEqual(['Zoe']);
  expect(await inPresentOrder()).toBe(1);
});

test('whoever is deleted while they are moved is gone', async () => {
  const user = await earlierVersion.create(person('Émile Roux'));
  const meanwhile = directoryOn(
    interrupted(async (call) => {
      if (call === 1) await directory.delete(user);
    }),
  );
  await meanwhile.migrate();
  expect(await inPresentOrder()).toBe(0);
  expect(await earlierKeys()).toBe(0);
});

test('people who are changed before they are moved are there once', async () => {
  const [emile, zoe, asa] = await Promise.all(
    ['Émile', 'Zoe', 'Åsa'].map((name) => earlierVersion.create(person(name))),
  );
  if (!emile || !zoe || !asa) throw new Error('three people');
  written(await directory.update(emile, { fullName: 'Øyvind' }));
  written(await directory.update(zoe, { lastLoginAt: '2026-02-01T00:00:00.000Z' }));
  await directory.delete(asa);
  expect(await namesOf(directory)).toEqual(['Øyvind', 'Zoe']);
});

test('what an instance of an earlier version writes beside this one is in the next list, once', async () => {
  const moved = await Promise.all(
    ['Bea', 'Cem', 'Dan', 'Eva'].map((name) => earlierVersion.create(person(name))),
  );
  const [bea, cem, dan, eva] = moved;
  if (!bea || !cem || !dan || !eva) throw new Error('four people');
  expect(await namesOf(directory)).toEqual(['Bea', 'Cem', 'Dan', 'Eva']);

  await earlierVersion.create(person('Åsa'));
  await earlierVersion.change(bea, { fullName: 'Łukasz' });
  await earlierVersion.change(cem, { email: 'cem@acmecorp.com' });
  await earlierVersion.write([[dan, undefined]]);
  expect(await namesOf(directory)).toEqual(['Åsa', 'Cem', 'Eva', 'Łukasz']);
  expect(await namesOf(directory, { descending: true, limit: 1 })).toEqual(['Łukasz', 'Eva', 'Cem', 'Åsa']);
  expect(await namesOf(directory, { q: 'bea' })).toEqual([]);
  expect(await namesOf(directory, { q: 'lukasz' })).toEqual(['Łukasz']);
  expect(await namesOf(directory, { q: 'cem' })).toEqual(['Cem']);
});

test('people of the second form, which has no words, are found by their surname after the renewal', async () => {
  const [, , byName = '', unlikeEmail = ''] = keys.earlierNames;
  const users = [person('Ingrid Solberg'), person('Yuki Nakamura', 'yuki.nakamura@a.example')];
  for (const user of users) {
    await directory.create({ ...user });
    await redis.client.del(presentKeys());
  }
  for (const [index, user] of users.entries())
    await redis.client.zAdd(index === 0 ? unlikeEmail : byName, {
      score: 0,
      value: placeOf(user, 'full_name'),
    });
  expect(await directory.migrate()).toBe(2);
  expect(await namesOf(directory, { q: 'solb', sort: 'email' })).toEqual(['Ingrid Solberg']);
  expect(await namesOf(directory, { q: 'naka' })).toEqual(['Yuki Nakamura']);
  expect(await earlierKeys()).toBe(0);
});

test('people of the third form are found by each word in every order after the renewal', async () => {
  const [, , , , byName = '', unlikeEmail = ''] = keys.earlierNames;
  const users = [
    person('Ingrid Solberg', 'i.hansen@a.example'),
    person('Yuki Nakamura', 'yuki.nakamura@a.example'),
  ];
  for (const user of users) await directory.create({ ...user });
  await redis.client.del(presentKeys());
  for (const [index, user] of users.entries()) {
    await addTo(index === 0 ? unlikeEmail : byName, placeOf(user, 'full_name'));
    const words = index === 0 ? ['solberg', 'hansen'] : ['nakamur'];
    for (const word of words) await addTo(keys.earlierWords, `${word}\0${compactId(user.id)}`);
  }
  let scripts = 0;
  const counting = directoryOn(
    interrupted(async (call) => {
      scripts = call;
    }),
  );
  expect(await counting.migrate()).toBe(2);
  expect(scripts).toBe(2); // one for each order by name: their users' words go with them
  expect(await earlierKeys()).toBe(0);
  for (const sort of ['full_name', 'email', 'created_at'] as const) {
    for (const q of ['ingrid', 'solb', 'hansen', 'solberg i'])
      expect(await namesOf(directory, { q, sort })).toEqual(['Ingrid Solberg']);
    expect(await namesOf(directory, { q: 'nakamura', sort })).toEqual(['Yuki Nakamura']);
  }
  expect(await earlierKeys()).toBe(0);
});

test('an earlier word of somebody who is gone is removed', async () => {
  await addTo(keys.earlierWords, `solberg\0${compactId(randomUUID())}`);
  expect(await directory.migrate()).toBe(0);
  expect(await earlierKeys()).toBe(0);
});

test('a new address that an instance of the third form wrote is found in the next list', async () => {
  const user = written(await directory.create({ ...person('Ingrid Solberg', 'x.one@a.example') }));
  await earlierVersion.change(user, { email: 'x.two@a.example' });
  await redis.client.del([...keys.earlierNames]); // the name stays, so that version leaves the order by name alone
  await addTo(keys.earlierWords, `two\0${compactId(user.id)}`);
  for (const sort of ['full_name', 'email'] as const)
    expect(await namesOf(directory, { q: 'two', sort })).toEqual(['Ingrid Solberg']);
  expect(await earlierKeys()).toBe(0);
});

test('a later write puts the words that an instance of an earlier version left out', async () => {
  const user = written(await directory.create({ ...person('Ingrid Solberg', 'x.one@a.example') }));
  await earlierVersion.change(user, { email: 'x.two@a.example' });
  const found = await directory.find(user.id);
  if (found === undefined) throw new Error('somebody');
  written(await directory.update(found, { lastLoginAt: '2026-02-01T00:00:00.000Z' }));
  expect(await namesOf(directory, { q: 'two' })).toEqual(['Ingrid Solberg']);
});

test('a start renews the order before it is ready, and says so', async () => {
  await earlierVersion.write(people(300).map((user) => [undefined, user]));
  const { log, lines } = recordingLog();
  const config = parseConfig({
    BASE_URL: 'http://localhost:8000',
    REDIS_URL: redis.url,
    REDIS_PREFIX: prefix,
    SESSION_SECRET: 'a secret for tests that is long enough to be one',
    PLATFORM_ADMIN_EMAIL: 'admin@acmecorp.com',
    PLATFORM_ADMIN_PASSWORD: 'nine purple ladders hum softly',
  });
  const opened = openEntrance(config, { log });
  try {
    await opened.administratorReady;
    expect(await earlierKeys()).toBe(0);
    expect(lines).toContainEqual(expect.objectContaining({ users: 300 }));
  } finally {
    await opened.close();
  }
});

function addTo(order: string, place: string): Promise<number> {
  return redis.client.zAdd(order, { score: 0, value: place });
}

async function namesOf(from: Directory, query: Partial<UserQuery> = {}): Promise<string[]> {
  return (await all(from, query)).map(({ fullName }) => fullName);
}
