import { LRUCache } from 'lru-cache';
import { isOverdue } from '../redis/failure.js';
import type { TrackedReads, TrackingOptions } from '../redis/tracking.js';
import { readRecord } from './record-text.js';
import type { SessionRecord } from './session-record.js';
import type { AtOnceOrLater } from './session-store.js';

/** The most records in memory, about 1 KB each. */
const MAX_ENTRIES = 20_000;

export interface SessionRecords {
  read(handle: string): AtOnceOrLater<SessionRecord | undefined>;
  /** Removes a record that this instance changed, without waiting for Redis to announce the change. */
  forget(handle: string): void;
  close(): void;
}

/**
 * Keeps session records in memory until Redis announces a change. A record is kept only if no change was announced
 * while it was being read. While the connection to Redis is silent, no kept record is used, and each record is read
 * from Redis.
 */
export function createCachedRecords(
  prefix: string,
  readPlainly: (handle: string) => Promise<SessionRecord | undefined>,
  track: (onChange: TrackingOptions['onChange']) => TrackedReads,
): SessionRecords {
  const records = new LRUCache<string, SessionRecord>({ max: MAX_ENTRIES });
  const underWay = new Map<string, Promise<SessionRecord | undefined>>();
  const tracked = track((key) => (key === null ? forgetAll() : forget(key.slice(prefix.length))));

  return {
    read(handle) {
      if (!tracked.isLive) return readPlainly(handle);
      return records.get(handle) ?? underWay.get(handle) ?? readTracked(handle);
    },
    forget,
    close: () => tracked.close(),
  };

  /** Shares one reading between requests of a session at the same moment. */
  function readTracked(handle: string): Promise<SessionRecord | undefined> {
    const reading = tracked.get(prefix + handle).then(
      (text) => {
        const isUndisturbed = arrive(handle, reading);
        const record = text === null ? undefined : readRecord(text);
        if (isUndisturbed && record !== undefined) records.set(handle, record);
        return record;
      },
      (error: unknown) => {
        arrive(handle, reading);
        if (isOverdue(error)) throw error;
        return readPlainly(handle);
      },
    );
    underWay.set(handle, reading);
    return reading;
  }

  /** Ends a reading. True if no change of the record was announced during the reading. */
  function arrive(handle: string, reading: Promise<unknown>): boolean {
    return underWay.get(handle) === reading && underWay.delete(handle);
  }

  function forget(handle: string): void {
    records.delete(handle);
    underWay.delete(handle);
  }

  function forgetAll(): void {
    records.clear();
    underWay.clear();
  }
}
