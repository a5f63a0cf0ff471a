import type { Logger } from 'pino';
import * as z from 'zod';
import type { RedisClient } from '../redis/connection.js';
import { runScript } from '../redis/script.js';
import { type Audit, type AuditOptions, createAudit } from './audit.js';
import { type AuditStore, type Entry, indexesOf, placeOf, type Range } from './audit-store.js';
import { canonicalJson, chainEvent, GENESIS, type Link, linkOf } from './chain.js';
import { type AuditEvent, type Happening, type LoneEvent, loneEvent, stampEvent } from './event.js';
import { oneAtATime } from './one-at-a-time.js';
import { CHAIN, CUT, SIGN_HEAD } from './redis-scripts.js';
import type { SignedLink, Signer } from './signature.js';

/** Events that one step chains: it keeps Redis busy for some milliseconds. */
const STEP = 100;
/** Who lost a race for the head lets the winner finish, up to this, milliseconds. */
const LONGEST_PAUSE = 5;

/**
 * How a directory or token store on Redis records events in the same step as what they tell of: its script begins with an
 * RPUSH of the texts, so that nothing is written where they can't be.
 */
export interface RedisRecorder {
  /** Of the list of waiting events; in the slot of `{directory}`. */
  readonly key: string;
  prepare(happenings: readonly Happening[]): {
    readonly texts: readonly string[];
    /** To be called when the script has written them. */
    done(): void;
  };
}

/**
 * The audit log that all instances share. An event is stored by one push onto a list, through `acknowledged`, alone or in the
 * script of what it tells of. Whichever instance comes first takes all that waits there into the chain. So no writer waits
 * for another's hash.
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

/** In the directory's slot, so that its scripts can store events too. */
function auditKeys(prefix: string) {
  const key = (name: string) => `${prefix}{directory}:audit:${name}`;
  return {
    /** List of events that are not yet chained. */
    waiting: key('waiting'),
    /** Stream of events; an event's ID is its place. */
    events: key('events'),
    /** The last event, signed. */
    head: key('head'),
    /** The last event that was cut off, signed. */
    cut: key('cut'),
    /** Sorted sets of sequences. */
    index: (name: string) => key(`index:${name}`),
  };
}

function createRedisAuditStore(
  { redis, acknowledged }: { readonly redis: RedisClient; readonly acknowledged: RedisClient },
  keys: AuditKeys,
  signer: Signer,
  log: Logger,
): AuditStore {
  return {
    async append(texts) {
      await acknowledged.rPush(keys.waiting, [...texts]);
    },
    settle: oneAtATime(chainWaiting),
    read: (range) => (range.index === undefined ? readStream(range) : readIndexed(range, range.index)),
    async ends() {
      const [head, cut, count, waiting] = await Promise.all([
        redis.get(keys.head),
        redis.get(keys.cut),
        redis.xLen(keys.events),
        redis.lLen(keys.waiting),
      ]);
      return { head: parseLink(head), cut: parseLink(cut), count, waiting };
    },
    async signHead(head, signed) {
      await runScript(redis, SIGN_HEAD, [keys.head], [canonicalJson(head), canonicalJson(signed)]);
    },
    async cut(from, to, events) {
      const indexes = [...new Set(events.flatMap(indexesOf))].map(keys.index);
      const reply = await runScript(
        redis,
        CUT,
        [keys.cut, keys.events, ...indexes],
        [
          from === undefined ? '' : canonicalJson(from),
          canonicalJson(to),
          `${to.sequence}`,
          placeOf({ sequence: to.sequence + 1 }),
        ],
      );
      return reply === 1;
    },
  };

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
    const head = parseLink(stored);
    const lone = texts.map(readLone).filter((event) => event !== undefined);
    const events = chainAll(lone, head ?? GENESIS);
    const last = events.at(-1);
    const entries = events.flatMap((event) =>
      indexesOf(event).map((name) => [keys.index(name), event] as const),
    );
    const fixed = [keys.head, keys.waiting, keys.events];
    const scriptKeys = [...new Set([...fixed, ...entries.map(([key]) => key)])];
    const reply = await runScript(redis, CHAIN, scriptKeys, [
      stored,
      last === undefined ? '' : canonicalJson(signer.sign('head', { ...linkOf(last), ...doubtAbout(head) })),
      `${texts.length}`,
      JSON.stringify(events.map((event) => [placeOf(event.event), canonicalJson(event)])),
      JSON.stringify(entries.map(([key, { event }]) => [scriptKeys.indexOf(key) + 1, event.sequence])),
    ]);
    return reply === 1;
  }

  /** Who had the store could have written a chain and a head of their own: an event that follows doesn't make it right. */
  function doubtAbout(head: SignedLink | undefined): { readonly broken?: boolean } {
    const isDoubtful = head !== undefined && (head.broken === true || !signer.verifies('head', head));
    return isDoubtful ? { broken: true } : {};
  }

  function readLone(text: string): LoneEvent | undefined {
    try {
      return loneEvent.parse(JSON.parse(text));
    } catch (error) {
      log.error({ err: error }, 'something that is no event waited for the audit log, and was dropped');
      return undefined;
    }
  }

  async function readStream({ after, before, descending, count }: Range): Promise<readonly Entry[]> {
    const from = after === undefined ? '-' : `(${after}`;
    const to = before === undefined ? '+' : `(${before}`;
    const limit = { COUNT: count };
    const entries = descending
      ? await redis.xRevRange(keys.events, to, from, limit)
      : await redis.xRange(keys.events, from, to, limit);
    return (entries ?? []).map(({ id, message }) => ({ place: id, text: message.event ?? '' }));
  }

  async function readIndexed(range: Range, index: string): Promise<readonly Entry[]> {
    const { after, before, descending, count } = range;
    const from = after === undefined ? '-inf' : `(${Number.parseInt(after, 10)}`;
    const to = before === undefined ? '+inf' : `(${Number.parseInt(before, 10)}`;
    const options = { BY: 'SCORE', LIMIT: { offset: 0, count } } as const;
    const sequences = descending
      ? await redis.zRange(keys.index(index), to, from, { ...options, REV: true })
      : await redis.zRange(keys.index(index), from, to, options);
    return Promise.all(sequences.map((sequence) => readAt(`${sequence}-0`)));
  }

  /** What an index names and somebody took out of the chain is an entry without content. */
  async function readAt(place: string): Promise<Entry> {
    const entries = await redis.xRange(keys.events, place, place);
    return { place, text: entries?.[0]?.message.event ?? '' };
  }
}

function chainAll(lone: readonly LoneEvent[], head: Link): readonly AuditEvent[] {
  const events: AuditEvent[] = [];
  let last = head;
  for (const one of lone) {
    const event = chainEvent(one, last);
    events.push(event);
    last = linkOf(event);
  }
  return events;
}

const signedLink = z.object({
  sequence: z.int().nonnegative(),
  hash: z.string(),
  signature: z.string(),
  broken: z.boolean().optional(),
});

/** A link that can't be read counts as none: verification then says that it is missing. */
function parseLink(text: string | null): SignedLink | undefined {
  try {
    return signedLink.parse(JSON.parse(text ?? ''));
  } catch {
    return undefined;
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * LONGEST_PAUSE));
}
