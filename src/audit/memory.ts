import { type Audit, type AuditOptions, createAudit } from './audit.js';
import { type AuditStore, indexesOf, placeOf, type Range } from './audit-store.js';
import { canonicalJson, chainEvent, GENESIS, linkOf } from './chain.js';
import { type Happening, loneEvent, stampEvent } from './event.js';
import type { SignedLink } from './signature.js';

/** A process that keeps its events in memory keeps no more than these. */
const MOST_IN_MEMORY = 10_000;

/** How a directory or token store in memory records events in the same step as what they tell of. */
export interface MemoryRecorder {
  /** Throws where they can't be stored; then nothing else must happen. */
  take(happenings: readonly Happening[]): void;
}

interface Kept {
  readonly sequence: number;
  readonly text: string;
  readonly indexes: readonly string[];
}

/** An audit log that lasts as long as its process. */
export function createMemoryAudit(options: AuditOptions): Audit & MemoryRecorder {
  const { signer, clock } = options;
  let kept: Kept[] = [];
  let head: SignedLink | undefined;
  let lastCut: SignedLink | undefined;

  function chain(text: string): void {
    const event = chainEvent(loneEvent.parse(JSON.parse(text)), head ?? GENESIS);
    kept.push({ sequence: event.event.sequence, text: canonicalJson(event), indexes: indexesOf(event) });
    head = signer.sign('head', linkOf(event));
  }

  const store: AuditStore = {
    append: async (texts) => texts.forEach(chain),
    settle: async () => undefined,
    async read(range) {
      return select(kept, range).map(({ sequence, text }) => ({ place: placeOf({ sequence }), text }));
    },
    ends: async () => ({ head, cut: lastCut, count: kept.length, waiting: 0 }),
    async signHead(from, signed) {
      if (head === from) head = signed;
    },
    async cut(from, to) {
      if (lastCut !== from) return false;
      kept = kept.filter(({ sequence }) => sequence > to.sequence);
      lastCut = to;
      return true;
    },
  };
  const { maxEvents, ...retention } = options.retention;
  const audit = createAudit(store, {
    ...options,
    retention: { ...retention, maxEvents: Math.min(maxEvents, MOST_IN_MEMORY) },
  });
  return {
    ...audit,
    take(happenings) {
      const events = happenings.map((happening) => stampEvent(happening, clock.now()));
      for (const event of events) chain(canonicalJson(event));
      audit.stored(events);
    },
  };
}

function select(kept: readonly Kept[], { after, before, descending, count, index }: Range): readonly Kept[] {
  const first = after === undefined ? 0 : sequenceAt(after) + 1;
  const end = before === undefined ? Number.POSITIVE_INFINITY : sequenceAt(before);
  const met = kept.filter(
    ({ sequence, indexes }) =>
      sequence >= first && sequence < end && (index === undefined || indexes.includes(index)),
  );
  return (descending ? met.reverse() : met).slice(0, count);
}

function sequenceAt(place: string): number {
  return Number.parseInt(place, 10);
}
