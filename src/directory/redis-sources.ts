import { runScript, type Script } from '../redis/script.js';
import { FEW } from './redis-candidates.js';
import type { TimeKey } from './redis-keys.js';
import { aheadIn, countOf, idsIn, type PlaceRange, withPrefix } from './redis-ranges.js';
import { READ_PLACES, READ_TIMES } from './redis-scripts.js';
import { matchesOf, type Search } from './redis-search.js';
import { firstWord } from './user-keys.js';
import { idAt, inOrder, isAhead, type Place, scoreAt, timeKey } from './user-order.js';

/** A part of the directory in the order of a query. */
export interface Source {
  /** Passes up to `size` places ahead of `from`. */
  read(from: Place | undefined, size: number): Promise<Passage>;
}

export interface Passage {
  /** How many places were passed; fewer than `size` at the end. */
  readonly passed: number;
  readonly last: Place | undefined;
  /** Those among them whose users are in the right sets. */
  readonly places: readonly Place[];
}

/** A prefix longer than that is hardly ever shared by many, and every shorter beginning of it costs a look. */
const LONG_PREFIX = 32;
/** The first character behind a space. */
const BEHIND_SPACE = '!';

/** Sources in which all users of a query are, in its order. They overlap, and hold others too. */
export async function sourcesOf(search: Search): Promise<readonly Source[]> {
  const { sort } = search.query;
  switch (sort) {
    case 'email':
      return sourcesByEmail(search);
    case 'full_name':
      return sourcesByName(search);
    case 'created_at':
    case 'last_login_at':
      return [timesOf(search, sort)];
  }
}

/**
 * Somebody whose email starts with the first word of their name has, if found, an email that starts with the first
 * word of the prefix. The others who are found by name are gathered, if they are few.
 */
async function sourcesByEmail(search: Search): Promise<readonly Source[]> {
  const { redis, keys, prefix } = search;
  const others = { key: keys.names(false), ...withPrefix(prefix) };
  const isNarrow = prefix !== '' && (await countOf(redis, others)) <= FEW;
  if (!isNarrow) return [range(search, { key: keys.emails, ...withPrefix('') })];
  return [
    range(search, { key: keys.emails, ...withPrefix(firstWord(prefix)) }),
    await gathered(search, others),
  ];
}

/** Those found by name stand together in two orders; those found by email are gathered, if they are few. */
async function sourcesByName(search: Search): Promise<readonly Source[]> {
  const { redis, keys, prefix } = search;
  const alike = (part: Omit<PlaceRange, 'key'>) => range(search, { key: keys.names(true), ...part });
  const others = (part: Omit<PlaceRange, 'key'>) => range(search, { key: keys.names(false), ...part });
  if (prefix.length > LONG_PREFIX) return [alike(withPrefix('')), others(withPrefix(''))];
  const byEmail = { key: keys.emails, ...withPrefix(prefix) };
  if (prefix !== '' && (await countOf(redis, byEmail)) <= FEW) {
    return [alike(withPrefix(prefix)), others(withPrefix(prefix)), await gathered(search, byEmail)];
  }
  return [alike(withPrefix(prefix)), ...shorterNames(prefix).map(alike), others(withPrefix(''))];
}

/** Where those stand whose first name is a beginning of the prefix: their email may go on as the prefix does. */
function shorterNames(prefix: string): Array<Omit<PlaceRange, 'key'>> {
  const characters = [...firstWord(prefix)];
  const names =
    prefix === '' ? [] : ['', ...characters.map((_, index) => characters.slice(0, index + 1).join(''))];
  return names.map((name) => ({ low: `${name}\0`, high: `${name}${BEHIND_SPACE}` }));
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
  return {
    async read(from, size) {
      const [score, id] = from === undefined ? ['', ''] : [`${scoreAt(from)}`, idAt(from)];
      const args = [score, id, way(walk.downwards), `${size}`];
      const { passed, last, places } = await readOn(search, READ_TIMES, keys.times(sort), args);
      return { passed, last: last && placeOfScored(last), places: places.map(placeOfScored) };
    },
  };
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

async function gathered(search: Search, part: PlaceRange): Promise<Source> {
  const { walk } = search;
  const all = inOrder(await matchesOf(search, await idsIn(search.redis, part)), walk.downwards);
  return {
    async read(from, size) {
      const ahead = all.filter(({ place }) => isAhead(place, { from, downwards: walk.downwards }));
      const places = ahead.slice(0, size).map(({ place }) => place);
      return { passed: places.length, last: places.at(-1), places };
    },
  };
}
