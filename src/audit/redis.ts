import type { Logger } from 'pino';
import * as z from 'zod';
import type { RedisClient } from '../redis/connection.js';
import { runScript } from '../redis/script.js';
import { oneAtATime } from '../single-flight.js';
import { type Audit, type AuditOptions, createAudit } from './audit.js';
import { type AuditStore, type Entry, indexesOf, placeOf, type Range, sequenceAt } from './audit-store.js';
import { canonicalJson } from './canonical-json.js';
import { chainEvent, GENESIS, inAllChains, type Links, linkOf, readWaiting, withLink } from './chain.js';
import {
  type AuditEvent,
  type Chain,
  chains,
  type Happening,
  stampEvent,
  type WaitingEvent,
} from './event.js';
import { CHAIN, CUT, READ, READ_COUNTS, SIGN_HEAD } from './redis-scripts.js';
import { COUNTED_DAYS, tallySignIns } from './sign-in-counts.js';
import type { SignedEnds, Signer } from './signature.js';

/** The events that one script chains, which takes Redis some milliseconds. */
const STEP = 100;
/** The longest pause of an instance that lost a race for the head, so that the winner can finish. */
const LONGEST_PAUSE_MS = 5;
const COUNT_LIFETIME_SECONDS = COUNTED_DAYS * 86_400;

/**
 * Records events in the same step as the write of a directory or token store on Redis. The script of the store begins
 * with an RPUSH of `texts`: if the events can't be written, nothing is written.
 */
export interface RedisRecorder {
  /** The key of the list of waiting events, in the slot of `{directory}`. */
  readonly key: string;
  prepare(happenings: readonly Happening[]): {
    readonly texts: readonly string[];
    /** The caller calls this when its script has written the events. */
    done(): void;
  };
}

/**
 * The audit log that all instances share. An event is stored by one push onto a list, through `acknowledged`, either
 * alone or in the script of the write that it records. Any instance then moves the waiting events into the chains. So
 * no writer waits for the hash of another writer's event.
 */
export function createRedisAudit(
  redis: RedisClient,
  prefix: string,
  options: AuditOptions,
  acknowledged: RedisClient = redis,
): Audit & RedisRecorder {
  const { clock, log } = options;
  const keys = auditKeys(prefix);
  const store = createRedisAuditStore({ redis, acknowledged }, keys, options.signer, log);
  const audit = createAudit(store, options);
  return {
    ...audit,
    key: keys.waiting,
    prepare(happenings) {
      const events = happenings.map((happening) => stampEvent(happening, clock.now()));
      return {
        texts: events.map(canonicalJson),
        done() {
          if (events.length === 0) return;
          audit.stored(events);
        },
      };
    },
  };
}

type AuditKeys = ReturnType<typeof auditKeys>;

/** The keys lie in the directory's slot, so that the directory's scripts can store events too. */
function auditKeys(prefix: string) {
  const key = (name: string) => `${prefix}{directory}:audit:${name}`;
  return {
    /** A list of the events that are not yet in a chain. */
    waiting: key('waiting'),
    /** A stream for each chain. The ID of an event in its stream is the event's place. */
    chains: { changes: key('events'), visits: key('events:visits'), refusals: key('events:refusals') },
    /** The last event of each chain, signed. */
    head: key('head'),
    /** The last event of each chain that was cut off, signed. */
    cut: key('cut'),
    /** Sorted sets of the texts of `memberOf`, scored by sequence. */
    index: (name: string) => key(`index:${name}`),
    /** Hash for each day: the outcome of sign-ins → their number. */
    signIns: (day: string) => key(`sign-ins:${day}`),
  };
}

