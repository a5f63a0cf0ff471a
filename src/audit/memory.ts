import { MOST_IN_MEMORY } from '../config/audit.js';
import { type Audit, type AuditOptions, createAudit } from './audit.js';
import { type AuditStore, type Entry, indexesOf, placeOf, type Range, sequenceAt } from './audit-store.js';
import { canonicalJson } from './canonical-json.js';
import { chainEvent, GENESIS, linkOf, withLink } from './chain.js';
import { type Chain, type Happening, loneEvent, stampEvent, type WaitingEvent } from './event.js';
import { COUNTED_DAYS, tallySignIns } from './sign-in-counts.js';
import type { SignedEnds } from './signature.js';

/** Records events in the same step as the write of a directory or token store in memory. */
export interface MemoryRecorder {
  /** Throws if the events can't be stored; the caller then writes nothing. */
  take(happenings: readonly Happening[]): void;
}

interface Kept extends Entry {
  readonly sequence: number;
  readonly indexes: readonly string[];
}

export function createMemoryAudit(options: AuditOptions): Audit & MemoryRecorder {
  const { signer, clock } = options;
  let kept: Kept[] = [];
  let head: SignedEnds | undefined;
  let lastCut: SignedEnds | undefined;
  const signIns = new Map<string, Map<string, number>>();

  function keep(text: string): void {
    const links = head?.links ?? GENESIS;
    const event = chainEvent(loneEvent.parse(JSON.parse(text)), links);
    const { chain = 'changes' } = event.entrance;
    const { sequence } = event.event;
    kept.push({
      sequence,
      place: placeOf({ sequence }),
      text: canonicalJson(event),
      chain,
      indexes: indexesOf(event),
    });
    head = signer.sign('head', { links: withLink(links, chain, linkOf(event)) });
    count(event);
  }

  function count(event: WaitingEvent): void {
    for (const { day, outcome, number } of tallySignIns([event])) {
      const ofDay = signIns.get(day) ?? new Map<string, number>();
      signIns.set(day, ofDay.set(outcome, (ofDay.get(outcome) ?? 0) + number));
    }
    const [oldest] = [...signIns.keys()].sort();
    if (signIns.size > COUNTED_DAYS && oldest !== undefined) signIns.delete(oldest);
  }

  const countOf = (chain: Chain) => kept.filter((one) => one.chain === chain).length;

  const store: AuditStore = {
    append: async (texts) => texts.forEach(keep),
    chainStored: async () => undefined,
    read: async (range) => select(kept, range),
    ends: async () => ({
      head,
      cut: lastCut,
      counts: { changes: countOf('changes'), visits: countOf('visits'), refusals: countOf('refusals') },
      waiting: 0,
    }),
    signInsOn: async (days) => days.map((day) => signIns.get(day) ?? new Map()),
    async signHead(from, signed) {
      if (head === from) head = signed;
    },
    async cut(from, to) {
      if (lastCut !== from) return false;
      kept = kept.filter(({ sequence, chain }) => sequence > to.links[chain].sequence);
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
      for (const event of events) keep(canonicalJson(event));
      audit.stored(events);
    },
  };
}

function select(
  kept: readonly Kept[],
  { after, before, descending, count, chain, index }: Range,
): readonly Kept[] {
  const first = after === undefined ? 0 : sequenceAt(after) + 1;
  const end = before === undefined ? Number.POSITIVE_INFINITY : sequenceAt(before);
  const met = kept.filter(
    (one) =>
      one.sequence >= first &&
      one.sequence < end &&
      (chain === undefined || one.chain === chain) &&
      (index === undefined || one.indexes.includes(index)),
  );
  return (descending ? met.reverse() : met).slice(0, count);
}
