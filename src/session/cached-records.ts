import { createBoundedCache } from '../bounded-cache.js';
import { isOverdue } from '../redis/failure.js';
import type { TrackedReads, TrackingOptions } from '../redis/tracking.js';
import { SingleFlight } from '../single-flight.js';
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
  const records = createBoundedCache<SessionRecord>(MAX_ENTRIES);
  const readings = new SingleFlight<SessionRecord | undefined>();
  const tracked = track((key) => (key === null ? forgetAll() : forget(key.slice(prefix.length))));

  return {
    read(handle) {
      if (!tracked.isLive) return readPlainly(handle);
      return (
        records.get(handle) ?? readings.run(handle, (isUndisturbed) => readTracked(handle, isUndisturbed))
      );
    },
    forget,
    close: () => tracked.close(),
  };

  /** @param isUndisturbed whether no change of the record was announced since the reading began */
  async function readTracked(
    handle: string,
    isUndisturbed: () => boolean,
  ): Promise<SessionRecord | undefined> {
    let text: string | null;
    try {
      text = await tracked.get(prefix + handle);
    } catch (error) {
      if (isOverdue(error)) throw error;
      readings.forget(handle); // no later request joins a reading whose changes aren't announced
      return readPlainly(handle);
    }
    const record = text === null ? undefined : readRecord(text);
    if (record !== undefined && isUndisturbed()) records.set(handle, record);
    return record;
  }

  function forget(handle: string): void {
    records.delete(handle);
    readings.forget(handle);
  }

  function forgetAll(): void {
    records.clear();
    readings.forgetAll();
  }
}
