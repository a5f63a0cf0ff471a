import { defineScript } from '../../redis/script.js';
import { IS_BEFORE, PACKING } from './packed.js';

/**
 * Tells whether this user is the only administrator who can sign in by one of the open ways, and whether there is such
 * an administrator at all. `ways` is a JSON list with two values for each way: the number of the key that holds its
 * administrators, and whether they need a password. Administrators who need a password are few, so each of them is
 * checked for a password. For any other way two administrators are enough: then nobody is the last one.
 */
const IS_LAST_ADMIN = `
local function isLastAdmin(id, passwords, ways)
  local found, count = {}, 0
  for _, way in ipairs(cjson.decode(ways)) do
    local administrators, withPassword = KEYS[way[1]], way[2]
    if not withPassword and redis.call('SCARD', administrators) > 1 then
      return false, true
    end
    for _, admin in ipairs(redis.call('SMEMBERS', administrators)) do
      if not found[admin] and (not withPassword or redis.call('HEXISTS', passwords, admin) == 1) then
        found[admin], count = true, count + 1
      end
    end
  end
  return count == 1 and found[id] == true, count > 0
end`;

/** KEYS: the password hashes, the administrators by each way that is open. ARGV: the id, the ways. */
export const ASK_LAST_ADMIN = defineScript(`
${IS_LAST_ADMIN}
return isLastAdmin(ARGV[1], KEYS[1], ARGV[2]) and 1 or 0
`);

/** Tells whether there is an administrator who can sign in. KEYS: as above. ARGV: the ways. */
export const HAS_ADMIN = defineScript(`
${IS_LAST_ADMIN}
local _, isThere = isLastAdmin('', KEYS[1], ARGV[1])
return isThere and 1 or 0
`);

/**
 * Writes one user, and another account with it, wholly or not at all: checks the conditions, then carries out the
 * steps. The events come first: if they can't be stored, the script ends there.
 * KEYS: the users, their order by email, the identities, the password hashes, the administrators by each way that is
 * open, and all other keys of the steps.
 * ARGV: the id; the record as it was read ('' for a new user); the range of an email to claim ('' for none); the
 * identities to claim; the open ways, if the user stops administering by this write ('' otherwise); the steps, with the
 * numbers of their keys; the steps to take instead if the user was the last administrator ('' to refuse); the id of the
 * other account and its record as it was read ('' for none). The other account may hold the email to claim, since the
 * steps take the email from it.
 */
export const WRITE_USER = defineScript(`
local users, emails, identities = KEYS[1], KEYS[2], KEYS[3]
local id, expected, emailFrom, emailTo, claimed, ways, steps, stepsIfLast, other, otherExpected = unpack(ARGV)
local reply = 'written'
${IS_LAST_ADMIN}
${PACKING}

if (redis.call('HGET', users, id) or '') ~= expected then
  return 'stale'
end
if other ~= '' and redis.call('HGET', users, other) ~= otherExpected then
  return 'stale'
end
if emailFrom ~= '' then
  local places = redis.call('ZRANGE', emails, emailFrom, emailTo, 'BYLEX', 'LIMIT', 0, 1)
  if #places > 0 and string.match(places[1], '%z(.*)$') ~= other then
    return 'email_taken'
  end
end
for _, identity in ipairs(cjson.decode(claimed)) do
  if redis.call('HEXISTS', identities, identity) == 1 then
    return 'identity_taken'
  end
end
if ways ~= '' and isLastAdmin(id, KEYS[4], ways) then
  if stepsIfLast == '' then
    return 'last_admin'
  end
  steps, reply = stepsIfLast, 'took_last_admin'
end

for _, step in ipairs(cjson.decode(steps)) do
  local pack = packing[step[1]]
  if pack then
    pack(KEYS[step[2]], step[3])
  else
    redis.call(step[1], KEYS[step[2]], unpack(step, 3))
  end
end
return reply
`);

/** KEYS: the order by email, the users. ARGV: the range of the email. Gives the id and the record. */
export const FIND_BY_EMAIL = defineScript(`
local places = redis.call('ZRANGE', KEYS[1], ARGV[1], ARGV[2], 'BYLEX', 'LIMIT', 0, 1)
if #places == 0 then
  return {}
end
local id = string.match(places[1], '%z(.*)$')
return { id, redis.call('HGET', KEYS[2], id) }
`);

/** KEYS: the identities, the users. ARGV: the identity. Gives the id and the record. */
export const FIND_BY_IDENTITY = defineScript(`
local id = redis.call('HGET', KEYS[1], ARGV[1])
if not id then
  return {}
end
return { id, redis.call('HGET', KEYS[2], id) }
`);

