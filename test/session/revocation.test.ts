import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import session, { type SessionData } from 'express-session';
import fc from 'fast-check';
import pino from 'pino';
import { connectRedis, type RedisConnection } from '#entrance/redis/connection.js';
import { connectTracking } from '#entrance/redis/tracking.js';
import { RedisSessionStore } from '#entrance/session/redis.js';
import type { SessionRecord } from '#entrance/session/session-record.js';
import { handleOf } from '#entrance/session/session-store.js';
import { cookiesOf, startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { type RedisServer, startRedisServer } from '../support/redis-server.js';
import { until } from '../support/redis-topologies.js';
import { retryOnStoreFailure } from '../support/timing.js';

/** A revoked session stays revoked, whatever else is under way, on whichever instance. */

const INSTANCES = 3;
const SESSIONS = 4;
const SCHEDULES_AT_ONCE = 50;
const log = pino({ level: 'silent' });
const timeouts = { idleTimeout: 1_800_000, absoluteTimeout: 28_800_000 };
const clock = { now: () => Date.now() };

const number = (below: number) => fc.nat({ max: below - 1 });
const step = fc.record({
  act: fc.constantFrom(
    'save',
    'save',
    'touch',
    'read',
    'idle clock',
    'idle clock',
    'destroy',
    'end one',
    'end the user’s',
    'end the provider’s',
  ),
  instance: number(INSTANCES),
  session: number(SESSIONS),
  /** Turns of the event loop before the next step is begun; nothing is waited for. */
  pause: number(4),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

describe('over Redis, with as many stores as instances', () => {
  let server: RedisServer;
  let connections: RedisConnection[];
  let stores: RedisSessionStore[];
  let schedules = 0;

  beforeAll(async () => {
    server = await startRedisServer();
    connections = Array.from({ length: INSTANCES }, () => connectRedis(server.url, { log }));
    stores = connections.map(
      ({ client }) =>
        new RedisSessionStore(client, 'test:', timeouts, clock, {
          track: (onChange) => connectTracking(server.url, { log, onChange }),
        }),
    );
    for (const { ping } of connections) await until(() => ping().then(Boolean, () => false));
  });
  afterAll(async () => {
    for (const store of stores) store.close();
    for (const { close } of connections) await close();
    await server.stop();
  });

  test('3,000 schedules of saves, touches, reads and revocations bring nothing back', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(step, { minLength: 6, maxLength: 16 }), {
          minLength: SCHEDULES_AT_ONCE,
          maxLength: SCHEDULES_AT_ONCE,
        }),
        async (batch) => {
          expect(await Promise.all(batch.map(run))).toEqual(batch.map(() => []));
        },
      ),
      // Schedules aren’t repeatable to the turn, so making a failed one smaller would take minutes and tell little.
      { numRuns: 3_000 / SCHEDULES_AT_ONCE, endOnFailure: true },
    );
  }, 240_000);

  /** Plays a schedule and gives what came back from the dead, or was another’s. */
  async function run(steps: readonly Step[]): Promise<string[]> {
    schedules += 1;
    const people = await Promise.all(Array.from({ length: SESSIONS }, (_, n) => begin(`${schedules} ${n}`)));
    const problems: string[] = [];
    const underWay: Promise<void>[] = [];
    for (const { act, instance, session: index, pause } of steps) {
      const person = people[index];
      const store = stores[instance];
      if (person !== undefined && store !== undefined)
        underWay.push(retryOnStoreFailure(() => play(act, store, person, problems)));
      for (let n = 0; n < pause; n += 1) await turn();
    }
    await Promise.all(underWay);
    for (const person of people.filter(({ ended }) => ended)) {
      const [first] = stores;
      const raw = await retryOnStoreFailure(async () =>
        connections[0]?.client.exists(`test:session:${person.handle}`),
      );
      if (raw !== 0) problems.push(`${person.id} is stored again`);
      const listed = await retryOnStoreFailure(async () => first?.listOfUser(person.record.userId));
      if (listed?.length !== 0) problems.push(`${person.id} is listed`);
    }
    return problems;
  }

  async function begin(name: string) {
    const id = `session ${name}`;
    const record: SessionRecord = {
      userId: `user ${name}`,
      email: `${name.replace(' ', '.')}@acmecorp.com`,
      fullName: name,
      roles: ['platform_admin'],
      provider: 'entra',
      device: 'Firefox on Linux',
      address: '203.0.113.17',
      createdAt: Date.now(),
      lastSeenAt: Date.now(),
    };
    const data: SessionData = { cookie: new session.Cookie(), entrance: record };
    const person = { id, handle: handleOf(id), sid: `sid ${name}`, record, data, ended: false };
    const [store] = stores;
    if (store !== undefined) await retryOnStoreFailure(() => create(store, person));
    return person;
  }

  type Person = Awaited<ReturnType<typeof begin>>;

  async function create(store: RedisSessionStore, { id, sid, data }: Omit<Person, 'ended'>): Promise<void> {
    const fresh = { ...data };
    store.expectNew(fresh, { provider: 'entra', sid });
    await new Promise<void>((resolve, reject) =>
      store.set(id, fresh, (error) => (error ? reject(error) : resolve())),
    );
  }

  async function play(act: Step['act'], store: RedisSessionStore, person: Person, problems: string[]) {
    const { id, handle, record, data } = person;
    switch (act) {
      case 'save':
        return new Promise<void>((resolve) => store.set(id, { ...data }, () => resolve()));
      case 'touch':
        return store.touch(id, data);
      case 'idle clock':
        return store.advanceIdleClock(handle, record, record.lastSeenAt + 60_000);
      case 'read': {
        const read = await store.read(handle);
        if (read !== undefined && read.userId !== record.userId) problems.push(`${id} is ${read.userId}`);
        return undefined;
      }
      case 'destroy':
        await new Promise<void>((resolve, reject) =>
          store.destroy(id, (error) => (error ? reject(error) : resolve())),
        );
        break;
      case 'end one':
        await store.revoke(record.userId, handle);
        break;
      case 'end the user’s':
        await store.revokeOfUser(record.userId);
        break;
      case 'end the provider’s':
        await store.revokeOfProvider({ provider: 'entra', sid: person.sid });
        break;
    }
    person.ended = true;
    if ((await store.read(handle)) !== undefined) problems.push(`${id} is read after it was ended there`);
    return undefined;
  }
});

