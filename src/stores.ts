import type { Logger } from 'pino';
import type { Audit, AuditOptions } from './audit/audit.js';
import { createMemoryAudit } from './audit/memory.js';
import { createRedisAudit } from './audit/redis.js';
import { createSigner } from './audit/signature.js';
import type { Clock } from './clock.js';
import type { Config } from './config/config.js';
import { waysIn } from './config/ways-in.js';
import { withCurrentGrants } from './directory/current-grants.js';
import type { Directory } from './directory/directory.js';
import { openHostDirectory } from './directory/host-directory.js';
import { createMemoryDirectory } from './directory/memory.js';
import { createRedisDirectory } from './directory/redis/redis.js';
import type { Hooks } from './extensions/hooks.js';
import type { Extensions } from './extensions.js';
import { createMemoryThrottle, createRedisThrottle, type LocalSignInThrottle } from './passwords/throttle.js';
import type { Provider } from './providers/provider.js';
import { connectRedis, type RedisConnection, type RedisFault } from './redis/connection.js';
import { connectTracking } from './redis/tracking.js';
import { createMemoryRefreshGrants } from './revalidation/memory.js';
import { createRedisRefreshGrants } from './revalidation/redis.js';
import type { RefreshGrants } from './revalidation/refresh-grants.js';
import { createMemoryTexts, createRedisTexts, type KeptTexts } from './session/kept-texts.js';
import { MemorySessionStore } from './session/memory.js';
import { createMemoryMarks, type OneTimeMarks } from './session/one-time-marks.js';
import { createRedisMarks, RedisSessionStore } from './session/redis.js';
import type { SessionStore } from './session/session-store.js';
import { createMemoryTeams } from './teams/memory.js';
import { createRedisTeams } from './teams/redis.js';
import type { Teams } from './teams/teams.js';
import { createMemoryTokens } from './tokens/memory.js';
import { createRedisTokens } from './tokens/redis.js';
import type { Tokens } from './tokens/tokens.js';

export interface Stores {
  readonly directory: Directory;
  readonly teams: Teams;
  readonly sessions: SessionStore;
  readonly tokens: Tokens;
  readonly audit: Audit;
  readonly throttle: LocalSignInThrottle;
  readonly marks: OneTimeMarks;
  readonly refreshGrants: RefreshGrants;
  readonly keptTexts: KeptTexts;
  /** Undefined with the stores in memory. */
  readonly redis: RedisConnection | undefined;
  /** Gives the milliseconds that the store took to answer. Rejects with `store_unavailable`. */
  pingStore(): Promise<number>;
  /** A mark in the store that says that the store was prepared. The mark is gone if the store was emptied. */
  readonly preparedMark: PreparedMark;
  /** Sentences about data that the store, as it is set up, could lose. Rejects with `store_unavailable`. */
  findStoreRisks(): Promise<readonly string[]>;
  /** The fault behind an error of a store; undefined if no store is to blame. */
  explainStoreFailure(error: unknown): RedisFault | undefined;
  close(): Promise<void>;
}

/** The stores and services that the routes use. */
export interface Dependencies
  extends Pick<
    Stores,
    | 'directory'
    | 'teams'
    | 'sessions'
    | 'tokens'
    | 'audit'
    | 'throttle'
    | 'marks'
    | 'refreshGrants'
    | 'findStoreRisks'
    | 'keptTexts'
    | 'redis'
  > {
  readonly config: Config;
  readonly providers: readonly Provider[];
  readonly hooks: Hooks;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface PreparedMark {
  isSet(): Promise<boolean>;
  set(): Promise<void>;
}

/** Opens the stores on Redis if `REDIS_URL` is set, otherwise in memory. Doesn't wait for Redis. */
export function openStores(
  config: Config,
  log: Logger,
  clock: Clock,
  { auditSink, directory }: Pick<Extensions, 'auditSink' | 'directory'> = {},
): Stores {
  const options = { ...auditOptions(config, log, clock), sink: auditSink };
  const stores =
    config.store.redisUrl === undefined
      ? openMemoryStores(config, clock, options)
      : openRedisStores(config, config.store.redisUrl.value(), clock, options);
  if (directory === undefined) return stores;
  return { ...stores, directory: openHostDirectory(directory, stores.audit, waysIn(config)) };
}

function openMemoryStores(config: Config, clock: Clock, options: AuditOptions): Stores {
  const audit = createMemoryAudit(options);
  const teams = createMemoryTeams(audit);
  return {
    directory: withCurrentGrants(createMemoryDirectory(audit, waysIn(config)), clock, teams),
    teams,
    sessions: new MemorySessionStore(config.session, clock),
    tokens: createMemoryTokens(audit, clock),
    audit,
    throttle: createMemoryThrottle(config.localAccounts),
    marks: createMemoryMarks(clock),
    refreshGrants: createMemoryRefreshGrants(clock),
    keptTexts: createMemoryTexts(clock),
    redis: undefined,
    pingStore: async () => 0,
    preparedMark: { isSet: async () => true, set: async () => undefined },
    findStoreRisks: async () => [],
    explainStoreFailure: () => undefined,
    close: () => audit.close(),
  };
}

function openRedisStores(config: Config, url: string, clock: Clock, options: AuditOptions): Stores {
  const { log } = options;
  const { prefix, waitReplicas } = config.store;
  const redis = connectRedis(url, { log, waitReplicas });
  const sessions = new RedisSessionStore(redis.client, prefix, config.session, clock, {
    acknowledged: redis.acknowledged,
    track: (onChange) => connectTracking(url, { log, onChange }),
  });
  const audit = createRedisAudit(redis.client, prefix, options, redis.acknowledged);
  const teams = createRedisTeams(redis.client, prefix, audit, redis.acknowledged);
  return {
    directory: withCurrentGrants(
      createRedisDirectory(redis.client, prefix, audit, redis.acknowledged, waysIn(config)),
      clock,
      teams,
    ),
    teams,
    sessions,
    tokens: createRedisTokens(redis.client, prefix, audit, clock, redis.acknowledged),
    audit,
    throttle: createRedisThrottle(redis.client, prefix, config.localAccounts),
    marks: createRedisMarks(redis.client, prefix),
    refreshGrants: createRedisRefreshGrants(redis.client, prefix),
    keptTexts: createRedisTexts(redis.client, prefix),
    redis,
    pingStore: () => redis.ping(),
    preparedMark: {
      isSet: async () => (await redis.client.get(`${prefix}prepared`)) !== null,
      async set() {
        await redis.client.set(`${prefix}prepared`, new Date(clock.now()).toISOString());
      },
    },
    findStoreRisks: () => redis.findRisks(),
    explainStoreFailure: redis.explain,
    async close() {
      sessions.close();
      await audit.close();
      await redis.close();
    },
  };
}

function auditOptions(config: Config, log: Logger, clock: Clock): AuditOptions {
  return { signer: createSigner(config.session.secret), retention: config.audit, clock, log };
}
