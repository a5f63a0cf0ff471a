import { fullId } from '../../identity/compact-id.js';
import { roleNames } from '../../identity/roles.js';
import type { RedisClient } from '../../redis/connection.js';
import { readRecord } from '../user-record.js';
import type { DirectoryKeys } from './keys.js';

const AT_A_TIME = 500;
/** A member of the set of role names that is no role's name: the set holds the roles of earlier versions too. */
const IS_COMPLETE = '';

/** The number of users with each role that somebody has. A role that nobody has any more is left out. */
export async function countInRoles(
  redis: RedisClient,
  keys: DirectoryKeys,
): Promise<ReadonlyMap<string, number>> {
  const names = (await redis.sMembers(keys.roles)).filter((name) => name !== IS_COMPLETE);
  const counts = await Promise.all(
    names.map(async (name) => [name, await redis.sCard(keys.withRole(name))] as const),
  );
  return new Map(counts.filter(([, count]) => count > 0));
}

/** Reads the names of the roles from all users once, since earlier versions kept none. */
export async function listRoles(redis: RedisClient, keys: DirectoryKeys): Promise<void> {
  if (await redis.sIsMember(keys.roles, IS_COMPLETE)) return;
  let cursor = '0';
  do {
    const scanned = await redis.hScan(keys.users, cursor, { COUNT: AT_A_TIME });
    const names = scanned.entries.flatMap(({ field, value }) =>
      roleNames(readRecord(fullId(field), value).roles),
    );
    if (names.length > 0) await redis.sAdd(keys.roles, [...new Set(names)]);
    cursor = scanned.cursor;
  } while (cursor !== '0');
  await redis.sAdd(keys.roles, IS_COMPLETE);
}
