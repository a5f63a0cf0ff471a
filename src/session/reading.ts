import type { Request } from 'express';
import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import type { Config } from '../config/config.js';
import { sessionCookieName, sessionIdOf } from './cookie.js';
import { idleClockIsDue, isLive, type SessionRecord } from './session-record.js';
import type { SessionStore } from './session-store.js';

export interface Session {
  readonly id: string;
  readonly record: SessionRecord;
}

/** Finds the live session of a request; the same answer however often one request asks. */
export type ReadSession = (request: Request) => Promise<Session | undefined>;

/**
 * The guard's way to a session: one read and no write, but for the idle clock once a minute. Nothing here can bring a
 * destroyed session back.
 */
export function createSessionReader(
  config: Pick<Config, 'session' | 'server'>,
  store: SessionStore,
  clock: Clock,
  log: Logger,
): ReadSession {
  const cookieName = sessionCookieName(config.server.baseUrl);
  const sessions = new WeakMap<Request, Promise<Session | undefined>>();

  return (request) => {
    const known = sessions.get(request);
    if (known !== undefined) return known;
    const reading = readSession(request);
    sessions.set(request, reading);
    return reading;
  };

  async function readSession(request: Request): Promise<Session | undefined> {
    const id = sessionIdOf(request, cookieName, config.session.secret);
    if (id === undefined) return undefined;
    const record = await store.read(id);
    if (record === undefined || !isLive(record, config.session, clock.now())) return undefined;
    await advanceIdleClock(id, record);
    return { id, record };
  }

  async function advanceIdleClock(id: string, record: SessionRecord): Promise<void> {
    const now = clock.now();
    if (!idleClockIsDue(record, config.session, now)) return;
    try {
      await store.advanceIdleClock(id, record, now);
    } catch (error) {
      // The session was read, so the person may go on; the clock is set with a later request.
      log.warn({ err: error }, 'the idle clock of a session could not be advanced');
    }
  }
}
