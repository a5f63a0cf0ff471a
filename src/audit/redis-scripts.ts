import { defineScript } from '../redis/script.js';

/**
 * Puts waiting events into the chain, if the head is still the one that their hashes were made for.
 * KEYS: the head, the waiting events, the chained events, and the indexes.
 * ARGV: the head as it was read ('' for none), the new head, how many waiting events this uses up, the events with their
 * places as JSON, the entries of the indexes as JSON (number of the key, sequence).
 * The indexes come last: should one of them be unusable, the chain is whole all the same.
 */
export const CHAIN = defineScript(`
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then
  return 0
end
local events = cjson.decode(ARGV[4])
for _, event in ipairs(events) do
  redis.call('XADD', KEYS[3], event[1], 'event', event[2])
end
redis.call('LTRIM', KEYS[2], ARGV[3], -1)
if #events > 0 then
  redis.call('SET', KEYS[1], ARGV[2])
end
for _, entry in ipairs(cjson.decode(ARGV[5])) do
  redis.call('ZADD', KEYS[entry[1]], entry[2], entry[2])
end
return 1
`);

/**
 * Removes the oldest events, if the last cut is still the one that was read.
 * KEYS: the cut, the chained events, and the indexes. ARGV: the cut as it was read ('' for none), the new cut, its
 * sequence, the place of the first event to stay.
 */
export const CUT = defineScript(`
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[2])
redis.call('XTRIM', KEYS[2], 'MINID', ARGV[4])
for index = 3, #KEYS do
  redis.call('ZREMRANGEBYSCORE', KEYS[index], '-inf', ARGV[3])
end
return 1
`);

/** KEYS: the head. ARGV: the head as it was read, the same signed anew. */
export const SIGN_HEAD = defineScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[2])
end
`);
