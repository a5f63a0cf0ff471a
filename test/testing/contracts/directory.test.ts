import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { createMemoryAudit } from '#entrance/audit/memory.js';
import { createRedisAudit } from '#entrance/audit/redis.js';
import type { Directory, OpenDirectory } from '#entrance/directory/directory.js';
import { createMemoryDirectory } from '#entrance/directory/memory.js';
import { createRedisDirectory } from '#entrance/directory/redis/redis.js';
import { createTestEntrance, directoryContract, signInAs } from '#entrance/testing.js';
import { auditOptions } from '../../support/audit.js';
import { useRedis } from '../../support/redis-topologies.js';

const redis = useRedis();

const inMemory: OpenDirectory = asHosts((waysIn) =>
  createMemoryDirectory(createMemoryAudit(auditOptions()), waysIn),
);
const onRedis: OpenDirectory = asHosts((waysIn) => {
  const { client } = redis;
  const prefix = `test-${randomUUID()}:`;
  return createRedisDirectory(
    client,
    prefix,
    createRedisAudit(client, prefix, auditOptions()),
    client,
    waysIn,
  );
});

/** A directory of ours as a host app's: it records by the context, one write at a time. */
function asHosts(openOwn: (waysIn: readonly string[]) => Directory): OpenDirectory {
  return ({ record, waysIn }) => {
    const own = openOwn(waysIn);
    let last: Promise<unknown> = Promise.resolve();
    const inTurn = <T>(write: () => Promise<T>): Promise<T> => {
      const done = last.then(write, write);
      last = done.catch(() => undefined);
      return done;
    };
    /** The events are recorded by a trial first, so that a conflict records none and a failure writes nothing. */
    const recording = <T>(write: (audited: Directory) => Promise<T>): Promise<T> => inTurn(() => write(own));
    return {
      ...own,
      create: (user, { events = [], ...options } = {}) =>
        recording(async (audited) => {
          const taken = (await own.findByEmail(user.email)) !== undefined && user.emailDoubt === undefined;
          const { provider, providerId, providerScope } = user;
          const known =
            providerId === null || providerScope === null
              ? undefined
              : await own.findByIdentity({ provider, providerId, providerScope });
          if (!taken && known === undefined) await record(events);
          return audited.create(user, options);
        }),
      update: (user, changes, { events = [], ifLastAdmin = [], ...options } = {}) =>
        recording(async (audited) => {
          if ((await own.find(user.id))?.version === user.version) await record(events);
          const outcome = await audited.update(user, changes, options);
          if ('user' in outcome && outcome.tookLastAdmin) await record(ifLastAdmin);
          return outcome;
        }),
      delete: (user, { events = [], ...options } = {}) =>
        recording(async (audited) => {
          if ((await own.find(user.id))?.version === user.version) await record(events);
          return audited.delete(user, options);
        }),
    };
  };
}

describe.each([
  ['in memory', inMemory],
  ['on Redis', onRedis],
])('our directory %s, as a host app’s', (_, open) => {
  for (const { name, run } of directoryContract(open)) test(name, run);
});

test('a directory that breaks a rule fails the contract', async () => {
  const forgetful: OpenDirectory = (context) => {
    const own = inMemory(context);
    return { ...own, create: (user) => own.create(user) };
  };
  const results = await Promise.allSettled(directoryContract(forgetful).map(({ run }) => run()));
  expect(results.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0);
});

test('an entrance keeps its users in it', async () => {
  let own: Directory | undefined;
  const entrance = await createTestEntrance({
    directory: (context) => {
      own = inMemory(context);
      return own;
    },
  });
  const agent = request.agent(express().use(entrance.routes));
  const { user } = await signInAs(agent, { roles: ['platform_admin'], email: 'ada@acmecorp.com' });
  expect(await own?.findByEmail('ada@acmecorp.com')).toMatchObject({ id: user.id });
  expect((await agent.get('/admin/users').expect(200)).text).toContain('ada@acmecorp.com');
  await entrance.close();
});

const FAULTS: ReadonlyArray<readonly [rule: string, broken: (own: Directory) => Partial<Directory>]> = [
  [
    'an address goes from one account to another in one step',
    (own) => ({
      update: (user, changes, { losesEmail: _, ...options } = {}) => own.update(user, changes, options),
    }),
  ],
  [
    'the claims of the last sign-in are kept, until a later sign-in',
    () => ({ findSeen: async () => undefined }),
  ],
  [
    'users whose role or membership has ended are found, until it is taken away',
    () => ({ listEndedGrants: async () => [] }),
  ],
  [
    'sign-ins before a time are counted, and users who never signed in are not',
    (own) => ({ countSignedInBefore: own.count }),
  ],
];

test.each(FAULTS)('the rule “%s” finds a directory that breaks it', async (name, broken) => {
  const open: OpenDirectory = (context) => {
    const own = inMemory(context);
    return { ...own, ...broken(own) };
  };
  const rule = directoryContract(open).find((one) => one.name === name);
  await expect(rule?.run()).rejects.toThrow();
});
