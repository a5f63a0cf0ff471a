import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { sign } from 'cookie-signature';
import session from 'express-session';
import { isStoreFailure } from '#entrance/redis/connection.js';
import { handleOf } from '#entrance/session/session-store.js';
import { SESSION_COOKIE, type TestEntrance } from './entrance.js';
import { until } from './redis-topologies.js';
import { PATIENCE_MS } from './timing.js';

/** Between the requests of one person, and while the store is away: ten people who never pause keep a processor busy. */
const PAUSE_MS = 50;
const PAUSE_WHILE_AWAY_MS = 250;

/** The writes and answers of people who keep sending requests while something happens to the store. */
export interface Load {
  /** What was acknowledged: users who were created, sessions that were ended. */
  readonly created: readonly string[];
  readonly ended: readonly string[];
  /** Answers to “who am I?” by status. */
  readonly answers: ReadonlyMap<number, number>;
  /** Everything that should never happen. */
  readonly complaints: readonly string[];
  /** Waits until people are served, and their writes acknowledged, that begin after this call. */
  untilServed(): Promise<void>;
  /**
   * Waits until everybody has been answered twice more, and writes have ended, well or badly. The first answer may belong to
   * a request from before this call, the second doesn't.
   */
  untilAnswered(): Promise<void>;
  /** Stops all requests. */
  stop(): Promise<void>;
}

/**
 * Signs people in, who then ask all the time who they are, while others create users and end sessions.
 * Each answer has to be a 200 about oneself, or 503.
 */
export async function startLoad(entrance: TestEntrance, people = 6): Promise<Load> {
  const created: string[] = [];
  const ended: string[] = [];
  const answers = new Map<number, number>();
  const complaints: string[] = [];
  const answered = new Map<string, number>();
  let written = 0;
  let isOver = false;
  let reads = 0;

  // A connection that is closed for idleness while fetch takes it again would look like a fault.
  const server = createServer({ keepAliveTimeout: PATIENCE_MS }, entrance.app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server's address once it listens

  /** This function and the three below tell whether the store was there. */
  async function askWhoIAm(userId: string, cookie: string): Promise<boolean> {
    const answer = await fetch(`http://127.0.0.1:${port}/auth/me`, {
      headers: { Cookie: cookie, Accept: 'application/json' },
    });
    const me = (await answer.json()) as { id?: string }; // a user or a problem document
    answers.set(answer.status, (answers.get(answer.status) ?? 0) + 1);
    if (answer.status === 200) reads += 1;
    if (answer.status === 200 && me.id !== userId) complaints.push(`${userId} was taken for ${me.id}`);
    if (answer.status !== 200 && answer.status !== 503) complaints.push(`answered ${answer.status}`);
    answered.set(userId, (answered.get(userId) ?? 0) + 1);
    return answer.status === 200;
  }

  /** Writes that failed may have happened or not: they are forgotten. */
  async function write(what: string, work: () => Promise<void>): Promise<boolean> {
    const isDone = await work().then(
      () => true,
      (error: unknown) => {
        if (!isStoreFailure(error)) complaints.push(`${what}: ${String(error)}`);
        return false;
      },
    );
    written += 1;
    return isDone;
  }

  function createUser(): Promise<boolean> {
    return write('creating a user', async () => {
      const { id } = await entrance.addUser();
      created.push(id);
    });
  }

  function endSession(): Promise<boolean> {
    return write('ending a session', async () => {
      const { sessionId } = await beginSession(entrance, randomUUID());
      await promisify(entrance.deps.sessions.destroy.bind(entrance.deps.sessions))(sessionId);
      ended.push(sessionId);
    });
  }

  const members = await Promise.all(
    Array.from({ length: people }, async () => beginSession(entrance, (await entrance.addUser()).id)),
  );
  const repeat = async (work: () => Promise<boolean>) => {
    while (!isOver) await pause((await work()) ? PAUSE_MS : PAUSE_WHILE_AWAY_MS);
  };
  const writers = [createUser, createUser, endSession, endSession];
  const atWork = [
    ...members.map(({ userId, cookie }) => repeat(() => askWhoIAm(userId, cookie))),
    ...writers.map(repeat),
  ];

  return {
    created,
    ended,
    answers,
    complaints,
    async untilServed() {
      const wanted = [created.length + 10, ended.length + 10, reads + people];
      await until(() =>
        [created.length, ended.length, reads].every((count, index) => count >= (wanted[index] ?? 0)),
      );
    },
    async untilAnswered() {
      const before = members.map(({ userId }) => answered.get(userId) ?? 0);
      const writtenBefore = written;
      const isAnswered = () =>
        members.every(({ userId }, index) => (answered.get(userId) ?? 0) >= (before[index] ?? 0) + 2);
      await until(() => isAnswered() && written >= writtenBefore + 2 * writers.length);
    },
    async stop() {
      isOver = true;
      await Promise.all(atWork);
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A session that is in the store, and the cookie of the browser that has it. */
async function beginSession(entrance: TestEntrance, userId: string) {
  const { sessions, clock } = entrance.deps;
  const sessionId = randomUUID();
  const now = clock.now();
  const record = {
    userId,
    email: `${userId}@contoso.com`,
    fullName: 'Somebody',
    roles: [],
    provider: 'entra' as const,
    device: 'Firefox on Linux',
    address: '203.0.113.17',
    createdAt: now,
    lastSeenAt: now,
  };
  const begun = { cookie: new session.Cookie(), entrance: record };
  sessions.expectNew(begun);
  await promisify(sessions.set.bind(sessions))(sessionId, begun);
  const signature = sign(sessionId, entrance.config.session.secret.value());
  return { userId, sessionId, cookie: `${SESSION_COOKIE}=s:${encodeURIComponent(signature)}` };
}

/** What was acknowledged and is gone. */
export async function lostWrites({ created, ended }: Load, { deps }: TestEntrance): Promise<string[]> {
  const users = await Promise.all(
    created.map(async (id) => ((await deps.directory.find(id)) ? [] : [`user ${id}`])),
  );
  const back = await Promise.all(
    ended.map(async (id) => ((await deps.sessions.read(handleOf(id))) ? [`the end of session ${id}`] : [])),
  );
  return [...users, ...back].flat();
}
