import { beforeEach, describe, expect, test } from '@jest/globals';
import { createMemoryAudit } from '#entrance/audit/memory.js';
import { createRedisAudit } from '#entrance/audit/redis.js';
import type { RedisConnection } from '#entrance/redis/connection.js';
import type { ApiToken } from '#entrance/tokens/api-token.js';
import { createMemoryTokens } from '#entrance/tokens/memory.js';
import { createRedisTokens } from '#entrance/tokens/redis.js';
import { issueToken, MOST_TOKENS, parseToken, rotateToken, type Tokens } from '#entrance/tokens/tokens.js';
import { auditOptions } from '../support/audit.js';
import { useRedis, useTopologies } from '../support/redis-topologies.js';

const DAY = 86_400_000;
const start = Date.parse('2026-03-01T12:00:00.000Z');
let time = start;
const clock = { now: () => time };
const redis = useRedis();

beforeEach(async () => {
  time = start;
  await redis.client.flushAll();
});

const redisTokens = (client: RedisConnection['client'], prefix: string) =>
  createRedisTokens(client, prefix, createRedisAudit(client, prefix, auditOptions()), clock);

const subjects = [
  { name: 'memory', open: () => createMemoryTokens(createMemoryAudit(auditOptions()), clock) },
  { name: 'Redis', open: () => redisTokens(redis.client, 'test:') },
  ...useTopologies().map((topology) => ({
    name: topology.name,
    open: () => redisTokens(topology.redis().client, topology.prefix()),
  })),
];

