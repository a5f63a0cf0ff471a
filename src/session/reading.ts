import type { Request } from 'express';
import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import type { Config } from '../config/config.js';
import { cookieName } from '../config/cookie-name.js';
import { SingleFlight } from '../single-flight.js';
import { createCookieReader } from './cookie.js';
import { idleClockIsDue, isLive, type SessionRecord } from './session-record.js';
import type { AtOnceOrLater, SessionStore } from './session-store.js';

export interface Session {
  readonly handle: string;
  readonly record: SessionRecord;
}

export type ReadSession = (request: Request) => AtOnceOrLater<Session | undefined>;

/**
 * Reads the session of a request for the guards: one read, and no write but for the idle clock once a minute. A session
 * that was destroyed never comes back by this. If `beforeRequest` makes the request wait, the session is read again
 * afterwards.
 */
export function createSessionReader(
  config: Pick<Config, 'session' | 'server' | 'sso'>,
  store: SessionStore,
  clock: Clock,
  log: Logger,
  beforeRequest: (record: SessionRecord) => Promise<void> | undefined = () => undefined,
): ReadSession {
  const requiredContexts = new Map(
    config.sso.providers.flatMap(({ id, requiredAuthContext: one }) =>
      one === undefined ? [] : [[id, one]],
    ),
  );
  const handleIn = createCookieReader(cookieName(config.server.baseUrl), config.session.secret);
  const advances = new SingleFlight<void>();
  return (request) => {
    const handle = handleIn(request);
    if (handle === undefined) return undefined;
    const record = store.read(handle);
    return record instanceof Promise
      ? record.then((one) => confirmedSession(handle, one))
      : confirmedSession(handle, record);
  };

  function confirmedSession(
    handle: string,
    record: SessionRecord | undefined,
  ): AtOnceOrLater<Session | undefined> {
    const pause = record === undefined ? undefined : beforeRequest(record);
    return pause === undefined
      ? liveSession(handle, record)
      : pause.then(async () => liveSession(handle, await store.read(handle)));
  }

  function liveSession(
    handle: string,
    record: SessionRecord | undefined,
  ): AtOnceOrLater<Session | undefined> {
    const now = clock.now();
    if (record === undefined || !isLive(record, config.session, now) || !carriesRequired(record))
      return undefined;
    const session = { handle, record };
    if (!idleClockIsDue(record, config.session, now)) return session;
    return advances.run(handle, () => advanceIdleClock(handle, record, now)).then(() => session);
  }

  /** A session that began before the setting counts as one without a context. */
  function carriesRequired({ provider, authContexts = [] }: SessionRecord): boolean {
    const required = requiredContexts.get(provider);
    return required === undefined || authContexts.includes(required);
  }

  async function advanceIdleClock(handle: string, record: SessionRecord, now: number): Promise<void> {
    try {
      await store.advanceIdleClock(handle, record, now);
    } catch (error) {
      // The session was read, so the person may go on; a later request sets the clock.
      log.warn({ err: error }, 'the idle clock of a session could not be advanced');
    }
  }
}
