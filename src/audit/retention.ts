import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import type { AuditConfig } from '../config/config.js';
import type { AuditStore, Ends, Entry } from './audit-store.js';
import { GENESIS, type Link, linkOf, readEvent } from './chain.js';
import type { SignedLink, Signer } from './signature.js';
import { checkEntry } from './verify.js';

/** Events that are cut off in one step, which keeps the store busy for some milliseconds. */
const STEP = 200;

/**
 * Cuts off what is too old or too much, and signs where: from there the rest still verifies. What is cut is verified before,
 * and a break in it is noted in the cut, so that retention never covers up tampering. Signs with the current secret
 * what an older one has signed.
 */
export async function keepRetention(
  store: AuditStore,
  signer: Signer,
  retention: AuditConfig,
  clock: Clock,
  log: Logger,
): Promise<void> {
  await signAfresh(store, signer);
  for (;;) {
    const ends = await store.ends();
    const due = await dueEntries(store, ends, retention, clock.now());
    if (due.length === 0) return;
    const broken = ends.cut?.broken === true || isBroken(due, ends.cut, signer);
    if (broken && !ends.cut?.broken) log.error('the audit log that retention cuts off doesn’t verify');
    const events = due.map(({ text }) => readEvent(text)).filter((event) => event !== undefined);
    const to = signer.sign('cut', { ...lastLink(due), ...(broken ? { broken } : {}) });
    if (!(await store.cut(ends.cut, to, events)) || due.length < STEP) return;
  }
}

async function signAfresh(store: AuditStore, signer: Signer): Promise<void> {
  const { head, cut } = await store.ends();
  const isOld = (kind: 'head' | 'cut', link: SignedLink | undefined): link is SignedLink =>
    link !== undefined && signer.verifies(kind, link) && !signer.isCurrent(kind, link);
  if (isOld('head', head)) await store.signHead(head, signer.sign('head', head));
  if (isOld('cut', cut)) await store.cut(cut, signer.sign('cut', cut), []);
}

/** The oldest events, as many as have to go and one step takes. */
async function dueEntries(
  store: AuditStore,
  { count }: Ends,
  { maxAge, maxEvents }: AuditConfig,
  now: number,
): Promise<readonly Entry[]> {
  const oldest = await store.read({ descending: false, count: STEP });
  const surplus = count - maxEvents;
  const isDue = ({ text }: Entry, index: number) => index < surplus || isOlder(text, now - maxAge);
  const firstToStay = oldest.findIndex((entry, index) => !isDue(entry, index));
  return firstToStay === -1 ? oldest : oldest.slice(0, firstToStay);
}

/** A text that is no event has no age: it goes with those around it. */
function isOlder(text: string, time: number): boolean {
  const event = readEvent(text);
  return event === undefined || Date.parse(event['@timestamp']) < time;
}

function isBroken(entries: readonly Entry[], cut: SignedLink | undefined, signer: Signer): boolean {
  if (cut !== undefined && !signer.verifies('cut', cut)) return true;
  let broken = false;
  let last: Link = cut ?? GENESIS;
  for (const entry of entries) {
    last = checkEntry(entry, last, () => {
      broken = true;
    });
  }
  return broken;
}

function lastLink(entries: readonly Entry[]): Link {
  const last = entries.at(-1);
  if (last === undefined) return GENESIS;
  const event = readEvent(last.text);
  return event === undefined ? { sequence: Number.parseInt(last.place, 10), hash: '' } : linkOf(event);
}
