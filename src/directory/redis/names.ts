import { EntranceError } from '../../errors.js';
import type { RedisClient } from '../../redis/connection.js';
import { runScript } from '../../redis/script.js';
import { emailStartsWithName } from '../user-keys.js';
import { idAt, placeIn } from '../user-order.js';
import { readTraits } from '../user-record.js';
import { type DirectoryKeys, wordPlaces } from './keys.js';
import { MOVE_NAMES } from './scripts.js';

// Earlier versions keep the order by name under other keys, in another form, and no order of words. The migration moves
// their users to the present orders, which empties the earlier keys. If an instance of an earlier version writes a user later, the user
// appears under the earlier keys again and is moved too. Such an instance doesn't remove users from the present order,
// so a list skips each user whose place there is out of date.

/** The users that one script moves, which takes Redis a few milliseconds. */
const AT_A_TIME = 250;
/**
 * The most steps of a migration that a list makes by itself. Between two lists an instance of an earlier version hardly
 * writes more users than these steps move.
 */
const STEPS_OF_A_LIST = 4;

/** Moves all users in batches, and gives their number. If it breaks off, the next call continues. */
export async function migrateNames(redis: RedisClient, keys: DirectoryKeys): Promise<number> {
  let migrated = 0;
  for (let moved = await moveSome(redis, keys); moved > 0; moved = await moveSome(redis, keys))
    migrated += moved;
  return migrated;
}

/**
 * Moves the users that are still in the earlier order, if they are few: a list would lack them otherwise.
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

/** Moves the first users of an earlier order. A user who changes during the move stays there until the next move. */
async function moveFrom(redis: RedisClient, keys: DirectoryKeys, earlier: string): Promise<number> {
  const places = await redis.zRange(earlier, 0, AT_A_TIME - 1);
  if (places.length === 0) return 0;
  const ids = places.map(idAt);
  const records = await redis.hmGet(keys.users, ids);
  const args = places.flatMap((place, index) => {
    const [id = '', record] = [ids[index], records[index]];
    return [place, id, ...(typeof record === 'string' ? presentPlaces(id, record) : ['', '', '', ''])];
  });
  const order = [keys.names(true), keys.names(false), keys.words];
  await runScript(redis, MOVE_NAMES, [keys.users, earlier, ...order], args);
  return places.length;
}

/** The arguments of the script for a user who exists. */
function presentPlaces(id: string, record: string): readonly string[] {
  const traits = readTraits(record);
  const order = emailStartsWithName(traits) ? '3' : '4';
  return [record, order, placeIn('full_name', traits, id), JSON.stringify(wordPlaces(traits, id))];
}
