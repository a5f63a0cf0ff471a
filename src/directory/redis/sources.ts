import type { RedisClient } from '../../redis/connection.js';
import { runScript, type Script } from '../../redis/script.js';
import { nameKeyPrefix, placesOfName } from '../name-key.js';
import { SEPARATORS } from '../user-keys.js';
import { idAt, inOrder, isAhead, type Place, scoreAt, scoreOf, timeKey } from '../user-order.js';
import { idsInAll, type TermRanges } from './candidates.js';
import type { TimeKey } from './keys.js';
import { aheadIn, countOf, type PlaceRange, withPrefix } from './ranges.js';
import { READ_PLACES, READ_TIMES } from './scripts.js';
import { matchesOf, type Search } from './search.js';

/** A part of the directory, read in the order of a query. */
export interface Source {
  /** Reads up to `size` places ahead of `from`. */
  read(from: Place | undefined, size: number): Promise<Passage>;
}

export interface Passage {
  /** The number of places that were passed; less than `size` at the end of the source. */
  readonly passed: number;
  readonly last: Place | undefined;
  /** The passed places whose users are in the sets of the query. */
  readonly places: readonly Place[];
}

/** The most words of a name that an address is taken apart into; further words hardly narrow a search. */
const MOST_WORDS = 3;

/**
 * Sources that together hold all users of the query, in its order. They may overlap, and hold other users too.
 * `narrowest` has the ranges of one term of the search.
 */
export async function sourcesOf(
  search: Search,
  narrowest: TermRanges | undefined,
): Promise<readonly Source[]> {
  const { sort } = search.query;
  switch (sort) {
    case 'email':
      return sourcesByEmail(search, narrowest);
    case 'full_name':
      return sourcesByName(search, narrowest);
    case 'created_at':
    case 'last_login_at':
      return [timesOf(search, sort)];
  }
}

/**
 * The sources in the order of emails: the ranges of the emails that start with the term, and the users whom it finds by
 * their name alone, if they are few.
 */
async function sourcesByEmail(search: Search, term: TermRanges | undefined): Promise<readonly Source[]> {
  const { redis, keys, limits } = search;
  const everybody = [range(search, { key: keys.emails, ...withPrefix('') })];
  if (term === undefined) return everybody;
  const others = [...term.names, ...term.words];
  if ((await countIn(redis, others)) > limits.few) return everybody;
  return [...term.emails.map((emails) => range(search, emails)), await gathered(search, others)];
}

/**
 * The sources in the order of names. Users whose name starts with the word stand together. Users whom the term finds by
 * their email alone are collected, if they are few. If they are many, a user whose email starts with their name is found
 * by the name that the email gives (`asInNames`), and all other users are read. Users with a later word are collected;
 * if they are many, everybody is read.
 */
async function sourcesByName(search: Search, term: TermRanges | undefined): Promise<readonly Source[]> {
  const { redis, keys, limits } = search;
  const alike = (part: Part) => range(search, { key: keys.names(true), ...part });
  const others = (part: Part) => range(search, { key: keys.names(false), ...part });
  const all = withPrefix('');
  if (term === undefined || (await countIn(redis, term.words)) > limits.few) return [alike(all), others(all)];
  if ((await countIn(redis, term.emails)) <= limits.few) {
    const byName = term.word === undefined ? [] : [withPrefix(nameKeyPrefix(term.word))];
    const rest = await gathered(search, [...term.emails, ...term.words]);
    return [...byName.map(alike), ...byName.map(others), rest];
  }
  const parts = await Promise.all(term.starts.map((email) => asInNames(search, '', email)));
  return [...parts.flat().map(alike), others(all), await gathered(search, term.words)];
}

