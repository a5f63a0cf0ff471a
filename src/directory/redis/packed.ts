import type { RedisClient } from '../../redis/connection.js';
import { comparePlaces, type Place } from '../user-order.js';
import { fromLow, type PlaceRange, toHigh } from './ranges.js';

// Redis takes about 90 bytes for each member of a sorted set beside its text. A packed order therefore has many places in
// one member, a block: these places in their order, with a NUL between two of them. All scores are 0, so Redis keeps the
// blocks in the order of their first places.

/** The most places of a block. A write takes a block apart, so large blocks make writes slow. */
const MOST_PLACES = 40;
/** The places of a block on average, if people come in no order. */
const USUAL_PLACES = 28;
/** A place with this behind it comes after the block that begins with the place, and before all higher places. */
const BEHIND = '\u0001';

/** Compares by bytes. Lua's own comparison follows the locale of the server. */
export const IS_BEFORE = `
local byte = string.byte -- a local name, since this runs for each byte
local function isBefore(one, other)
  for i = 1, math.min(#one, #other) do
    local a, b = byte(one, i), byte(other, i)
    if a ~= b then
      return a < b
    end
  end
  return #one < #other
end`;

/** Two functions for scripts, `PUT` and `TAKE`: they add a place to a packed order, and remove it. */
export const PACKING = `
${IS_BEFORE}

-- The block in which a place stands or should stand, the places of the block, and where among them.
local function find(order, place)
  local block = redis.call('ZRANGE', order, '(' .. place .. '\\1', '-', 'BYLEX', 'REV', 'LIMIT', 0, 1)[1]
    or redis.call('ZRANGE', order, 0, 0)[1]
  local places = {}
  for one in string.gmatch(block or '', '([^%z]*%z[^%z]+)%z?') do
    places[#places + 1] = one
  end
  local low, high = 1, #places + 1
  while low < high do
    local middle = math.floor((low + high) / 2)
    if isBefore(places[middle], place) then
      low = middle + 1
    else
      high = middle
    end
  end
  return block, places, low
end

local packing = {}

function packing.PUT(order, place)
  local block, places, at = find(order, place)
  if places[at] == place then
    return
  end
  table.insert(places, at, place)
  local half = #places > ${MOST_PLACES} and #places / 2 or #places
  if block then
    redis.call('ZREM', order, block)
  end
  redis.call('ZADD', order, 0, table.concat(places, '\\0', 1, half))
  if half < #places then
    redis.call('ZADD', order, 0, table.concat(places, '\\0', half + 1))
  end
end

function packing.TAKE(order, place)
  local block, places, at = find(order, place)
  if places[at] ~= place then
    return
  end
  table.remove(places, at)
  redis.call('ZREM', order, block)
  if #places > 0 then
    redis.call('ZADD', order, 0, table.concat(places, '\\0'))
  end
end`;

/** The number of places in a range: exact if they are few, else an estimate. */
export async function countPacked(redis: RedisClient, range: PlaceRange): Promise<number> {
  const blocks = await redis.zLexCount(range.key, fromLow(range.low), toHigh(range.high));
  return blocks > 2 ? blocks * USUAL_PLACES : (await allPacked(redis, range)).length;
}

export async function allPacked(redis: RedisClient, range: PlaceRange): Promise<Place[]> {
  return (await upwards(redis, range, undefined, undefined)).places;
}

export interface PackedPlaces {
  readonly places: Place[];
  /** Whether the range has no places behind these. */
  readonly isEnd: boolean;
}

/** The first `size` places of a range ahead of `from`, and no more than these. */
export async function readPacked(
  redis: RedisClient,
  range: PlaceRange,
  walk: { readonly from: Place | undefined; readonly downwards: boolean },
  size: number,
): Promise<PackedPlaces> {
  const places: Place[] = [];
  const read = walk.downwards ? downwards : upwards;
  for (let from = walk.from; ; ) {
    const count = Math.ceil((size - places.length) / USUAL_PLACES) + 1;
    const next = await read(redis, range, from, count);
    places.push(...next.places);
    if (places.length > size) return { places: places.slice(0, size), isEnd: false };
    if (next.isEnd || places.length === size) return { places, isEnd: next.isEnd };
    from = next.reached;
  }
}

interface Passed extends PackedPlaces {
  readonly reached: Place | undefined;
}

/** The places of the block that holds the start, and of up to `count` blocks behind it; without a count all. */
async function upwards(
  redis: RedisClient,
  range: PlaceRange,
  from: Place | undefined,
  count: number | undefined,
): Promise<Passed> {
  const { key, low, high } = range;
  const start = from !== undefined && comparePlaces(from, low) >= 0 ? `${from}${BEHIND}` : low;
  const limit = (most: number | undefined) =>
    most === undefined ? {} : { LIMIT: { offset: 0, count: most } };
  const blocksFrom = (bound: string) =>
    redis.zRange(key, bound, toHigh(high), { BY: 'LEX', ...limit(count) });
  const [before, after] = await Promise.all([
    start === '' ? [] : redis.zRange(key, `(${start}`, '-', { BY: 'LEX', REV: true, ...limit(1) }),
    blocksFrom(fromLow(start)),
  ]);
  // Between the two commands somebody may have come first of all, and the first block begins with them now.
  const behind = before.length === 0 && start !== '' ? await blocksFrom('-') : after;
  const passed = [...before, ...behind].flatMap(placesOf);
  const places = passed.filter(
    (place) => isIn(range, place) && (from === undefined || comparePlaces(place, from) > 0),
  );
  return { places, isEnd: behind.length !== count, reached: passed.at(-1) };
}

/** The places of up to `count` blocks that begin ahead of `from`. */
async function downwards(
  redis: RedisClient,
  range: PlaceRange,
  from: Place | undefined,
  count: number,
): Promise<Passed> {
  const { key, low, high } = range;
  const start = from !== undefined && (high === undefined || comparePlaces(from, high) < 0) ? from : high;
  const blocks = await redis.zRange(key, toHigh(start), '-', {
    BY: 'LEX',
    REV: true,
    LIMIT: { offset: 0, count },
  });
  const passed = blocks.flatMap((block) => placesOf(block).reverse());
  const places = passed.filter(
    (place) => isIn(range, place) && (from === undefined || comparePlaces(place, from) < 0),
  );
  const reached = passed.at(-1);
  const isEnd = blocks.length < count || (reached !== undefined && comparePlaces(reached, low) < 0);
  return { places, isEnd, reached };
}

function isIn({ low, high }: PlaceRange, place: Place): boolean {
  return comparePlaces(place, low) >= 0 && (high === undefined || comparePlaces(place, high) < 0);
}

function placesOf(block: string): Place[] {
  const parts = block.split('\0'); // a sort key and an id of each place
  return Array.from(
    { length: parts.length / 2 },
    (_, index) => `${parts[2 * index]}\0${parts[2 * index + 1]}`,
  );
}
