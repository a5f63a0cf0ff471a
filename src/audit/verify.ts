import { type AuditStore, CHUNK, type Entry, placeOf, sequenceAt } from './audit-store.js';
import {
  combinedLink,
  GENESIS,
  type Link,
  type Links,
  lastSequence,
  linkOf,
  previousOf,
  readEvent,
  readIntact,
  withLink,
} from './chain.js';
import { chains } from './event.js';
import type { SignedEnds, Signer } from './signature.js';

/** The most problems that are reported in full; the others are counted. */
const MOST_REPORTED = 100;

export interface ChainProblem {
  /** The number of the event at which the problem is. */
  readonly sequence: number;
  readonly kind: 'altered' | 'removed' | 'misplaced' | 'head' | 'cut' | 'noted';
  readonly detail: string;
}

export interface Verification {
  readonly intact: boolean;
  /** The number of events that were checked. */
  readonly count: number;
  /**
   * The number of the last event and a hash over all chains. An operator can note both down, and check the log against
   * them later with `entrance audit verify --head`.
   */
  readonly head: Link;
  /** The last event of each chain that retention has cut off. */
  readonly cut: Links;
  readonly waiting: number;
  readonly problems: readonly ChainProblem[];
  readonly problemCount: number;
}

type Report = (sequence: number, kind: ChainProblem['kind'], detail: string) => void;

/**
 * Checks the chains from the last cut to the head. Finds events that were altered, removed, inserted or moved, a
 * removed end, and a chain that was computed again without the secret. Starts again if retention makes a cut during the
 * check.
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
    if (problems.length < MOST_REPORTED) problems.push({ sequence, kind, detail });
  };

  let links = cut?.links ?? GENESIS;
  let last = lastSequence(links);
  let place: string | undefined;
  let count = 0;
  let isNotedSeen = noted === undefined || isAt(noted, links);
  for (;;) {
    const entries = await store.read({ after: place, descending: false, count: CHUNK });
    for (const entry of entries) {
      reportMissing(last, sequenceAt(entry.place), report);
      links = checkEntry(entry, links, report);
      last = Math.max(last, sequenceAt(entry.place));
      place = entry.place;
      count += 1;
      isNotedSeen ||= noted !== undefined && isAt(noted, links);
    }
    if (entries.length > 0) continue;

    // The head is read after the last event: it is never older than the chained events, and may be newer by now.
    const { head, waiting, ...ends } = await store.ends();
    const isAhead = head !== undefined && lastSequence(head.links) > last;
    if (isAhead && (await store.read({ after: place, descending: false, count: 1 })).length > 0) continue;
    if (ends.cut?.signature !== cut?.signature) return verifyChain(store, signer, noted);
    checkCut(cut, signer, report);
    checkHead(head, links, signer, report);
    if (noted !== undefined && !isNotedSeen) reportNoted(noted, cut, report);
    return {
      intact: problemCount === 0,
      count,
      head: combinedLink(head?.links ?? GENESIS),
      cut: cut?.links ?? GENESIS,
      waiting,
      problems,
      problemCount,
    };
  }
}

/**
 * Reports a gap in the numbers after the last cut. Numbers up to the cut may be missing, since each chain is cut off at
 * its own place.
 */
function reportMissing(last: number, sequence: number, report: Report): void {
  if (sequence <= last + 1) return;
  const missing =
    sequence === last + 2 ? `event ${last + 1} is` : `events ${last + 1} to ${sequence - 1} are`;
  report(last + 1, 'removed', `${missing} missing`);
}

/**
 * Compares an entry with the entry before it in its chain. Gives the ends of the chains that the next entry has to
 * refer to.
 */
export function checkEntry({ place, text, chain }: Entry, links: Links, report: Report): Links {
  const sequence = sequenceAt(place);
  const intact = readIntact(text);
  if (intact === undefined) {
    report(sequence, 'altered', 'its content doesn’t give its hash');
    const { event } = readEvent(text) ?? {};
    return withLink(links, chain, { sequence, hash: event?.hash ?? '' });
  }
  const link = linkOf(intact);
  const own = intact.entrance.chain;
  const previous = previousOf(own, links);
  const isElsewhere = place !== placeOf(link) || (own ?? 'changes') !== chain;
  if (isElsewhere || sequence <= previous.sequence) {
    report(link.sequence, 'misplaced', `stands behind event ${previous.sequence}: moved, or inserted`);
    return sequence <= links[chain].sequence ? links : withLink(links, chain, { ...link, sequence });
  }
  if (intact.entrance.previous_hash !== previous.hash) {
    const detail = `doesn’t follow from event ${previous.sequence}: one was replaced, or one between them removed`;
    report(link.sequence, 'altered', detail);
  }
  return withLink(links, own, link);
}

function checkCut(cut: SignedEnds | undefined, signer: Signer, report: Report): void {
  if (cut === undefined) return;
  const sequence = lastSequence(cut.links);
  if (!signer.verifies('cut', cut))
    report(sequence, 'cut', 'the record of what retention cut off was not signed with SESSION_SECRET');
  if (cut.broken) report(sequence, 'cut', 'the chain was broken before this event when retention cut it off');
}

function checkHead(head: SignedEnds | undefined, ends: Links, signer: Signer, report: Report): void {
  if (head === undefined) {
    const end = lastSequence(ends);
    if (end > 0) report(end, 'head', 'the record of the last event is missing');
    return;
  }
  const sequence = lastSequence(head.links);
  if (!signer.verifies('head', head))
    report(sequence, 'head', 'the record of the last event was not signed with SESSION_SECRET');
  if (head.broken)
    report(sequence, 'head', 'an earlier record of the last event was not signed with SESSION_SECRET');
  for (const chain of chains) checkEnd(head.links[chain], ends[chain], report);
}

function checkEnd(recorded: Link, end: Link, report: Report): void {
  if (recorded.sequence > end.sequence)
    report(end.sequence + 1, 'removed', `the end is missing, up to event ${recorded.sequence}`);
  else if (recorded.sequence < end.sequence)
    report(recorded.sequence + 1, 'misplaced', `events stand behind the last one, ${recorded.sequence}`);
  else if (recorded.hash !== end.hash)
    report(recorded.sequence, 'altered', 'isn’t the event that was last recorded');
}

function reportNoted({ sequence }: Link, cut: SignedEnds | undefined, report: Report): void {
  const isGone = sequence <= lastSequence(cut?.links ?? GENESIS);
  report(
    sequence,
    'noted',
    isGone ? 'was cut off by retention, so the note can’t be checked' : 'isn’t the event that was noted down',
  );
}

/** Whether an operator noted down these ends. */
function isAt(noted: Link, links: Links): boolean {
  return noted.sequence === lastSequence(links) && noted.hash === combinedLink(links).hash;
}
