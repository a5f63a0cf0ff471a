import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import type { AuditConfig } from '../config/config.js';
import { type AuditStore, type Ends, type Entry, inOrder } from './audit-store.js';
import { GENESIS, type Links, readEvent } from './chain.js';
import type { Chain } from './event.js';
import type { SignedEnds, Signer } from './signature.js';
import { checkEntry } from './verify.js';

/** The most events of each chain that one step reads and cuts off, which takes the store some milliseconds. */
const STEP = 200;
/** The part of a full log that refusals may take. */
const SHARE_OF_REFUSALS = 1 / 10;

/**
 * Cuts off events that are too old or too many, and signs the place of the cut, so that the events after it still
 * verify. The events are verified before they go, and the cut notes a break in them, so that retention never hides
 * tampering. Signatures by an older secret are replaced.
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
    const { links, broken } = cutAfter(due, ends.cut, signer);
    if (broken && !ends.cut?.broken) log.error('the audit log that retention cuts off doesn’t verify');
    const events = due.map(({ text }) => readEvent(text)).filter((event) => event !== undefined);
    const to = signer.sign('cut', { links, ...(broken ? { broken } : {}) });
    if (!(await store.cut(ends.cut, to, events))) return;
  }
}

async function signAfresh(store: AuditStore, signer: Signer): Promise<void> {
  const { head, cut } = await store.ends();
  const isOld = (kind: 'head' | 'cut', ends: SignedEnds | undefined): ends is SignedEnds =>
    ends !== undefined && signer.verifies(kind, ends) && !signer.isCurrent(kind, ends);
  if (isOld('head', head)) await store.signHead(head, signer.sign('head', head));
  if (isOld('cut', cut)) await store.cut(cut, signer.sign('cut', cut), []);
}

/** The events to cut off next, at most as many as one step takes: the oldest ones of each chain. */
async function dueEntries(
  store: AuditStore,
  { counts }: Ends,
  { maxAge, maxEvents }: AuditConfig,
  now: number,
): Promise<readonly Entry[]> {
  const [changes = [], visits = [], refusals = []] = await Promise.all(
    (['changes', 'visits', 'refusals'] as const).map((chain) =>
      store.read({ chain, descending: false, count: STEP }),
    ),
  );
  const aged = [changes, visits, refusals].flatMap((oldest) => leading(oldest, isOlderThan(now - maxAge)));
  if (aged.length > 0) return inOrder(aged);
  const surplus = counts.changes + counts.visits + counts.refusals - maxEvents;
  if (surplus <= 0) return [];
  const excess = counts.refusals - Math.floor(maxEvents * SHARE_OF_REFUSALS);
  return firstToGo({ changes, visits, refusals }, excess).slice(0, Math.min(surplus, STEP));
}

/**
 * Strangers can cause any number of refusals, and people can sign in as often as they like, so changes are kept longer
 * than both. Refusals beyond their share go before older visits. Events of an earlier version go first, since each is
 * in all chains.
 */
function firstToGo(oldest: Readonly<Record<Chain, readonly Entry[]>>, excess: number): readonly Entry[] {
  const earlier = leading(oldest.changes, isOfEarlierVersion);
  if (earlier.length > 0) return earlier;
  if (excess > 0) return oldest.refusals.slice(0, excess);
  const passing = inOrder([...oldest.visits, ...oldest.refusals]);
  return passing.length > 0 ? passing : oldest.changes;
}

function leading(entries: readonly Entry[], isDue: (entry: Entry) => boolean): readonly Entry[] {
  const firstToStay = entries.findIndex((entry) => !isDue(entry));
  return firstToStay === -1 ? entries : entries.slice(0, firstToStay);
}

/** A text that isn't an event has no age, so it goes together with its neighbours. */
function isOlderThan(time: number): (entry: Entry) => boolean {
  return ({ text }) => {
    const event = readEvent(text);
    return event === undefined || Date.parse(event['@timestamp']) < time;
  };
}

function isOfEarlierVersion({ text }: Entry): boolean {
  const event = readEvent(text);
  return event !== undefined && event.entrance.chain === undefined;
}

function cutAfter(
  due: readonly Entry[],
  cut: SignedEnds | undefined,
  signer: Signer,
): { readonly links: Links; readonly broken: boolean } {
  let broken = cut !== undefined && (cut.broken === true || !signer.verifies('cut', cut));
  let links = cut?.links ?? GENESIS;
  for (const entry of due) {
    links = checkEntry(entry, links, () => {
      broken = true;
    });
  }
  return { links, broken };
}
