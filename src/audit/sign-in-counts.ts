import type { WaitingEvent } from './event.js';

/** Days for which counts are kept: those that a page shows, and some to spare for clocks that differ. */
export const COUNTED_DAYS = 35;
const DAY_MS = 86_400_000;

/** The number for each outcome of one day: `success`, or the reason of a refusal. */
export type SignInCounts = ReadonlyMap<string, number>;

interface Tally {
  /** In UTC, `2026-03-01`. */
  readonly day: string;
  /** `success`, or the reason of a refusal. */
  readonly outcome: string;
  readonly number: number;
}

/** The sign-ins among these events, by day and outcome. */
export function tallySignIns(events: readonly WaitingEvent[]): readonly Tally[] {
  const tallies = new Map<string, Tally>();
  for (const { '@timestamp': time, event } of events) {
    if (event.action !== 'user-sign-in') continue;
    const day = time.slice(0, 10);
    const outcome = event.outcome === 'success' ? 'success' : (event.reason ?? 'sso_failed');
    const key = `${day} ${outcome}`;
    tallies.set(key, { day, outcome, number: (tallies.get(key)?.number ?? 0) + 1 });
  }
  return [...tallies.values()];
}

/** The last days in UTC, the earliest first; the last one is the day of `now`. */
export function lastDays(now: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) =>
    new Date(now - (count - 1 - index) * DAY_MS).toISOString().slice(0, 10),
  );
}
