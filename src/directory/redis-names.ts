import { EntranceError } from '../errors.js';
import type { RedisClient } from '../redis/connection.js';
import { runScript } from '../redis/script.js';
import type { DirectoryKeys } from './redis-keys.js';
import { MOVE_NAMES } from './redis-scripts.js';
import { emailStartsWithName } from './user-keys.js';
import { idAt, placeIn } from './user-order.js';
import { readTraits } from './user-record.js';

// The order by name that earlier versions keep stands under other keys, in another form. Whoever stands there is moved to the
// present order. So the earlier keys are empty afterwards, and whatever an instance of an earlier version writes later is found
// there, and is moved too. An earlier version doesn't take people out of the present order: a list leaves out whoever stands elsewhere.

/** Users that are moved at once: Redis is back within a few milliseconds. */
const AT_A_TIME = 250;
/** So many steps a list does by itself. Between two lists an instance of an earlier version hardly writes more. */
const STEPS_OF_A_LIST = 4;

/** Moves everybody, some at a time; gives how many they were. If it breaks off, the next call goes on. */
export async function migrateNames(redis: RedisClient, keys: DirectoryKeys): Promise<number> {
  let migrated = 0;
  for (let moved = await moveSome(redis, keys); moved > 0; moved = await moveSome(redis, keys))
    migrated += moved;
  return migrated;
}

/**
 * Moves those who are left, if they are few: a list that is taken without them would lack them.
 * @throws EntranceError `store_unavailable` if they are many
 */
export async function completeNames(redis: RedisClient, keys: DirectoryKeys): Promise<void> {
  for (let step = 0; (await redis.exists([...keys.earlierNames])) > 0; step += 1) {
    if (step === STEPS_OF_A_LIST)
      throw new EntranceError('store_unavailable', {
        detail: 'The order of people by name is being renewed. Try again in a moment.',
      });
    await moveSome(redis, keys);
  }
}

async function moveSome(redis: RedisClient, keys: DirectoryKeys): Promise<number> {
  for (const earlier of keys.earlierNames) {
    const moved = await moveFrom(redis, keys, earlier);
    if (moved > 0) return moved;
  }
  return 0;
}

/** Moves the first users of an earlier order. Whoever is changed meanwhile stays there for the next time. */
async function moveFrom(redis: RedisClient, keys: DirectoryKeys, earlier: string): Promise<number> {
  const places = await redis.zRange(earlier, 0, AT_A_TIME - 1);
  if (places.length === 0) return 0;
  const ids = places.map(idAt);
  const records = await redis.hmGet(keys.users, ids);
  const args = places.flatMap((place, index) => {
    const [id = '', record] = [ids[index], records[index]];
    return [place, id, ...(typeof record === 'string' ? presentPlace(id, record) : ['', '', ''])];
  });
  await runScript(redis, MOVE_NAMES, [keys.users, earlier, keys.names(true), keys.names(false)], args);
  return places.length;
}

/** What the script takes of somebody who is there. */
function presentPlace(id: string, record: string): readonly string[] {
  const traits = readTraits(record);
  return [record, emailStartsWithName(traits) ? '3' : '4', placeIn('full_name', traits, id)];
}