/** KEYS: the password hashes. ARGV: the id, the hash. Replaces a hash; an account without one gets none. */
export const REPLACE_PASSWORD = defineScript(`
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
end
`);

/**
 * Moves users from an earlier order to the present ones. A user whose record changed since it was read stays.
 * KEYS: the users, the earlier order, the earlier words, the present orders. ARGV: for each user the earlier place, the
 * id, the record ('' if the user is gone), a JSON list of places of earlier words, and a JSON list of the present places,
 * each with the number of its key.
 */
export const MOVE_NAMES = defineScript(`
${PACKING}
local users, earlier, earlierWords = KEYS[1], KEYS[2], KEYS[3]
for i = 1, #ARGV, 5 do
  local from, id, record, words, places = unpack(ARGV, i, i + 4)
  if (redis.call('HGET', users, id) or '') == record then
    redis.call('ZREM', earlier, from)
    for _, word in ipairs(cjson.decode(words)) do
      redis.call('ZREM', earlierWords, word)
    end
    for _, at in ipairs(cjson.decode(places)) do
      packing.PUT(KEYS[at[1]], at[2])
    end
  end
end
`);

/**
 * Reads the next places of a sorted set with one score.
 * KEYS: the order, then sets of ids. ARGV: the start, the end, 'down' or 'up', how many places to pass, then 'in' or
 * 'out' for each set: whether a user has to be in the set or not. Gives the number of places that were passed, the last
 * of these, and those of the users who fit the sets.
 */
export const READ_PLACES = defineScript(`
local order, from, to, way, count = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local limits = { 'BYLEX', 'LIMIT', 0, count }
if way == 'down' then
  table.insert(limits, 2, 'REV')
end
local places = redis.call('ZRANGE', order, from, to, unpack(limits))
local ids = {}
for i, place in ipairs(places) do
  ids[i] = string.byte(place, -23) == 0 and string.sub(place, -22) or string.match(place, '%z([^%z]*)$')
end
${keepThoseInSets(5)}
return { #places, places[#places] or '', unpack(kept) }
`);

/**
 * Reads the next places of a sorted set of ids that are scored with a time. ARGV: the score and the id to start after
 * ('' for the start of the order), 'down' or 'up', how many places to pass, then as above. A place is the score, a NUL
 * and the id.
 */
export const READ_TIMES = defineScript(`
local order, score, id, way, count = KEYS[1], ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])

${IS_BEFORE}

-- The number of ids before the start, and whether the start itself is still there.
local function rankOf()
  local low = redis.call('ZCOUNT', order, '-inf', '(' .. score)
  local high = redis.call('ZCOUNT', order, '-inf', score)
  while low < high do
    local middle = math.floor((low + high) / 2)
    if isBefore(redis.call('ZRANGE', order, middle, middle)[1], id) then
      low = middle + 1
    else
      high = middle
    end
  end
  return low, redis.call('ZRANGE', order, low, low)[1] == id
end

local command, start = way == 'down' and 'ZREVRANGE' or 'ZRANGE', 0
if id ~= '' then
  local rank, isThere = rankOf()
  start = way == 'down' and redis.call('ZCARD', order) - rank or rank + (isThere and 1 or 0)
end
local ids = redis.call(command, order, start, start + count - 1)
local places, passed, last = ids, #ids, ids[#ids]
${keepThoseInSets(5)}
if passed == 0 then
  return { 0, '' }
end
kept[#kept + 1] = last
for i, at in ipairs(redis.call('ZMSCORE', order, unpack(kept))) do
  kept[i] = at .. '\\0' .. kept[i]
end
last = table.remove(kept)
return { passed, last, unpack(kept) }
`);

/**
 * Keeps in `kept` the places whose ids fit the sets, which are KEYS from the second on. ARGV from `first` on tells for
 * each set whether the id has to be in it.
 */
function keepThoseInSets(first: number): string {
  return `
local kept = places
for set = 2, #KEYS do
  if #ids == 0 then
    break
  end
  local wanted = ARGV[set + ${first} - 2] == 'in' and 1 or 0
  local isIn = redis.call('SMISMEMBER', KEYS[set], unpack(ids))
  local keptIds, keptPlaces = {}, {}
  for i, id in ipairs(ids) do
    if isIn[i] == wanted then
      keptIds[#keptIds + 1], keptPlaces[#keptPlaces + 1] = id, kept[i]
    end
  end
  ids, kept = keptIds, keptPlaces
end`;
}
