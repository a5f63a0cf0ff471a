import { ErrorReply } from '@redis/client';
import type { HostPort, SentinelAddress } from '../config/redis-address.js';
import { prefixOf } from './failure.js';
import { FaultyRedisError } from './fault.js';
import type { FaultPlace } from './fault-texts.js';
import { askOnce, type NodeEvents, type Server } from './node.js';
import { createSearch } from './retry.js';

/** A sentinel that takes longer is passed over, milliseconds. */
const SENTINEL_PATIENCE = 500;
/** How long a master may take to be connected and to say that it is one. */
const MASTER_PATIENCE = 500;
const LONGEST_PAUSE = 500;
/** The sentinels are asked this often whether the master still is the one: one that was cut off from them doesn't know. */
const CHECK_INTERVAL = 2_000;

/** A connection that may be one to the master. */
export interface Candidate {
  /** Whether it is connected within this many milliseconds. */
  isReadyWithin(milliseconds: number): Promise<boolean>;
  /** What the server answers to `ROLE`: a list, and first what it takes itself for. */
  role(): Promise<unknown>;
  /** Lets running commands end and hangs up; never rejects. */
  close(): Promise<void>;
}

export interface Following<Node> {
  /** Undefined while none is known. */
  readonly master: Node | undefined;
  close(): Promise<void>;
}

/**
 * Follows the master that the sentinels name (redis.io, “Guidelines for Redis clients with support for Redis Sentinel”).
 * A master that was lost is used again only when a sentinel has named it anew and it has confirmed its role: one that
 * restarts after a failover takes itself for the master for a while.
 */
export function followMaster<Node extends Candidate>(
  address: SentinelAddress,
  events: NodeEvents,
  open: (server: Server, events: NodeEvents) => Node,
): Following<Node> {
  let sentinels = address.sentinels;
  let candidate: (HostPort & { readonly node: Node }) | undefined;
  /** The candidate, once it is known to be the master. */
  let master: Node | undefined;

  const search = createSearch(async () => {
    const named = await askSentinels();
    if (search.isStopped || (named === undefined && master !== undefined)) return true;
    if (named === undefined) return false;
    const node = moveTo(named);
    const role = await roleOf(node);
    if (role !== 'master') {
      if (role !== undefined && !search.isStopped)
        events.lost(new FaultyRedisError('not_the_master'), { ...address, ...named });
      return false;
    }
    if (master === undefined) events.ready?.();
    master = node;
    return true;
  }, LONGEST_PAUSE);

  function lose(cause: unknown, place?: FaultPlace): void {
    master = undefined;
    events.lost(cause, place);
    search.start();
  }

  function moveTo({ host, port }: HostPort): Node {
    if (candidate?.host === host && candidate.port === port) return candidate.node;
    if (master !== undefined) lose(new FaultyRedisError('master_changed'), { ...address, host, port });
    void candidate?.node.close();
    const node = open({ ...address, host, port }, { lost: lose });
    candidate = { host, port, node };
    return node;
  }

  /** The first who answers comes first the next time. */
  async function askSentinels(): Promise<HostPort | undefined> {
    let problem: unknown;
    let place: FaultPlace | undefined;
    for (const sentinel of sentinels) {
      try {
        const named = await askSentinel(sentinel, address);
        sentinels = [sentinel, ...sentinels.filter((other) => other !== sentinel)];
        return named;
      } catch (error) {
        problem = error;
        place = { ...address, ...sentinel, isSentinel: true };
      }
    }
    if (master === undefined && place !== undefined) events.lost(problem, place);
    return undefined;
  }

  search.start();
  const check = setInterval(search.start, CHECK_INTERVAL);
  check.unref();

  return {
    get master() {
      return master;
    },
    async close() {
      clearInterval(check);
      search.stop();
      master = undefined;
      await candidate?.node.close();
    },
  };
}

async function askSentinel(
  { host, port }: HostPort,
  { tls, username, password, masterName }: SentinelAddress,
): Promise<HostPort> {
  const anonymous: Server = {
    topology: 'sentinel',
    ...{ host, port, tls, username: undefined, password: undefined, database: 0 },
  };
  return askOnce(anonymous, SENTINEL_PATIENCE, async (sentinel) => {
    const ask = () => sentinel.sendCommand(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', masterName]);
    const reply = await ask().catch(async (error: unknown) => {
      // The user and password are the master's; sentinels get them only where they want some.
      if (!(error instanceof ErrorReply && prefixOf(error) === 'NOAUTH' && password !== undefined))
        throw error;
      await sentinel.auth(username === undefined ? { password } : { username, password });
      return ask();
    });
    const [masterHost, masterPort] = Array.isArray(reply) ? reply.map(String) : [];
    if (masterHost === undefined) throw new FaultyRedisError('master_unknown', masterName);
    return { host: masterHost, port: Number(masterPort) };
  });
}

/** The role that a candidate reports; undefined while it isn't connected. */
async function roleOf(node: Candidate): Promise<unknown> {
  if (!(await node.isReadyWithin(MASTER_PATIENCE))) return undefined;
  const reply = await node.role();
  return Array.isArray(reply) ? reply[0] : undefined;
}
