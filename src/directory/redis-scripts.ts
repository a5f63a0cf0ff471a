import { defineScript } from '../redis/script.js';

/**
 * Writes one user, wholly or not at all: checks what has to hold, then carries out the steps. The events come first:
 * where they can't be stored, the script ends there.
 * KEYS: the users, their order by email, the identities, the active administrators, and all other keys of the steps.
 * ARGV: the id; the record as it was read ('' for a new user); the range of an email to claim and an identity
 * to claim ('' for none); whether an administrator has to remain; the steps, with the numbers of their keys.
 */
export const WRITE_USER = defineScript(`
local users, emails, identities, administrators = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local id, expected, emailFrom, emailTo, identity, keepAnAdmin, steps = unpack(ARGV)

if (redis.call('HGET', users, id) or '') ~= expected then
  return 'stale'
end
if emailFrom ~= '' and #redis.call('ZRANGE', emails, emailFrom, emailTo, 'BYLEX', 'LIMIT', 0, 1) > 0 then
  return 'email_taken'
end
if identity ~= '' and redis.call('HEXISTS', identities, identity) == 1 then
  return 'identity_taken'
end
if keepAnAdmin == 'yes' and redis.call('SISMEMBER', administrators, id) == 1 and redis.call('SCARD', administrators) == 1 then
  return 'last_admin'
end

for _, step in ipairs(cjson.decode(steps)) do
  redis.call(step[1], KEYS[step[2]], unpack(step, 3))
end
return 'written'
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

/** KEYS: the password hashes. ARGV: the id, the hash. Replaces one, and sets none where there was none. */
export const REPLACE_PASSWORD = defineScript(`
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
end
`);
