import type { Logger } from 'pino';
import { inTime } from '../in-time.js';
import type { AuditSink, LoneEvent } from './event.js';

/** The longest wait for the sink of the host app to take one event. */
const SINK_DEADLINE_MS = 5_000;
/** The most events that wait for a slow sink. Their memory is a few megabytes. */
const MOST_WAITING = 10_000;

/**
 * Hands recorded events to the sink in their order. The audit log itself has each event, so nobody waits for the sink:
 * an event for which it fails or takes too long is passed over and logged by its ID. If too many events wait, the sink
 * misses the newest.
 */
export function createSinkQueue(
  sink: AuditSink,
  log: Logger,
  { deadlineMs = SINK_DEADLINE_MS, mostWaiting = MOST_WAITING } = {},
) {
  const waiting: LoneEvent[] = [];
  let missed = 0;
  let working: Promise<void> | undefined;

  return {
    /** Takes events that are recorded already. Returns at once. */
    put(events: readonly LoneEvent[]): void {
      for (const event of events) {
        if (waiting.length < mostWaiting) waiting.push(event);
        else miss();
      }
      working ??= handOver();
    },
    /** Resolves when the sink has taken the events that wait, after 5 seconds at the latest. */
    drain: (): Promise<void> => inTime(async () => working, deadlineMs).catch(() => reportLeft()),
  };

  async function handOver(): Promise<void> {
    // The caller may be in the middle of a write, and the sink may be slow before it first waits.
    await null;
    for (let event = waiting.shift(); event !== undefined; event = waiting.shift()) await give(event);
    if (missed > 0) log.error({ missed }, 'the audit sink of the host app was too slow and missed events');
    missed = 0;
    working = undefined;
  }

  async function give(event: LoneEvent): Promise<void> {
    const copy = structuredClone(event);
    await inTime(async () => sink(copy), deadlineMs).catch((error: unknown) => {
      log.error({ err: error, eventId: event.event.id }, 'the audit sink of the host app missed an event');
    });
  }

  function miss(): void {
    if (missed === 0)
      log.error({ eventsWaiting: waiting.length }, 'the audit sink of the host app is too slow');
    missed += 1;
  }

  function reportLeft(): void {
    log.error({ missed: waiting.length + 1 }, 'the audit sink of the host app missed events at the stop');
  }
}