async function countIn(redis: RedisClient, ranges: readonly PlaceRange[]): Promise<number> {
  const counts = await Promise.all(ranges.map((one) => countOf(redis, one)));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Comes before every compact id. */
const BEFORE_IDS = '!';

type Part = Pick<PlaceRange, 'low' | 'high'>;

/**
 * The ranges of the names of users whose email starts with `words` and then `rest`. Part of `rest` may be further words
 * of the name; the remainder follows the name.
 */
async function asInNames(search: Search, words: string, rest: string): Promise<readonly Part[]> {
  if (words.split(' ').length > MOST_WORDS) return [withPrefix(words)];
  const { redis, keys } = search;
  const isThere = async (part: Part) => (await countOf(redis, { key: keys.names(true), ...part })) > 0;
  const shorter = Array.from({ length: rest.length }, async (_, length) => {
    const word = words + rest.slice(0, length);
    const whole = placesOfName(word);
    const [ends, goesOn] = await Promise.all([isThere(whole), isThere(withPrefix(`${word} `))]);
    const tail = rest.slice(length);
    const tails = SEPARATORS.includes(tail.charAt(0)) ? [tail, tail.slice(1)] : [tail];
    const names = goesOn ? await Promise.all(tails.map((one) => asInNames(search, `${word} `, one))) : [];
    return [...(ends ? [whole] : []), ...names.flat()];
  });
  return [withPrefix(words + rest), ...(await Promise.all(shorter)).flat()];
}

function range(search: Search, part: PlaceRange): Source {
  const { downwards } = search.walk;
  return {
    read: async (from, size) =>
      readOn(search, READ_PLACES, part.key, [...aheadIn(part, from, downwards), way(downwards), `${size}`]),
  };
}

function timesOf(search: Search, sort: TimeKey): Source {
  const { keys, walk } = search;
  const asleep = sort === 'last_login_at' ? search.query.notSignedInSince : undefined;
  const limit = asleep === undefined ? undefined : scoreOf(asleep);
  const end = walk.downwards ? undefined : limit;
  const start = walk.downwards && limit !== undefined ? `${timeKey(limit)}\0${BEFORE_IDS}` : undefined;
  return {
    async read(after, size) {
      const from = after ?? start;
      const [score, id] = from === undefined ? ['', ''] : [`${scoreAt(from)}`, idAt(from)];
      const args = [score, id, way(walk.downwards), `${size}`];
      const { passed, last, places } = await readOn(search, READ_TIMES, keys.times(sort), args);
      return endingAt(end, size, {
        passed,
        last: last && placeOfScored(last),
        places: places.map(placeOfScored),
      });
    },
  };
}

/** A passage of an order by time without the places from the time `end` on. There the source ends. */
function endingAt(end: number | undefined, size: number, passage: Passage): Passage {
  const { last, places } = passage;
  if (end === undefined || last === undefined || scoreAt(last) < end) return passage;
  return { passed: size - 1, last, places: places.filter((place) => scoreAt(place) < end) };
}

function placeOfScored(scored: string): Place {
  return `${timeKey(scoreAt(scored))}\0${idAt(scored)}`;
}

function way(downwards: boolean): string {
  return downwards ? 'down' : 'up';
}

async function readOn(
  { redis, memberships }: Search,
  script: Script,
  key: string,
  args: readonly string[],
): Promise<Passage> {
  const reply = await runScript(
    redis,
    script,
    [key, ...memberships.map((set) => set.key)],
    [...args, ...memberships.map(({ isIn }) => (isIn ? 'in' : 'out'))],
  );
  const [passed, last, ...places] = Array.isArray(reply) ? reply : [];
  return { passed: Number(passed), last: last ? String(last) : undefined, places: places.map(String) };
}

async function gathered(search: Search, parts: readonly PlaceRange[]): Promise<Source> {
  const { walk } = search;
  const all = inOrder(await matchesOf(search, await idsInAll(search.redis, parts)), walk.downwards);
  return {
    async read(from, size) {
      const ahead = all.filter(({ place }) => isAhead(place, { from, downwards: walk.downwards }));
      const places = ahead.slice(0, size).map(({ place }) => place);
      return { passed: places.length, last: places.at(-1), places };
    },
  };
}
