import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { createMemoryAudit } from '#entrance/audit/memory.js';
import { createRedisAudit } from '#entrance/audit/redis.js';
import type { Directory, NewUser } from '#entrance/directory/directory.js';
import { createMemoryDirectory } from '#entrance/directory/memory.js';
import { createRedisDirectory } from '#entrance/directory/redis/redis.js';
import type { EmailDoubt } from '#entrance/identity/user.js';
import { auditOptions } from '../support/audit.js';
import { newPerson, written } from '../support/people.js';
import { useRedis } from '../support/redis-topologies.js';

const redis = useRedis();

const inMemory = () => createMemoryDirectory(createMemoryAudit(auditOptions()), ['local', 'entra']);
const onRedis = () => {
  const prefix = `test-${randomUUID()}:`;
  return createRedisDirectory(
    redis.client,
    prefix,
    createRedisAudit(redis.client, prefix, auditOptions()),
    redis.client,
    ['local', 'entra'],
  );
};

describe.each([
  ['in memory', inMemory],
  ['on Redis', onRedis],
] as const)('an address that nobody vouches for, in a directory %s', (_, open) => {
  const emailDoubt: EmailDoubt = { since: '2026-05-01T10:00:00.000Z', reason: 'unverified', other: null };
  let directory: Directory;
  beforeEach(() => {
    directory = open();
  });

  const create = async (changes: Partial<NewUser> = {}) => written(await directory.create(person(changes)));

  test('is kept with its reason, listed by its text, and found by nobody', async () => {
    const guest = await create({ emailDoubt });
    expect(await directory.find(guest.id)).toEqual(guest);
    expect(await directory.find(guest.id)).toMatchObject({ email: 'desk@acmecorp.com', emailDoubt });
    expect(await directory.findByEmail('desk@acmecorp.com')).toBeUndefined();
    const page = { sort: 'email', descending: false, limit: 10 } as const;
    expect((await directory.list(page)).users).toEqual([guest]);
    expect((await directory.list({ ...page, q: 'desk@' })).users).toEqual([]);
  });

  test('stands in the way neither of its owner nor of another account with the same doubt', async () => {
    await create({ emailDoubt });
    await create({ emailDoubt });
    const owner = await create();
    expect(await directory.findByEmail('desk@acmecorp.com')).toEqual(owner);
  });

  test('is the person’s in the same write that takes the doubt away, unless somebody else has it', async () => {
    const [one, other] = [await create({ emailDoubt }), await create({ emailDoubt })];
    const confirmed = written(await directory.update(one, { emailDoubt: undefined }));
    expect(await directory.findByEmail('DESK@acmecorp.com')).toEqual(confirmed);
    expect(await directory.update(other, { emailDoubt: undefined })).toEqual({ conflict: 'email_taken' });
  });

  test('gives the address back in the same write that brings the doubt', async () => {
    const before = await create();
    written(await directory.update(before, { emailDoubt }));
    expect(await directory.findByEmail('desk@acmecorp.com')).toBeUndefined();
    const owner = await create();
    expect(await directory.findByEmail('desk@acmecorp.com')).toEqual(owner);
  });
});

const person = (changes: Partial<NewUser>) => newPerson({ email: 'desk@acmecorp.com', ...changes });
