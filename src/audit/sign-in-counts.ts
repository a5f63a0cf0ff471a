import type { LoneEvent, Reason } from './event.js';

/** Days for which counts are kept: those that a page shows, and some to spare for clocks that differ. */
export const COUNTED_DAYS = 35;
const DAY_MS = 86_400_000;

/** The sign-ins of one day in UTC: `success`, or the reason of a refusal. */
export type SignInOutcome = 'success' | Reason;
export type SignInCounts = ReadonlyMap<string, number>;

/** One sign-in of an event, for the counter of its day (`2026-03-01`); undefined if the event is no sign-in. */
export function countedSignIn({ '@timestamp': time, event }: LoneEvent):
  | {
      readonly day: string;
      readonly outcome: SignInOutcome;
    }
  | undefined {
  if (event.action !== 'user-sign-in') return undefined;
  const outcome = event.outcome === 'success' ? 'success' : (event.reason ?? 'sso_failed');
  return { day: time.slice(0, 10), outcome };
}

/** The last days in UTC, the earliest first; the last one is the day of `now`. */
export function lastDays(now: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) =>
    new Date(now - (count - 1 - index) * DAY_MS).toISOString().slice(0, 10),
  );
}