describe.each(subjects)('API tokens in $name', ({ open }) => {
  let tokens: Tokens;
  beforeEach(() => {
    tokens = open();
  });

  const issue = (name = 'reporting', expiresInDays = 90) =>
    issueToken(
      tokens,
      { name, scopes: ['users:read', 'audit:read'], expiresInDays, createdBy: 'ada' },
      clock,
    );
  const hashOf = (token: string) => parseToken(token) ?? 'none';

  test('a token is found by its hash, by its ID and in the list', async () => {
    const { token, record } = await issue();
    const expected: ApiToken = {
      id: record.id,
      name: 'reporting',
      scopes: ['users:read', 'audit:read'],
      createdAt: '2026-03-01T12:00:00.000Z',
      expiresAt: '2026-05-30T12:00:00.000Z',
      lastUsedAt: null,
      rotatedAt: null,
      createdBy: 'ada',
      ancestors: [],
    };
    expect(await tokens.findByHash(hashOf(token))).toEqual(expected);
    expect(await tokens.find(record.id)).toEqual(expected);
    expect(await tokens.list()).toEqual([expected]);
  });

  test('one that nobody issued is not found', async () => {
    await issue();
    expect(await tokens.findByHash('0'.repeat(64))).toBeUndefined();
    expect(await tokens.find('nobody')).toBeUndefined();
  });

  test('the list is newest first', async () => {
    for (const name of ['first', 'second', 'third']) {
      await issue(name);
      time += 1;
    }
    expect((await tokens.list()).map(({ name }) => name)).toEqual(['third', 'second', 'first']);
  });

  test('an expired token opens nothing, but is still listed', async () => {
    const { token, record } = await issue('short', 1);
    time = start + DAY - 1;
    expect(await tokens.findByHash(hashOf(token))).toEqual(record);
    time = start + DAY;
    expect(await tokens.findByHash(hashOf(token))).toBeUndefined();
    expect(await tokens.find(record.id)).toEqual(record);
    expect(await tokens.list()).toHaveLength(1);
  });

  test('a token that expired a month ago is forgotten when another is issued', async () => {
    await issue('short', 1);
    time = start + 31 * DAY;
    await issue('long', 90);
    expect((await tokens.list()).map(({ name }) => name)).toEqual(['long']);
  });

  test('a deleted token is gone at once, and its last use doesn’t bring it back', async () => {
    const { token, record } = await issue();
    const other = await issue('other');
    expect(await tokens.delete(record.id, [])).toBe(true);
    await tokens.touch(record, time, []);
    expect(await tokens.findByHash(hashOf(token))).toBeUndefined();
    expect(await tokens.find(record.id)).toBeUndefined();
    expect(await tokens.list()).toEqual([other.record]);
    expect(await tokens.delete(record.id, [])).toBe(false);
  });

  test('a rotated token has a new secret and its lifetime anew; the old secret opens nothing', async () => {
    const { token, record } = await issue('rotating', 10);
    await tokens.touch(record, start + 500, []);
    time = start + 9 * DAY;
    const by = { createdBy: 'grace', by: {} };
    const rotated = await rotateToken(tokens, record, by, clock);
    expect(rotated.record).toEqual({
      ...record,
      rotatedAt: '2026-03-10T12:00:00.000Z',
      expiresAt: '2026-03-20T12:00:00.000Z',
      lastUsedAt: null,
      createdBy: 'grace',
    });
    expect(await tokens.findByHash(hashOf(token))).toBeUndefined();
    expect(await tokens.findByHash(hashOf(rotated.token))).toEqual(rotated.record);
    expect(await tokens.list()).toEqual([rotated.record]);
    const again = await rotateToken(tokens, rotated.record, by, clock);
    expect(again.record.expiresAt).toBe('2026-03-20T12:00:00.000Z');
    await tokens.delete(record.id, []);
    await expect(rotateToken(tokens, again.record, by, clock)).rejects.toMatchObject({ code: 'not_found' });
    expect(await tokens.findByHash(hashOf(again.token))).toBeUndefined();
  });

  test('there are no more than so many', async () => {
    // Few at a time: on a busy machine a crowd of writes would pass the deadline of a command.
    for (let index = 0; index < MOST_TOKENS; index += 20)
      await Promise.all(Array.from({ length: 20 }, (_, offset) => issueQuietly(tokens, index + offset)));
    await expect(issue('one more')).rejects.toMatchObject({ code: 'too_many_tokens' });
    expect(await tokens.list()).toHaveLength(MOST_TOKENS);
  });

  test('the last use is noted at most once a minute', async () => {
    const { token, record } = await issue();
    const use = async (after: number) => {
      const found = await tokens.findByHash(hashOf(token));
      if (found === undefined) throw new Error('not found');
      await tokens.touch(found, start + after, []);
      return (await tokens.find(record.id))?.lastUsedAt;
    };
    expect(await use(1_000)).toBe('2026-03-01T12:00:01.000Z');
    expect(await use(60_999)).toBe('2026-03-01T12:00:01.000Z');
    expect(await use(61_000)).toBe('2026-03-01T12:01:01.000Z');
    expect((await tokens.list())[0]?.lastUsedAt).toBe('2026-03-01T12:01:01.000Z');
  });

  test('requests at the same moment note one use', async () => {
    const { record } = await issue();
    await Promise.all([tokens.touch(record, start + 500, []), tokens.touch(record, start + 501, [])]);
    expect((await tokens.find(record.id))?.lastUsedAt).toBe('2026-03-01T12:00:00.500Z');
  });
});

/** Without looking for expired ones each time. */
function issueQuietly(tokens: Tokens, index: number): Promise<boolean> {
  const at = new Date(start).toISOString();
  const token: ApiToken = {
    id: `token-${index}`,
    name: 'one of many',
    scopes: ['verify'],
    createdAt: at,
    expiresAt: '2027-01-01T00:00:00.000Z',
    lastUsedAt: null,
    rotatedAt: null,
    createdBy: null,
    ancestors: [],
  };
  return tokens.create(token, `hash-${index}`, []);
}

test('a copy of the store holds no token, and its keys share one slot of a cluster', async () => {
  const tokens = createRedisTokens(
    redis.client,
    'test:',
    createRedisAudit(redis.client, 'test:', auditOptions()),
    clock,
  );
  const { token, record } = await issueToken(
    tokens,
    { name: 'x', scopes: ['*'], expiresInDays: 1, createdBy: null },
    clock,
  );
  await tokens.touch(record, time, []);
  const keys = await redis.client.keys('*:tokens:*');
  expect(keys).toHaveLength(3);
  for (const key of keys) {
    expect(key).toMatch(/^test:\{directory\}:/);
    expect(JSON.stringify(await redis.client.hGetAll(key))).not.toContain(token.slice(9, 52));
  }
  await tokens.delete(record.id, []);
  expect(await redis.client.keys('*:tokens:*')).toEqual([]);
});
