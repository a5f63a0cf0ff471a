import { type AuditStore, CHUNK, type Entry, placeOf } from './audit-store.js';
import { GENESIS, type Link, linkOf, readEvent, readIntact } from './chain.js';
import type { SignedLink, Signer } from './signature.js';

/** How many problems are told; the rest is counted. */
const MOST_TOLD = 100;

export interface ChainProblem {
  /** Where: an event's number. */
  readonly sequence: number;
  readonly kind: 'altered' | 'removed' | 'misplaced' | 'head' | 'cut' | 'noted';
  readonly detail: string;
}

export interface Verification {
  readonly intact: boolean;
  /** How many events were looked at. */
  readonly count: number;
  /** The last event, to note down: `entrance audit verify --head` holds the log to it. */
  readonly head: Link;
  /** The last event that retention has cut off. */
  readonly cut: Link;
  readonly waiting: number;
  readonly problems: readonly ChainProblem[];
  readonly problemCount: number;
}

type Report = (sequence: number, kind: ChainProblem['kind'], detail: string) => void;

/**
 * Goes through the chain from the last cut to the head: finds events that were altered, removed, inserted or moved, a
 * removed end, and a chain that was computed afresh without the secret. Begins again where retention cuts meanwhile.
 */
export async function verifyChain(
  store: Pick<AuditStore, 'read' | 'ends'>,
  signer: Signer,
  noted?: Link,
): Promise<Verification> {
  const { cut } = await store.ends();
  const problems: ChainProblem[] = [];
  let problemCount = 0;
  const report: Report = (sequence, kind, detail) => {
    problemCount += 1;
    if (problems.length < MOST_TOLD) problems.push({ sequence, kind, detail });
  };

  let last: Link = cut ?? GENESIS;
  let place: string | undefined;
  let count = 0;
  let isNotedSeen = noted === undefined || isSame(noted, last);
  for (;;) {
    const entries = await store.read({ after: place, descending: false, count: CHUNK });
    for (const entry of entries) {
      last = checkEntry(entry, last, report);
      place = entry.place;
      count += 1;
      isNotedSeen ||= noted !== undefined && isSame(noted, last);
    }
    if (entries.length > 0) continue;

    // Read after the end was reached: the head is never behind what is chained, and may be ahead by now.
    const { head, waiting, ...ends } = await store.ends();
    const isAhead = (head?.sequence ?? 0) > last.sequence;
    if (isAhead && (await store.read({ after: place, descending: false, count: 1 })).length > 0) continue;
    if (ends.cut?.sequence !== cut?.sequence) return verifyChain(store, signer, noted);
    checkCut(cut, signer, report);
    checkHead(head, last, signer, report);
    if (noted !== undefined && !isNotedSeen) reportNoted(noted, cut, report);
    return {
      intact: problemCount === 0,
      count,
      head: linkOnly(head),
      cut: linkOnly(cut),
      waiting,
      problems,
      problemCount,
    };
  }
}

/** Compares an entry with the one before; gives the link that the next one has to follow. */
export function checkEntry({ place, text }: Entry, previous: Link, report: Report): Link {
  const sequence = Number.parseInt(place, 10);
  const intact = readIntact(text);
  if (intact === undefined) {
    report(sequence, 'altered', 'its content doesn’t give its hash');
    const { event } = readEvent(text) ?? {};
    return { sequence, hash: event?.hash ?? '' };
  }
  const link = linkOf(intact);
  const expected = previous.sequence + 1;
  if (place !== placeOf(link) || link.sequence < expected) {
    report(link.sequence, 'misplaced', `stands behind event ${previous.sequence}: moved, or inserted`);
  } else if (link.sequence > expected) {
    const missing =
      link.sequence === expected + 1
        ? `event ${expected} is`
        : `events ${expected} to ${link.sequence - 1} are`;
    report(expected, 'removed', `${missing} missing`);
  } else if (intact.entrance.previous_hash !== previous.hash) {
    report(link.sequence, 'altered', 'doesn’t follow from the event before: one of the two was replaced');
  }
  return link;
}

function checkCut(cut: SignedLink | undefined, signer: Signer, report: Report): void {
  if (cut === undefined) return;
  if (!signer.verifies('cut', cut))
    report(cut.sequence, 'cut', 'the record of what retention cut off was not signed with SESSION_SECRET');
  if (cut.broken)
    report(cut.sequence, 'cut', 'the chain was broken before this event when retention cut it off');
}

function checkHead(head: SignedLink | undefined, end: Link, signer: Signer, report: Report): void {
  if (head === undefined) {
    if (end.sequence > 0) report(end.sequence, 'head', 'the record of the last event is missing');
    return;
  }
  if (!signer.verifies('head', head))
    report(head.sequence, 'head', 'the record of the last event was not signed with SESSION_SECRET');
  if (head.broken)
    report(head.sequence, 'head', 'an earlier record of the last event was not signed with SESSION_SECRET');
  if (head.sequence > end.sequence)
    report(end.sequence + 1, 'removed', `the end is missing, up to event ${head.sequence}`);
  else if (head.sequence < end.sequence)
    report(head.sequence + 1, 'misplaced', `events stand behind the last one, ${head.sequence}`);
  else if (head.hash !== end.hash) report(head.sequence, 'altered', 'isn’t the event that was last recorded');
}

function reportNoted({ sequence }: Link, cut: Link | undefined, report: Report): void {
  const isGone = sequence <= (cut?.sequence ?? 0);
  report(
    sequence,
    'noted',
    isGone ? 'was cut off by retention, so the note can’t be checked' : 'isn’t the event that was noted down',
  );
}

function linkOnly({ sequence, hash }: Link = GENESIS): Link {
  return { sequence, hash };
}

function isSame(one: Link, other: Link): boolean {
  return one.sequence === other.sequence && one.hash === other.hash;
}
