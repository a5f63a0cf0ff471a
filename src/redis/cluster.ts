import { ErrorReply } from '@redis/client';
import type { ClusterAddress, HostPort } from '../config/redis-address.js';
import { inTime, isStoreFailure, storeUnavailable } from './failure.js';
import { FaultyRedisError } from './fault.js';
import type { FaultPlace } from './fault-texts.js';
import { askOnce, type NodeEvents, openNode, type RedisClient, type RedisNode } from './node.js';
import { createSearch } from './retry.js';
import { nowhere, type Route } from './route.js';

/** The number of slots (Redis cluster specification, “Key distribution model”). */
export const SLOTS = 16_384;

/** Text in the first braces decides, so that keys can share a slot. node-redis doesn't export this function. */
export function slotOf(key: string): number {
  const [, tag] = /^[^{]*\{([^}]+)\}/s.exec(key) ?? [];
  return crc16(Buffer.from(tag ?? key)) % SLOTS;
}

/** CRC-16/XMODEM. */
function crc16(bytes: Uint8Array): number {
  let remainder = 0;
  for (const byte of bytes) {
    remainder ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) {
      remainder = (remainder & 0x8000 ? (remainder << 1) ^ 0x1021 : remainder << 1) & 0xffff;
    }
  }
  return remainder;
}

/** The time that a seed has to tell the slots; a slower seed is skipped. */
const SEED_TIMEOUT_MS = 500;
const CONNECT_TIMEOUT_MS = 500;
const LONGEST_PAUSE_MS = 500;
const MOST_REDIRECTIONS = 5;

interface ClusterNode extends RedisNode, HostPort {}

/** A range of slots, and the master that holds them. */
interface Shard {
  readonly from: number;
  readonly to: number;
  readonly master: HostPort;
}

interface Redirection {
  /** Whether the whole slot has moved (MOVED), or only this key so far (ASK). */
  readonly isForGood: boolean;
  readonly slot: number;
  readonly master: HostPort;
}

type Command<T> = (server: RedisClient) => Promise<T>;

/**
 * Sends each command to the master that holds its key's slot (Redis cluster specification).
 *
 * `createCluster` of node-redis waits for servers that are away (redis/node-redis#3008; “a server that is away at the
 * start holds nobody up”), and its WAIT asks all servers (redis/node-redis#2996; “a write waits for the replicas of its
 * own server alone”). It looks for the owners of slots when it wants to, and nobody can ask it to (redis/node-redis#2806;
 * “a cluster whose slots nobody has is told”).
 */
