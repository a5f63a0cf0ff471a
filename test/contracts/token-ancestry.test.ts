import { beforeEach, describe, expect, test } from '@jest/globals';
import { createMemoryAudit } from '#entrance/audit/memory.js';
import { createRedisAudit } from '#entrance/audit/redis.js';
import type { ApiToken } from '#entrance/tokens/api-token.js';
import { createMemoryTokens } from '#entrance/tokens/memory.js';
import { createRedisTokens } from '#entrance/tokens/redis.js';
import {
  issueToken,
  MOST_TOKENS,
  parseToken,
  rotateToken,
  statusAmong,
  type Tokens,
} from '#entrance/tokens/tokens.js';
import { auditOptions } from '../support/audit.js';
import { useRedis } from '../support/redis-topologies.js';

const DAY = 86_400_000;
const start = Date.parse('2026-03-01T12:00:00.000Z');
let time = start;
const clock = { now: () => time };
const redis = useRedis();
beforeEach(async () => {
  time = start;
  await redis.client.flushAll();
});

describe.each([
  { name: 'memory', open: () => createMemoryTokens(createMemoryAudit(auditOptions()), clock) },
  {
    name: 'Redis',
    open: () =>
      createRedisTokens(redis.client, 't:', createRedisAudit(redis.client, 't:', auditOptions()), clock),
  },
])('tokens that tokens make, in $name', ({ open }) => {
  let tokens: Tokens;
  beforeEach(() => {
    tokens = open();
  });

  const issue = (name: string, maker?: ApiToken, expiresInDays = 90) => {
    time += 1;
    return issueToken(
      tokens,
      { name, scopes: ['tokens:write'], expiresInDays, createdBy: 'ada', maker },
      clock,
    );
  };
  const works = async ({ token }: { readonly token: string }) =>
    (await tokens.findByHash(parseToken(token) ?? 'none')) !== undefined;
  const rotate = (known: ApiToken, maker?: ApiToken) => {
    time += 1;
    return rotateToken(tokens, known, { createdBy: 'ada', by: {}, maker }, clock);
  };
  const statusOf = async ({ id }: ApiToken) => {
    const all = await tokens.list();
    return all.filter((one) => one.id === id).map(statusAmong(all, time))[0];
  };

  test('a token that is revoked ends what it made, down to the last, and nothing else', async () => {
    const parent = await issue('parent');
    const child = await issue('child', parent.record);
    const grandchild = await issue('grandchild', child.record);
    const other = await issue('other');
    expect([await works(child), await works(grandchild)]).toEqual([true, true]);
    await tokens.delete(parent.record.id, []);
    expect([await works(child), await works(grandchild), await works(other)]).toEqual([false, false, true]);
    expect([await statusOf(child.record), await statusOf(other.record)]).toEqual(['ended', 'valid']);
  });

  test('a token that gets a new secret ends what was made with the old one', async () => {
    const parent = await issue('parent');
    const child = await issue('child', parent.record);
    const renewed = await rotate(parent.record);
    expect([await works(renewed), await works(child)]).toEqual([true, false]);
    const second = await issue('second child', renewed.record);
    expect(await works(second)).toBe(true);
  });

  test('a token that a token gave a new secret ends with that one', async () => {
    const thief = await issue('thief');
    const victim = await issue('victim');
    const taken = await rotate(victim.record, thief.record);
    expect(await works(taken)).toBe(true);
    await tokens.delete(thief.record.id, []);
    expect(await works(taken)).toBe(false);
    const regained = await rotate(taken.record);
    expect(await works(regained)).toBe(true);
  });

  test('a token that renews itself stays, and frees itself from nothing', async () => {
    const parent = await issue('parent', undefined, 30);
    const child = await issue('child', parent.record, 10);
    time += 9 * DAY;
    const renewed = await rotate(child.record, child.record);
    expect(await works(renewed)).toBe(true);
    await tokens.delete(parent.record.id, []);
    expect(await works(renewed)).toBe(false);
  });

  test('no token outlives the one that made it, however it is renewed', async () => {
    const parent = await issue('parent', undefined, 10);
    const child = await issue('child', parent.record, 90);
    expect(child.record.expiresAt).toBe(parent.record.expiresAt);
    const victim = await rotate((await issue('victim')).record, child.record);
    expect(victim.record.expiresAt).toBe(parent.record.expiresAt);
    time = Date.parse(parent.record.expiresAt);
    expect([await works(child), await works(victim)]).toEqual([false, false]);
  });

  test('a token gives no new secret to one by which it was made', async () => {
    const parent = await issue('parent');
    const child = await issue('child', parent.record);
    const grandchild = await issue('grandchild', child.record);
    await expect(rotate(parent.record, grandchild.record)).rejects.toMatchObject({ code: 'invalid_request' });
    expect([await works(parent), await works(grandchild)]).toEqual([true, true]);
  });

  test('a row of tokens has an end', async () => {
    let last = (await issue('first')).record;
    const make = async () => {
      for (let made = 0; made < 20; made += 1) last = (await issue('next', last)).record;
    };
    await expect(make()).rejects.toMatchObject({ code: 'invalid_request' });
    expect(last.ancestors.length).toBeLessThanOrEqual(10);
  });

  test('tokens that ended don’t keep new ones from being made', async () => {
    const parent = await issue('parent');
    const child = await issue('child', parent.record);
    const { id: _, ...rest } = child.record;
    await Promise.all(
      Array.from({ length: MOST_TOKENS - 2 }, (_unused, at) =>
        tokens.create({ ...rest, id: `token-${at}` }, `hash-${at}`, []),
      ),
    );
    await expect(issue('one more')).rejects.toMatchObject({ code: 'too_many_tokens' });
    await tokens.delete(parent.record.id, []);
    await issue('one more');
    await issue('and another');
    expect((await tokens.list()).length).toBeLessThan(10);
  });
});

test('a token that an earlier release stored was made by a person', async () => {
  const audit = createRedisAudit(redis.client, 't:', auditOptions());
  const tokens = createRedisTokens(redis.client, 't:', audit, clock);
  const { token, record } = await issueToken(
    tokens,
    { name: 'old', scopes: ['verify'], expiresInDays: 1, createdBy: null },
    clock,
  );
  const hash = parseToken(token) ?? 'none';
  const { ancestors: _, lastUsedAt: __, ...stored } = record;
  await redis.client.hSet('t:{directory}:tokens:records', hash, JSON.stringify(stored));
  expect(await tokens.findByHash(hash)).toEqual(record);
});
