import type { HostPort, SentinelAddress } from '../config/redis-address.js';
import { FaultyRedisError } from './fault.js';
import type { FaultPlace } from './fault-texts.js';
import { type NodeEvents, openNode, type RedisNode } from './node.js';
import { createSearch } from './retry.js';
import { askSentinel, hearSwitches, type SwitchSubscription } from './sentinel-wire.js';

/** The time that a master has to be connected and to confirm its role. */
const MASTER_TIMEOUT_MS = 500;
const LONGEST_PAUSE_MS = 500;
/** The interval at which the sentinels are asked for the master, since an announcement may be missed. */
const CHECK_INTERVAL_MS = 2_000;

export interface Following {
  /** Undefined while no master is known. */
  readonly master: RedisNode | undefined;
  close(): Promise<void>;
}

/**
 * Follows the master that the sentinels name (redis.io, “Guidelines for Redis clients with support for Redis
 * Sentinel”). A master that was lost is used again only after a sentinel names it again and it confirms its role, since
 * a server that restarts after a failover takes itself for the master for a while.
 *
 * `createSentinel` of node-redis never asks a server for its role (“who isn’t a master is not used”), and its commands wait
 * for the next master’s connection (redis/node-redis#3331; “once the master behind Sentinel is silent, commands fail at
 * once”).
 */
export function followMaster(address: SentinelAddress, events: NodeEvents): Following {
  let sentinels = address.sentinels;
  let subscription: SwitchSubscription | undefined;
  let candidate: (HostPort & { readonly node: RedisNode }) | undefined;
  /** The candidate, after it confirmed that it is the master. */
  let master: RedisNode | undefined;

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
  }, LONGEST_PAUSE_MS);

  function lose(cause: unknown, place?: FaultPlace): void {
    master = undefined;
    events.lost(cause, place);
    search.start();
  }

  function moveTo({ host, port }: HostPort): RedisNode {
    if (candidate?.host === host && candidate.port === port) return candidate.node;
    if (master !== undefined) lose(new FaultyRedisError('master_changed'), { ...address, host, port });
    void candidate?.node.close();
    const node = openNode({ ...address, host, port }, { lost: lose, changed: events.changed });
    candidate = { host, port, node };
    return node;
  }

  /** Asks one sentinel after the other. The first one that answers is asked first the next time. */
  async function askSentinels(): Promise<HostPort | undefined> {
    let problem: unknown;
    let place: FaultPlace | undefined;
    for (const sentinel of sentinels) {
      try {
        const named = await askSentinel(sentinel, address);
        sentinels = [sentinel, ...sentinels.filter((other) => other !== sentinel)];
        subscribeTo(sentinel);
        return named;
      } catch (error) {
        problem = error;
        place = { ...address, ...sentinel, isSentinel: true };
      }
    }
    if (master === undefined && place !== undefined) events.lost(problem, place);
    return undefined;
  }

  /** Listens for another master, to switch at once: until then the former master takes writes that are lost. */
  function subscribeTo(sentinel: HostPort): void {
    if (search.isStopped || subscription?.isOpen === true) return;
    subscription = hearSwitches(sentinel, address, search.start);
  }

  search.start();
  const check = setInterval(search.start, CHECK_INTERVAL_MS);
  check.unref();

  return {
    get master() {
      return master;
    },
    async close() {
      clearInterval(check);
      search.stop();
      subscription?.close();
      master = undefined;
      await candidate?.node.close();
    },
  };
}

/** The role that a candidate reports; undefined while it isn't connected. */
async function roleOf(node: RedisNode): Promise<unknown> {
  if (!(await node.isReadyWithin(MASTER_TIMEOUT_MS))) return undefined;
  const reply = await node.client.sendCommand(['ROLE']);
  return Array.isArray(reply) ? reply[0] : undefined;
}
