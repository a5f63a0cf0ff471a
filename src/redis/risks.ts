import { ErrorReply } from '@redis/client';
import type { Logger } from 'pino';
import { plural } from '../words.js';
import { describeFault } from './fault.js';
import type { RedisFaultCode } from './fault-texts.js';
import type { RedisClient } from './node.js';

/** The settings and the state of a server; undefined values aren't known. */
interface Report {
  readonly evictionPolicy: string | undefined;
  readonly appendOnly: boolean | undefined;
  readonly snapshots: boolean | undefined;
  readonly replicas: number | undefined;
  readonly isInCluster: boolean;
  readonly isSentinel: boolean;
  readonly isReplica: boolean;
}

const FRESHNESS_MS = 60_000;

interface RiskOptions {
  readonly log: Logger;
  readonly waitReplicas: number;
  readonly isCluster: boolean;
}

/** Watches for ways in which the servers, with their present settings, could lose data. */
export function watchRisks(servers: () => readonly RedisClient[], options: RiskOptions) {
  let lookedAt = Number.NEGATIVE_INFINITY;
  let found: Promise<readonly string[]> = Promise.resolve([]);
  let logged: readonly string[] = [];
  let unfit: RedisFaultCode | undefined;

  async function look(): Promise<readonly string[]> {
    const reports = await Promise.all(servers().map(report));
    unfit = reports.map(unfitness).find((code) => code !== undefined);
    if (unfit !== undefined) lookedAt = Number.NEGATIVE_INFINITY;
    const risks = [...new Set(reports.flatMap((server) => risksOf(server, options)))];
    for (const risk of risks) if (!logged.includes(risk)) options.log.warn(risk);
    logged = risks;
    return risks;
  }

  /** Asks the servers again, and logs new risks. */
  function lookAnew(): void {
    lookedAt = performance.now();
    found = look();
    found.catch(() => {
      lookedAt = Number.NEGATIVE_INFINITY;
    });
  }

  return {
    /** The risks: the last answer, or a new one if the last is a minute old. Rejects with `store_unavailable`. */
    find(): Promise<readonly string[]> {
      if (lookedAt + FRESHNESS_MS < performance.now()) lookAnew();
      return found;
    },
    lookAnew,
    /** The fault of a server that answers but can't be used, as of the last answer. */
    get unfit(): RedisFaultCode | undefined {
      return unfit;
    },
  };
}

function unfitness({ isSentinel, isReplica }: Report): RedisFaultCode | undefined {
  if (isSentinel) return 'is_sentinel';
  return isReplica ? 'read_only' : undefined;
}

function risksOf(server: Report, { waitReplicas, isCluster }: RiskOptions): string[] {
  const code = unfitness(server);
  if (code !== undefined) {
    const { words, remedy } = describeFault(code);
    return [`${words}. ${remedy}`];
  }
  return [
    evictionRisk(server),
    persistenceRisk(server),
    replicationRisk(server, waitReplicas),
    server.isInCluster && !isCluster
      ? 'Redis: this server is a node of a cluster, which REDIS_URL has to name as redis+cluster://'
      : undefined,
  ].filter((risk) => risk !== undefined);
}

function evictionRisk({ evictionPolicy }: Report): string | undefined {
  if (evictionPolicy === undefined)
    return 'Redis: could not check maxmemory-policy; it has to be noeviction, or users or sessions are lost when memory is short';
  if (evictionPolicy === 'noeviction') return undefined;
  const loss = evictionPolicy.startsWith('volatile-')
    ? 'sessions are thrown away, and with them the lists by which a disabled user’s sessions are found, and the counts of failed passwords; users stay'
    : 'anything is thrown away: all users at once, since they share a few keys, all API tokens, sessions and the lists by which they are ended';
  return `Redis: maxmemory-policy is ${evictionPolicy}: when memory is short, ${loss}. Set it to noeviction`;
}

function persistenceRisk({ appendOnly, snapshots }: Report): string | undefined {
  if (appendOnly || snapshots) return undefined;
  if (appendOnly === undefined || snapshots === undefined)
    return 'Redis: could not check appendonly and save; without one of them a restart of Redis loses all users, API tokens and sessions';
  return 'Redis: nothing is written to disk (appendonly is no and save is empty): a restart of Redis loses all users, API tokens and sessions. Set appendonly to yes';
}

function replicationRisk({ replicas }: Report, wanted: number): string | undefined {
  if (replicas === undefined || replicas >= wanted) return undefined;
  return `Redis: REDIS_WAIT_REPLICAS is ${wanted}, but a server has ${plural(replicas, 'replica')}: nobody can sign in, and nothing about users can be changed`;
}

/** Asks with CONFIG and INFO. CONFIG tells everything; managed services often forbid it, and INFO tells most. */
async function report(server: RedisClient): Promise<Report> {
  const [settings, facts] = await Promise.all([
    unlessForbidden(server.configGet(['maxmemory-policy', 'appendonly', 'save'])),
    unlessForbidden(server.info()),
  ]);
  const fact = (name: string) => new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(facts ?? '')?.[1];
  const aof = settings?.appendonly ?? fact('aof_enabled');
  const replicas = fact('connected_slaves');
  return {
    evictionPolicy: settings?.['maxmemory-policy'] ?? fact('maxmemory_policy'),
    appendOnly: aof === undefined ? undefined : aof === 'yes' || aof === '1',
    snapshots: settings?.save === undefined ? undefined : settings.save !== '',
    replicas: replicas === undefined ? undefined : Number(replicas),
    isInCluster: fact('cluster_enabled') === '1',
    isSentinel: fact('redis_mode') === 'sentinel',
    isReplica: fact('role') === 'slave',
  };
}

async function unlessForbidden<T>(reply: Promise<T>): Promise<T | undefined> {
  return reply.catch((error: unknown) => {
    if (error instanceof ErrorReply) return undefined;
    throw error;
  });
}
