import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Audit } from '../audit/audit.js';
import { createBoundedCache } from '../bounded-cache.js';
import type { Clock } from '../clock.js';
import type { Config } from '../config/config.js';
import { Secret } from '../config/secret.js';
import type { Confirmation, Provider } from '../providers/provider.js';
import { findProvider } from '../providers/registry.js';
import type { OneTimeMarks } from '../session/one-time-marks.js';
import { createSealing } from '../session/sealing.js';
import type { SessionRecord } from '../session/session-record.js';
import type { SessionStore } from '../session/session-store.js';
import { SingleFlight } from '../single-flight.js';
import type { RefreshGrant, RefreshGrants } from './refresh-grants.js';

/** The exact moment is random, so that not all users are asked about at once. */
const EARLIEST = 0.8;
/** The longest time that a request waits for the provider's answer if the person's confirmation is overdue. */
const LONGEST_WAIT_MS = 2_000;
/** The interval of attempts while the provider gives no answer, for all instances together. */
const ATTEMPT_PAUSE_MS = 60_000;
/** The most users whose next question is kept in memory, about 150 bytes each; for others the store is read. */
const MAX_REMEMBERED = 20_000;

export interface RevalidationDependencies {
  readonly config: Config;
  readonly providers: readonly Provider[];
  readonly refreshGrants: RefreshGrants;
  readonly sessions: SessionStore;
  readonly audit: Audit;
  readonly marks: OneTimeMarks;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Asks the providers, from time to time, whether the people with sessions are still there. */
export interface Revalidation {
  keep(userId: string, provider: Provider, refreshToken: Secret | undefined): Promise<void>;
  /** Removes the refresh grants of a user whose last session a sign-out has ended. */
  release(userId: string): Promise<void>;
  /** Undefined, as nearly always, if the request may go on at once. Otherwise it waits. Never rejects. */
  before(record: SessionRecord): Promise<void> | undefined;
}

type Ended = Extract<Confirmation, { outcome: 'ended' }>;

/** A person whose sessions began at a provider that is asked in this interval, milliseconds. */
interface Asked {
  readonly userId: string;
  readonly provider: string;
  readonly interval: number;
}

function keyOf({ userId, provider }: Asked): string {
  return `${userId} ${provider}`;
}

/** The time to ask about a person, and that from which a request waits for the answer. Epoch milliseconds. */
interface Due {
  readonly at: number;
  readonly overdueAt: number;
}

/** Undefined if no provider is to be asked (`…_REVALIDATE_INTERVAL`). */
export function createRevalidation(deps: RevalidationDependencies): Revalidation | undefined {
  const { config, providers, refreshGrants, sessions, audit, marks, clock, log } = deps;
  const intervals = new Map(
    providers.flatMap(({ id, confirm, config: { revalidateInterval } }) =>
      confirm === undefined || revalidateInterval === 0 ? [] : [[id, revalidateInterval]],
    ),
  );
  if (intervals.size === 0) return undefined;
  const tokens = createTokenSeal(config.session.secret);
  const due = createBoundedCache<Due>(MAX_REMEMBERED);
  const questions = new SingleFlight<void>();

  return {
    async keep(userId, { id: provider }, refreshToken) {
      const interval = intervals.get(provider);
      if (interval === undefined) return;
      if (refreshToken === undefined) {
        log.warn({ userId, provider }, 'no refresh token came with a sign-in: it can’t be confirmed later');
        return;
      }
      const confirmedAt = clock.now();
      const sealedToken = tokens.seal(userId, refreshToken);
      await refreshGrants.keep(
        userId,
        { provider, sealedToken, confirmedAt },
        config.session.absoluteTimeout,
      );
      plan({ userId, provider, interval }, confirmedAt);
    },

    async release(userId) {
      if ((await sessions.listOfUser(userId)).length > 0) return;
      for (const provider of intervals.keys()) {
        const grant = await refreshGrants.find(userId, provider);
        if (grant !== undefined) await refreshGrants.remove(userId, grant);
      }
    },

    /**
     * For active people the provider is asked before the interval ends, and no request waits. After a pause, a person's
     * request waits for the answer, so that somebody who was dismissed meanwhile gets no further request. The wait is
     * short, since without an answer the session stays.
     */
    before({ userId, provider, createdAt }) {
      const interval = intervals.get(provider);
      if (interval === undefined) return undefined;
      const asked = { userId, provider, interval };
      const { at, overdueAt } = due.get(keyOf(asked)) ?? dueAfter(createdAt, EARLIEST, interval);
      const now = clock.now();
      if (now < at) return undefined;
      const asking = questions.run(keyOf(asked), () => ask(asked));
      return now < overdueAt ? undefined : waitOrGiveUp(asking, () => postpone(asked));
    },
  };

  async function ask(asked: Asked): Promise<void> {
    try {
      await confirm(asked);
    } catch (error) {
      postpone(asked);
      log.warn(
        { userId: asked.userId, provider: asked.provider, err: error },
        'whether a user is still there could not be confirmed',
      );
    }
  }

  async function confirm(asked: Asked): Promise<void> {
    const { userId, provider, interval } = asked;
    const grant = await refreshGrants.find(userId, provider);
    if (grant === undefined) return postpone(asked);
    if (clock.now() < dueAfter(grant.confirmedAt, EARLIEST, interval).at)
      return plan(asked, grant.confirmedAt);
    // One instance asks. The others find the answer in the store, or the session gone.
    const mayAsk = await marks.claim(
      `revalidation:${userId}:${provider}:${grant.confirmedAt}`,
      Math.min(ATTEMPT_PAUSE_MS, interval),
    );
    if (!mayAsk) return postpone(asked);

    const token = tokens.open(userId, grant.sealedToken);
    if (token === undefined) throw new Error('no current SESSION_SECRET opens the refresh token');
    const begun = performance.now();
    const answer = await findProvider(providers, provider).confirm?.(token);
    if (answer === undefined) return postpone(asked);
    log.debug(
      {
        userId,
        provider,
        outcome: answer.outcome,
        durationMs: Math.round(performance.now() - begun),
      },
      'the provider was asked whether somebody is still there',
    );
    if (answer.outcome === 'ended') return end(userId, grant, answer);
    const confirmedAt = clock.now();
    const sealedToken = tokens.seal(userId, answer.refreshToken ?? token);
    await refreshGrants.replace(userId, grant, { ...grant, sealedToken, confirmedAt });
    plan(asked, confirmedAt);
  }

  /**
   * Ends the sessions before it removes the grant, so that a failure in between is tried again. If the user has signed
   * in again meanwhile, the provider has confirmed them again, and nothing ends.
   */
  async function end(userId: string, grant: RefreshGrant, { facts, reason }: Ended): Promise<void> {
    const current = await refreshGrants.find(userId, grant.provider);
    if (current?.sealedToken !== grant.sealedToken) return;
    const ended = await sessions.revokeOfUser(userId);
    log.warn(
      { userId, provider: grant.provider, ended, facts, reason },
      'the identity provider has revoked a user’s access: their sessions were ended',
    );
    await refreshGrants.remove(userId, grant);
    await audit.record({
      action: 'session-revoke',
      reason: 'gone_at_provider',
      by: {},
      target: { id: userId },
      provider: grant.provider,
      sessions: ended,
      providerCode: facts.providerCode,
      correlationId: facts.correlationId,
    });
  }

  function plan(asked: Asked, confirmedAt: number): void {
    const { interval } = asked;
    due.set(keyOf(asked), dueAfter(confirmedAt, EARLIEST + (1 - EARLIEST) * Math.random(), interval));
  }

  /** Puts the question off, and lets no request wait meanwhile. */
  function postpone(asked: Asked): void {
    due.set(keyOf(asked), {
      at: clock.now() + Math.min(ATTEMPT_PAUSE_MS, asked.interval),
      overdueAt: Number.POSITIVE_INFINITY,
    });
  }
}

function dueAfter(confirmedAt: number, part: number, interval: number): Due {
  return { at: confirmedAt + interval * part, overdueAt: confirmedAt + interval };
}

async function waitOrGiveUp(work: Promise<void>, giveUp: () => void): Promise<void> {
  const done = new AbortController();
  const patience = wait(LONGEST_WAIT_MS, undefined, { signal: done.signal, ref: false });
  await Promise.race([work, patience.then(giveUp, () => {})]);
  done.abort();
}

/** A256GCM, under a key from `SESSION_SECRET` for this purpose. The first secret seals, and all open. */
export function createTokenSeal(secret: Secret) {
  const sealing = createSealing('entrance refresh token', secret);

  return {
    seal: (userId: string, token: Secret) => sealing.seal(token.value(), userId),
    /** Undefined if no present secret opens the token, or if it was sealed for another user. */
    open(userId: string, sealed: string): Secret | undefined {
      const token = sealing.open(sealed, userId);
      return token === undefined ? undefined : Secret.of(token);
    },
  };
}
