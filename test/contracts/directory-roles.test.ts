import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { createMemoryAudit } from '#entrance/audit/memory.js';
import { createRedisAudit } from '#entrance/audit/redis.js';
import type { Directory } from '#entrance/directory/directory.js';
import { createMemoryDirectory } from '#entrance/directory/memory.js';
import { directoryKeys } from '#entrance/directory/redis/keys.js';
import { createRedisDirectory } from '#entrance/directory/redis/redis.js';
import { auditOptions } from '../support/audit.js';
import { newPerson, written } from '../support/people.js';
import { useRedis } from '../support/redis-topologies.js';

const redis = useRedis();
const WAYS = ['local', 'entra'];
let prefix: string;

function onRedis(): Directory {
  const audit = createRedisAudit(redis.client, prefix, auditOptions());
  return createRedisDirectory(redis.client, prefix, audit, redis.client, WAYS);
}

const holding = (...names: string[]) => names.map((name) => ({ name, origin: 'manual' as const }));
const rolesIn = async (directory: Directory) =>
  [...(await directory.countInRoles())].sort(([one], [other]) => (one < other ? -1 : 1));

beforeEach(() => {
  prefix = `test-${randomUUID()}:`;
});

describe.each([
  ['in memory', () => createMemoryDirectory(createMemoryAudit(auditOptions()), WAYS)],
  ['on Redis', onRedis],
] as const)('the roles in use of a directory %s', (_, createDirectory) => {
  test('are counted by person, and go with the last person who has them', async () => {
    const directory = createDirectory();
    expect(await rolesIn(directory)).toEqual([]);
    const ada = written(
      await directory.create(newPerson({ email: 'ada@contoso.com', roles: holding('auditor', 'editor') })),
    );
    const twice = [...holding('auditor'), ...holding('auditor')];
    const grace = written(await directory.create(newPerson({ email: 'grace@contoso.com', roles: twice })));
    expect(await rolesIn(directory)).toEqual([
      ['auditor', 2],
      ['editor', 1],
    ]);
    await directory.update(grace, { roles: holding('ops:eu') });
    await directory.delete(ada);
    expect(await rolesIn(directory)).toEqual([['ops:eu', 1]]);
  });
});

test('roles that an earlier version stored without their names are found after the migration', async () => {
  const directory = onRedis();
  await directory.create(newPerson({ email: 'ada@contoso.com', roles: holding('auditor') }));
  await redis.client.del(directoryKeys(prefix).roles);
  expect(await rolesIn(directory)).toEqual([]);
  await directory.migrate();
  expect(await rolesIn(directory)).toEqual([['auditor', 1]]);
});