export function openCluster(address: ClusterAddress, events: NodeEvents): Route {
  const nodes = new Map<string, ClusterNode>();
  const owners = new Array<ClusterNode | undefined>(SLOTS).fill(undefined);
  let isWhole = false;

  const search = createSearch(async () => {
    const shards = await askForShards();
    if (search.isStopped) return true;
    if (shards === undefined) return false;
    adopt(shards);
    await Promise.all([...nodes.values()].map((node) => node.isReadyWithin(CONNECT_TIMEOUT_MS)));
    if (owners.includes(undefined)) events.lost(new FaultyRedisError('cluster_down'));
    if (!owners.every((owner) => owner?.client.isReady)) return false;
    if (!isWhole) events.ready?.();
    isWhole = true;
    return true;
  }, LONGEST_PAUSE_MS);

  function lose(cause: unknown, place?: FaultPlace): void {
    isWhole = false;
    events.lost(cause, place);
    search.start();
  }

  /** The connected nodes first, in random order: a node that was cut off knows only a former state. */
  async function askForShards(): Promise<readonly Shard[] | undefined> {
    for (const node of shuffled(connected())) {
      const shards = await shardsOf(node.client, node.host).catch(() => undefined);
      if (shards !== undefined) return shards;
    }
    for (const seed of shuffled(address.seeds)) {
      const shards = await askOnce(serverAt(seed), SEED_TIMEOUT_MS, (client) =>
        shardsOf(client, seed.host),
      ).catch((error: unknown) => lose(error, serverAt(seed)));
      if (shards !== undefined) return shards;
    }
    return undefined;
  }

  function adopt(shards: readonly Shard[]): void {
    owners.fill(undefined);
    for (const { from, to, master } of shards) owners.fill(nodeAt(master), from, to + 1);
    const inUse = new Set(owners);
    for (const [at, node] of nodes) {
      if (inUse.has(node)) continue;
      nodes.delete(at);
      void node.close();
    }
  }

  function nodeAt({ host, port }: HostPort): ClusterNode {
    const at = `${host}:${port}`;
    const known = nodes.get(at);
    if (known !== undefined) return known;
    const node = { host, port, ...openNode(serverAt({ host, port }), { lost: lose }) };
    nodes.set(at, node);
    return node;
  }

  const serverAt = ({ host, port }: HostPort) => ({ ...address, host, port, database: 0 });
  const connected = () => [...nodes.values()].filter(({ client }) => client.isReady);

  async function send<T>(key: string | undefined, command: Command<T>): Promise<T> {
    const node = key === undefined ? connected()[0] : owners[slotOf(key)];
    if (node === undefined) return nowhere();
    try {
      return await command(node.client);
    } catch (error) {
      if (isStoreFailure(error)) search.start();
      return follow(error, node, command);
    }
  }

  /** Sends the command to the node that a redirection names; throws any other answer. */
  async function follow<T>(
    answer: unknown,
    from: ClusterNode,
    command: Command<T>,
    redirections = 1,
  ): Promise<T> {
    const redirection = redirectionIn(answer, from.host);
    if (redirection === undefined) throw answer;
    if (redirections > MOST_REDIRECTIONS || search.isStopped) throw storeUnavailable(answer);
    const { isForGood, slot, master } = redirection;
    const target = nodeAt(master);
    if (!(await target.isReadyWithin(CONNECT_TIMEOUT_MS))) throw storeUnavailable(answer);
    if (isForGood) owners[slot] = target;
    if (isForGood) search.start();
    try {
      return await (isForGood ? command(target.client) : ask(target, command));
    } catch (error) {
      return follow(error, target, command, redirections + 1);
    }
  }

  search.start();

  return {
    send: (key, command) => inTime(send(key, command)),
    servers: () => [...nodes.values()].map(({ client }) => client),
    async ping() {
      if (!isWhole) return nowhere();
      const states = await Promise.all([...nodes.values()].map(({ client }) => client.clusterInfo()));
      if (states.every((state) => state.includes('cluster_state:ok'))) return;
      throw storeUnavailable(new FaultyRedisError('cluster_down'));
    },
    async close() {
      search.stop();
      await Promise.all([...nodes.values()].map((node) => node.close()));
    },
  };
}

/** The shards as a node tells them. A node that leaves out its own host is at the host where it was asked. */
async function shardsOf(client: RedisClient, askedAt: string): Promise<readonly Shard[]> {
  const ranges = await client.clusterSlots();
  return ranges.map(({ from, to, master: { host, port } }) => ({
    from,
    to,
    master: { host: host || askedAt, port },
  }));
}

/** The redirection in `MOVED 3999 127.0.0.1:6381`, or in `ASK …` while a slot moves. */
function redirectionIn(answer: unknown, askedAt: string): Redirection | undefined {
  if (!(answer instanceof ErrorReply)) return undefined;
  const [, kind, slot, host, port] = /^(MOVED|ASK) (\d+) (.*):(\d+)$/.exec(answer.message) ?? [];
  if (kind === undefined) return undefined;
  return {
    isForGood: kind === 'MOVED',
    slot: Number(slot),
    master: { host: host || askedAt, port: Number(port) },
  };
}

/** Sends a command after ASKING. Both go out together, so that no other command comes between them. */
async function ask<T>({ client }: ClusterNode, command: Command<T>): Promise<T> {
  const [, reply] = await Promise.all([client.sendCommand(['ASKING']), command(client)]);
  return reply;
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, rank: Math.random() }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ item }) => item);
}