function createRedisAuditStore(
  { redis, acknowledged }: { readonly redis: RedisClient; readonly acknowledged: RedisClient },
  keys: AuditKeys,
  signer: Signer,
  log: Logger,
): AuditStore {
  /** The stored texts of ends, which the scripts compare. */
  const textsOfEnds = new WeakMap<SignedEnds, string>();
  const textOf = (ends: SignedEnds | undefined) => (ends && textsOfEnds.get(ends)) ?? '';

  return {
    async append(texts) {
      await acknowledged.rPush(keys.waiting, [...texts]);
    },
    chainStored: oneAtATime(chainWaiting),
    read: (range) => (range.index === undefined ? readChains(range) : readIndexed(range, range.index)),
    async ends() {
      const [head, cut, changes, visits, refusals, waiting] = await Promise.all([
        redis.get(keys.head),
        redis.get(keys.cut),
        redis.xLen(keys.chains.changes),
        redis.xLen(keys.chains.visits),
        redis.xLen(keys.chains.refusals),
        redis.lLen(keys.waiting),
      ]);
      return { head: readEnds(head), cut: readEnds(cut), counts: { changes, visits, refusals }, waiting };
    },
    async signInsOn(days) {
      const reply = await runScript(redis, READ_COUNTS, days.map(keys.signIns), []);
      return countsReply.parse(reply).map(countsIn);
    },
    async signHead(head, signed) {
      await runScript(redis, SIGN_HEAD, [keys.head], [textOf(head), canonicalJson(signed)]);
    },
    async cut(from, to, events) {
      const entries = indexEntries(events);
      const scriptKeys = unique([keys.cut, ...Object.values(keys.chains), ...entries.map(([key]) => key)]);
      const numberOf = (key: string) => scriptKeys.indexOf(key) + 1;
      const firstToStay = (chain: Chain) => placeOf({ sequence: to.links[chain].sequence + 1 });
      const reply = await runScript(redis, CUT, scriptKeys, [
        textOf(from),
        canonicalJson(to),
        JSON.stringify(chains.map((chain) => [numberOf(keys.chains[chain]), firstToStay(chain)])),
        JSON.stringify(entries.map(([key, event]) => [numberOf(key), memberOf(event)])),
      ]);
      return reply === 1;
    },
  };

  function readEnds(text: string | null): SignedEnds | undefined {
    const ends = parseEnds(text);
    if (ends !== undefined) textsOfEnds.set(ends, text ?? '');
    return ends;
  }

  async function chainWaiting(): Promise<void> {
    for (;;) {
      const [stored, texts] = await Promise.all([
        redis.get(keys.head),
        redis.lRange(keys.waiting, 0, STEP - 1),
      ]);
      if (texts.length === 0) return;
      const isChained = await chain(stored ?? '', texts);
      if (!isChained) await pause();
      else if (texts.length < STEP) return;
    }
  }

  async function chain(stored: string, texts: readonly string[]): Promise<boolean> {
    const head = parseEnds(stored);
    const lone = texts.map(readOrDrop).filter((event) => event !== undefined);
    const { events, links } = chainAll(lone, head?.links ?? GENESIS);
    const entries = indexEntries(events);
    const counts = tallySignIns(events).map(
      ({ day, outcome, number }) => [keys.signIns(day), outcome, number] as const,
    );
    const fixed = [keys.head, keys.waiting, ...Object.values(keys.chains)];
    const scriptKeys = unique([...fixed, ...[...entries, ...counts].map(([key]) => key)]);
    const numberOf = (key: string) => scriptKeys.indexOf(key) + 1;
    const reply = await runScript(redis, CHAIN, scriptKeys, [
      stored,
      canonicalJson(signer.sign('head', { links, ...brokenMark(head) })),
      `${texts.length}`,
      JSON.stringify(
        events.map((event) => [
          numberOf(keys.chains[chainOf(event)]),
          placeOf(event.event),
          canonicalJson(event),
        ]),
      ),
      JSON.stringify(entries.map(([key, event]) => [numberOf(key), event.event.sequence, memberOf(event)])),
      JSON.stringify(counts.map(([key, outcome, number]) => [numberOf(key), outcome, number])),
      `${COUNT_LIFETIME_SECONDS}`,
    ]);
    return reply === 1;
  }

  function indexEntries(events: readonly AuditEvent[]) {
    return events.flatMap((event) => indexesOf(event).map((name) => [keys.index(name), event] as const));
  }

  /**
   * An attacker with access to the store could replace the chains and the head. So a head without our signature stays
   * marked as broken, whatever events follow it.
   */
  function brokenMark(head: SignedEnds | undefined): { readonly broken?: boolean } {
    const isDoubtful = head !== undefined && (head.broken === true || !signer.verifies('head', head));
    return isDoubtful ? { broken: true } : {};
  }

  function readOrDrop(text: string): WaitingEvent | undefined {
    const event = readWaiting(text);
    if (event === undefined)
      log.error('something that is no event waited for the audit log, and was dropped');
    return event;
  }

  async function readChains({ after, before, descending, count, chain }: Range): Promise<readonly Entry[]> {
    const from = after === undefined ? '-' : `(${after}`;
    const to = before === undefined ? '+' : `(${before}`;
    const asked = chain === undefined ? chains : [chain];
    const reply = await runScript(
      redis,
      READ,
      asked.map((one) => keys.chains[one]),
      descending ? ['XREVRANGE', to, from, `${count}`] : ['XRANGE', from, to, `${count}`],
    );
    const [keyNumbers, places, texts] = readReply.parse(reply);
    return places.map((place, index) => ({
      place,
      text: texts[index] ?? '',
      chain: asked[(keyNumbers[index] ?? 1) - 1] ?? 'changes',
    }));
  }

  async function readIndexed(range: Range, index: string): Promise<readonly Entry[]> {
    const { after, before, descending, count } = range;
    const from = after === undefined ? '-inf' : `(${Number.parseInt(after, 10)}`;
    const to = before === undefined ? '+inf' : `(${Number.parseInt(before, 10)}`;
    const options = { BY: 'SCORE', LIMIT: { offset: 0, count } } as const;
    const members = descending
      ? await redis.zRange(keys.index(index), to, from, { ...options, REV: true })
      : await redis.zRange(keys.index(index), from, to, options);
    return Promise.all(members.map(readMember));
  }

  /** An event that an index names, but that its chain no longer holds, becomes an entry with an empty text. */
  async function readMember(member: string): Promise<Entry> {
    const place = placeOf({ sequence: sequenceAt(member) });
    const chain = chains.find((one) => member.endsWith(one)) ?? 'changes';
    const entries = await redis.xRange(keys.chains[chain], place, place);
    return { place, text: entries?.[0]?.message.event ?? '', chain };
  }
}

