import { type AuditStore, placeOf } from './audit-store.js';
import { GENESIS, lastSequence, readEvent } from './chain.js';

/**
 * The clocks of the instances may differ by this. Events stand in the order in which they were stored, not by their
 * times.
 */
const CLOCK_DIFFERENCE_MS = 5 * 60_000;

/** The places between which the events of a time stand, found by binary search. */
export async function findTime(
  store: AuditStore,
  { from, to }: { readonly from?: number | undefined; readonly to?: number | undefined },
): Promise<{ readonly after?: string | undefined; readonly before?: string | undefined }> {
  return {
    after:
      from === undefined ? undefined : placeOf({ sequence: (await firstAt(from - CLOCK_DIFFERENCE_MS)) - 1 }),
    before: to === undefined ? undefined : placeOf({ sequence: await firstAt(to + CLOCK_DIFFERENCE_MS) }),
  };

  /** The number of the first event at or after a time; without such an event, the number after the last event. */
  async function firstAt(time: number): Promise<number> {
    const { head, cut } = await store.ends();
    const { changes, visits, refusals } = cut?.links ?? GENESIS;
    let low = Math.min(changes.sequence, visits.sequence, refusals.sequence) + 1;
    let high = lastSequence(head?.links ?? GENESIS) + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (await isBefore(time, middle)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  async function isBefore(time: number, sequence: number): Promise<boolean> {
    const [entry] = await store.read({
      after: placeOf({ sequence: sequence - 1 }),
      descending: false,
      count: 1,
    });
    const event = entry === undefined ? undefined : readEvent(entry.text);
    return event !== undefined && Date.parse(event['@timestamp']) < time;
  }
}