describe('over HTTP, on two instances with slow handlers', () => {
  let one: TestEntrance;
  let two: TestEntrance;
  beforeAll(async () => {
    one = await startTestEntrance({ store: 'Redis' });
    two = await startTestEntrance({ microsoft: one.microsoft, ...(one.redis && { redis: one.redis }) });
    for (const { deps } of [one, two]) {
      const { list } = deps.directory;
      deps.directory.list = async (query) => {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 8));
        return list.call(deps.directory, query);
      };
    }
  });
  afterAll(async () => {
    await two.close();
    await one.close();
  });

  const visit = fc.record({
    at: number(2),
    path: fc.constantFrom('/admin/users', '/auth/me'),
    pause: number(5),
  });
  const endings = [0, 1].flatMap((at) =>
    (['sign-out', 'API'] as const).flatMap((by) => [0, 1, 2, 3, 4, 5].map((after) => ({ at, by, after }))),
  );

  test('a session that was ended answers nobody any more, and no answer gives its cookie back', async () => {
    const token = await one.token('sessions:write', 'admins:write');
    for (const end of endings)
      await fc.assert(
        fc.asyncProperty(fc.array(visit, { minLength: 6, maxLength: 10 }), async (visits) => {
          const signedIn = await one.signIn('admin');
          const cookie = cookiesOf(signedIn);
          const me = await signedIn.get('/auth/me').set('Accept', 'application/json');
          const at = (n: number) => (n === 0 ? one : two).browser();
          const answers = visits.map(async ({ at: instance, path, pause }, n) => {
            for (let k = 0; k < pause * 4; k += 1) await turn();
            if (n === end.after) await finish();
            return at(instance).get(path).set('Cookie', cookie);
          });
          async function finish() {
            if (end.by === 'sign-out')
              await at(end.at).post('/admin/logout').set('Cookie', cookie).expect(303);
            else
              await at(end.at)
                .delete(`/auth/users/${me.body.id}/sessions`)
                .set('Authorization', `Bearer ${token}`)
                .expect(204);
          }
          for (const answer of await Promise.all(answers))
            expect(String(answer.headers['set-cookie'] ?? '')).not.toMatch(/entrance-8000=s/);
          for (const instance of [0, 1]) {
            const after = await at(instance)
              .get('/auth/me')
              .set('Accept', 'application/json')
              .set('Cookie', cookie);
            expect(after.status).toBe(401);
          }
          expect(await one.deps.sessions.listOfUser(me.body.id)).toEqual([]);
        }),
        { numRuns: 1, endOnFailure: true },
      );
  }, 120_000);
});
