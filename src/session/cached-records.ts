import { RecentMap } from '../recent-map.js';
import { isOverdue } from '../redis/failure.js';
import type { TrackedReads, TrackingOptions } from '../redis/tracking.js';
import { readRecord } from './record-text.js';
import type { SessionRecord } from './session-record.js';
import type { AtOnceOrLater } from './session-store.js';

/** Records that are kept at once, about 1 KB each. */
const MAX_ENTRIES = 20_000;

export interface SessionRecords {
  read(handle: string): AtOnceOrLater<SessionRecord | undefined>;
  /** What this instance has changed itself, it forgets without waiting to be told. */
  forget(handle: string): void;
  close(): void;
}

/**
 * Session records that were read, kept in memory until Redis says that they changed. A record is kept only if nothing was
 * said about it while it was on its way, and none is used when Redis can't be heard: then each is read plainly.
 */
export function createCachedRecords(
  prefix: string,
  readPlainly: (handle: string) => Promise<SessionRecord | undefined>,
  track: (onChange: TrackingOptions['onChange']) => TrackedReads,
): SessionRecords {
  const records = new RecentMap<SessionRecord>(MAX_ENTRIES);
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

  /** Requests of a session at the same moment wait for one reading of it. */
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

  /** Whether nothing was said about the record while it was on its way. */
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
