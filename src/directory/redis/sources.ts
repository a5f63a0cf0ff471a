import { runScript, type Script } from '../../redis/script.js';
import { idAt, isByTime, type Place, scoreAt, scoreOf, timeKey } from '../user-order.js';
import type { TermRanges } from './candidates.js';
import {
  isWholeWord,
  orderOf,
  orderOfWords,
  placesOfWord,
  placesStarting,
  type TextKey,
  type TimeKey,
  wordAt,
  wordsWith,
} from './keys.js';
import { readPacked } from './packed.js';
import { aheadIn, type PlaceRange, withPrefix } from './ranges.js';
import { READ_PLACES, READ_TIMES } from './scripts.js';
import type { Search } from './search.js';

/** A part of the directory, read in the order of a query. */
export interface Source {
  /** Reads up to `size` places ahead of `from`. */
  read(from: Place | undefined, size: number): Promise<Passage>;
}

export interface Passage {
  readonly passed: number;
  readonly last: Place | undefined;
  /** The passed places whose users are in the sets of the query. */
  readonly places: readonly Place[];
  /** Whether the source has no places behind these. */
  readonly isEnd: boolean;
}

/** The most words with one beginning whose places are merged. */
const MOST_MERGED = 20;

/**
 * Sources that together hold all users of the query, in its order. They may overlap, and hold other users too.
 * `narrowest` has the ranges of one term of the search.
 */
export async function sourcesOf(
  search: Search,
  narrowest: TermRanges | undefined,
): Promise<readonly Source[]> {
  const { sort } = search.query;
  return isByTime(sort) ? [timesOf(search, sort)] : sourcesByText(search, sort, narrowest);
}

/**
 * The users whose sort key starts with a word, and the places of each longer word, which are in the same order. If such
 * words are many, the source is everybody.
 */
async function sourcesByText(
  search: Search,
  sort: TextKey,
  term: TermRanges | undefined,
): Promise<readonly Source[]> {
  const { keys } = search;
  if (term?.ranges.every(({ key }) => key === orderOf(keys, sort).key))
    return term.ranges.map((one) => range(search, one));
  const words = term?.word === undefined ? undefined : await wordsStarting(search, sort, term.word);
  if (term?.word === undefined || words === undefined)
    return [range(search, { ...orderOf(keys, sort), ...withPrefix('') })];
  return [
    range(search, { ...orderOf(keys, sort), ...placesStarting(sort, term.word) }),
    ...words.map((word) => placesWith(search, sort, word)),
  ];
}

/** The words of users that start with this word, as their order has them; undefined if they are many. */
async function wordsStarting(
  { redis, keys }: Search,
  sort: TextKey,
  start: string,
): Promise<readonly string[] | undefined> {
  if (isWholeWord(start)) return [start];
  const words: string[] = [];
  let range = { ...orderOfWords(keys, sort), ...wordsWith(start) };
  while (words.length <= MOST_MERGED) {
    const [place] = (await readPacked(redis, range, { from: undefined, downwards: false }, 1)).places;
    if (place === undefined) return words;
    words.push(wordAt(place));
    range = { ...range, low: placesOfWord(wordAt(place)).high };
  }
  return undefined;
}

/** The users with this word, in the order of the query. */
function placesWith(search: Search, sort: TextKey, word: string): Source {
  const { start, ...part } = placesOfWord(word);
  const source = range(search, { ...orderOfWords(search.keys, sort), ...part });
  const inOrder = (place: Place) => place.slice(start.length);
  return {
    async read(from, size) {
      const passage = await source.read(from === undefined ? undefined : `${start}${from}`, size);
      return { ...passage, last: passage.last && inOrder(passage.last), places: passage.places.map(inOrder) };
    },
  };
}

function range(search: Search, part: PlaceRange): Source {
  const { redis, walk } = search;
  const { downwards } = walk;
  return {
    async read(from, size) {
      if (!part.isPacked)
        return readOn(
          search,
          READ_PLACES,
          part.key,
          [...aheadIn(part, from, downwards), way(downwards)],
          size,
        );
      const { places, isEnd } = await readPacked(redis, part, { from, downwards }, size);
      return { passed: places.length, last: places.at(-1), places: await thoseInSets(search, places), isEnd };
    },
  };
}

async function thoseInSets(
  { redis, memberships }: Search,
  places: readonly Place[],
): Promise<readonly Place[]> {
  if (places.length === 0) return places;
  const ids = places.map(idAt);
  const found = await Promise.all(memberships.map(({ key }) => redis.smIsMember(key, ids)));
  return places.filter((_, index) =>
    memberships.every(({ isIn }, set) => (found[set]?.[index] === 1) === isIn),
  );
}

/** Comes before every compact id. */
const BEFORE_IDS = '!';

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
      const args = [score, id, way(walk.downwards)];
      const passage = await readOn(search, READ_TIMES, keys.times(sort), args, size);
      return endingAt(end, {
        ...passage,
        last: passage.last && placeOfScored(passage.last),
        places: passage.places.map(placeOfScored),
      });
    },
  };
}

/** A passage of an order by time without the places from the time `end` on. There the source ends. */
function endingAt(end: number | undefined, passage: Passage): Passage {
  const { last, places } = passage;
  if (end === undefined || last === undefined || scoreAt(last) < end) return passage;
  return { ...passage, places: places.filter((place) => scoreAt(place) < end), isEnd: true };
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
  start: readonly string[],
  size: number,
): Promise<Passage> {
  const reply = await runScript(
    redis,
    script,
    [key, ...memberships.map((set) => set.key)],
    [...start, `${size}`, ...memberships.map(({ isIn }) => (isIn ? 'in' : 'out'))],
  );
  const [passed, last, ...places] = Array.isArray(reply) ? reply : [];
  return {
    passed: Number(passed),
    last: last ? String(last) : undefined,
    places: places.map(String),
    isEnd: Number(passed) < size,
  };
}
