import { describe, expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { createMemoryAudit } from '#entrance/audit/memory.js';
import type { Directory, OpenDirectory } from '#entrance/directory/directory.js';
import { createMemoryDirectory } from '#entrance/directory/memory.js';
import { createTestEntrance, directoryContract, signInAs } from '#entrance/testing.js';
import { auditOptions } from '../../support/audit.js';

/** Our own directory in memory, as a host app's: it records by the context, one write at a time. */
const asHostDirectory: OpenDirectory = ({ record, waysIn }) => {
  const audit = createMemoryAudit(auditOptions());
  const own = createMemoryDirectory(audit, waysIn);
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

describe('a directory of a host app', () => {
  for (const { name, run } of directoryContract(asHostDirectory)) test(name, run);
});

test('a directory that breaks a rule fails the contract', async () => {
  const forgetful: OpenDirectory = (context) => {
    const own = asHostDirectory(context);
    return { ...own, create: (user) => own.create(user) };
  };
  const results = await Promise.allSettled(directoryContract(forgetful).map(({ run }) => run()));
  expect(results.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0);
});

test('an entrance keeps its users in it', async () => {
  let own: Directory | undefined;
  const entrance = await createTestEntrance({
    directory: (context) => {
      own = asHostDirectory(context);
      return own;
    },
  });
  const agent = request.agent(express().use(entrance.routes));
  const { user } = await signInAs(agent, { roles: ['platform_admin'], email: 'ada@acmecorp.com' });
  expect(await own?.findByEmail('ada@acmecorp.com')).toMatchObject({ id: user.id });
  expect((await agent.get('/admin/users').expect(200)).text).toContain('ada@acmecorp.com');
  await entrance.close();
});