/** Redis gives fields and values in turn. */
function countsIn(fields: readonly string[]): ReadonlyMap<string, number> {
  return new Map(
    fields.flatMap((field, index) => (index % 2 === 0 ? [[field, Number(fields[index + 1])] as const] : [])),
  );
}

function chainAll(lone: readonly WaitingEvent[], head: Links) {
  const events: AuditEvent[] = [];
  let links = head;
  for (const one of lone) {
    const event = chainEvent(one, links);
    events.push(event);
    links = withLink(links, event.entrance.chain, linkOf(event));
  }
  return { events, links };
}

function chainOf({ entrance }: AuditEvent): Chain {
  return entrance.chain ?? 'changes';
}

/**
 * The member that stands for an event in an index: its number and its chain, or its number alone if an earlier version
 * stored it.
 */
function memberOf({ event, entrance }: AuditEvent): string {
  return [event.sequence, entrance.chain].filter((part) => part !== undefined).join(':');
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}

const countsReply = z.array(z.array(z.string()));
const readReply = z.tuple([z.array(z.number()), z.array(z.string()), z.array(z.string())]);

const link = z.object({ sequence: z.int().nonnegative(), hash: z.string() });
const signed = { signature: z.string(), broken: z.boolean().optional() };
const signedEnds = z.union([
  z.object({ ...signed, links: z.object({ changes: link, visits: link, refusals: link }) }),
  /** The form of an earlier version. */
  link
    .extend(signed)
    .transform(({ sequence, hash, ...rest }) => ({ ...rest, links: inAllChains({ sequence, hash }) })),
]);

/** A text that can't be read counts as missing, and the verification then reports that. */
function parseEnds(text: string | null): SignedEnds | undefined {
  try {
    return signedEnds.parse(JSON.parse(text ?? ''));
  } catch {
    return undefined;
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * LONGEST_PAUSE_MS));
}
