import { defineScript } from '../redis/script.js';

/**
 * Puts waiting events into their chains, if the head is still the one that the hashes of these events continue.
 * KEYS: the head, the waiting events, the chains, the indexes, and the counters of days.
 * ARGV: the head as it was read ('' for none), the new head, the number of waiting events that this uses up, the events
 * as JSON (number of the key, place, text), the entries of the indexes as JSON (number of the key, sequence, member),
 * the counts as JSON (number of the key, field, number), the seconds for which counts are kept.
 * Indexes and counts come last: if one of them can't be written, the chains are complete all the same.
 */
export const CHAIN = defineScript(`
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then
  return 0
end
local events = cjson.decode(ARGV[4])
for _, event in ipairs(events) do
  redis.call('XADD', KEYS[event[1]], event[2], 'event', event[3])
end
redis.call('LTRIM', KEYS[2], ARGV[3], -1)
if #events > 0 then
  redis.call('SET', KEYS[1], ARGV[2])
end
for _, entry in ipairs(cjson.decode(ARGV[5])) do
  redis.call('ZADD', KEYS[entry[1]], entry[2], entry[3])
end
for _, count in ipairs(cjson.decode(ARGV[6])) do
  redis.call('HINCRBY', KEYS[count[1]], count[2], count[3])
  redis.call('EXPIRE', KEYS[count[1]], ARGV[7])
end
return 1
`);

/**
 * Reads from several chains at one moment. Separate reads could miss an event that another instance chains between
 * them.
 * KEYS: the chains. ARGV: XRANGE or XREVRANGE, the start, the end, the most events of each chain.
 * Gives the numbers of their keys, their places and their texts, as three lists in the order of the events' numbers.
 */
export const READ = defineScript(`
local found = {}
for chain, key in ipairs(KEYS) do
  for _, entry in ipairs(redis.call(ARGV[1], key, ARGV[2], ARGV[3], 'COUNT', ARGV[4])) do
    found[#found + 1] = { chain, entry[1], entry[2][2], tonumber(string.match(entry[1], '^%d+')) }
  end
end
local descending = ARGV[1] == 'XREVRANGE'
table.sort(found, function(one, other)
  if descending then return one[4] > other[4] end
  return one[4] < other[4]
end)
local chains, places, texts = {}, {}, {}
for index = 1, math.min(#found, ARGV[4]) do
  chains[index], places[index], texts[index] = found[index][1], found[index][2], found[index][3] or ''
end
return { chains, places, texts }
`);

/**
 * Removes the oldest events of each chain, if the last cut is still the one that was read.
 * KEYS: the cut, the chains, and the indexes. ARGV: the cut as it was read ('' for none), the new cut, the place of the
 * first event that stays in each chain, as JSON (number of the key, place), the entries of the indexes as JSON (number
 * of the key, member).
 */
export const CUT = defineScript(`
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[2])
for _, chain in ipairs(cjson.decode(ARGV[3])) do
  redis.call('XTRIM', KEYS[chain[1]], 'MINID', chain[2])
end
for _, entry in ipairs(cjson.decode(ARGV[4])) do
  redis.call('ZREM', KEYS[entry[1]], entry[2])
end
return 1
`);

/** KEYS: the head. ARGV: the head as it was read, and the same head with a new signature. */
export const SIGN_HEAD = defineScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[2])
end
`);

/** KEYS: the counters of some days. Gives the fields and values of each as a list, all at one moment and in one command. */
export const READ_COUNTS = defineScript(`
local counts = {}
for index, key in ipairs(KEYS) do
  counts[index] = redis.call('HGETALL', key)
end
return counts
`);
