import { randomUUID } from 'node:crypto';
import type { Audit } from '#entrance/audit/audit.js';
import { createMemoryAudit, type MemoryRecorder } from '#entrance/audit/memory.js';
import { createRedisAudit } from '#entrance/audit/redis.js';
import type { Directory, ProviderId } from '#entrance/directory/directory.js';
import { createMemoryDirectory } from '#entrance/directory/memory.js';
import { createRedisDirectory } from '#entrance/directory/redis/redis.js';
import type { RedisConnection } from '#entrance/redis/connection.js';
import { WAYS_IN, type World } from '#entrance/testing/contracts/directory-world.js';
import { auditOptions } from './audit.js';

const LOCAL_OR_MICROSOFT: readonly ProviderId[] = ['local', 'entra'];

/** A directory of ours, and the audit log in which it records. */
export interface OpenedDirectory {
  readonly audit: Audit;
  readonly directory: Directory;
}

/** What it keeps is under a prefix that nobody else has, unless one is given. */
export interface OnRedis extends Pick<RedisConnection, 'client'> {
  readonly prefix?: string;
}

export const newPrefix = () => `test-${randomUUID()}:`;

export function openInMemory(waysIn = LOCAL_OR_MICROSOFT): OpenedDirectory {
  const audit = createMemoryAudit(auditOptions());
  return { audit, directory: createMemoryDirectory(audit, waysIn) };
}

export function openOnRedis(
  { client, prefix = newPrefix() }: OnRedis,
  waysIn = LOCAL_OR_MICROSOFT,
): OpenedDirectory {
  const audit = createRedisAudit(client, prefix, auditOptions());
  return { audit, directory: createRedisDirectory(client, prefix, audit, client, waysIn) };
}

/** The world of the published contract, with a directory that records in its own audit log. */
export function worldInMemory(): World {
  let isBroken = false;
  const audit = createMemoryAudit(auditOptions());
  const recorder: MemoryRecorder = {
    take(happenings) {
      if (isBroken && happenings.length > 0) throw new Error('the audit log is full');
      audit.take(happenings);
    },
  };
  return {
    directory: createMemoryDirectory(recorder, WAYS_IN),
    countRecorded: () => countEvents(audit),
    async breakRecording() {
      isBroken = true;
    },
  };
}

export function worldOnRedis({ client, prefix = newPrefix() }: OnRedis): World {
  const audit = createRedisAudit(client, prefix, auditOptions());
  return {
    directory: createRedisDirectory(client, prefix, audit, client, WAYS_IN),
    countRecorded: () => countEvents(audit),
    async breakRecording() {
      await client.set(audit.key, 'no list');
    },
  };
}

async function countEvents(audit: Audit): Promise<number> {
  return (await audit.list({ limit: 100 })).events.length;
}
