import { EntranceError } from '../../errors.js';
import type { RedisClient } from '../../redis/connection.js';
import { runScript } from '../../redis/script.js';
import { idAt } from '../user-order.js';
import { readTraits } from '../user-record.js';
import { type DirectoryKeys, packedPlaces, wordAt } from './keys.js';
import { MOVE_NAMES } from './scripts.js';

// Earlier versions keep the order by name and the words under other keys, in another form. The migration moves their users
// to the present orders, which empties the earlier keys. If an instance of an earlier version writes a user later, the
// user appears under the earlier keys again and is moved too. Such an instance doesn't remove users from the present
// orders, so a list skips each user whose place there is out of date.

/** The users that one script moves, which takes Redis a few milliseconds. */
const AT_A_TIME = 50;
/**
 * The most steps of a migration that a list makes by itself. Between two lists an instance of an earlier version hardly
 * writes more users than these steps move.
 */
const STEPS_OF_A_LIST = 8;

/** Moves all users in batches, and gives their number. If it breaks off, the next call continues. */
export async function migrateNames(redis: RedisClient, keys: DirectoryKeys): Promise<number> {
  let migrated = 0;
  for (const earlier of keys.earlierNames) migrated += await moveAll(redis, keys, earlier);
  await moveAll(redis, keys, keys.earlierWords);
  return migrated;
}

async function moveAll(redis: RedisClient, keys: DirectoryKeys, earlier: string): Promise<number> {
  let all = 0;
  for (;;) {
    const moved = await moveSome(redis, keys, earlier);
    if (moved === 0) return all;
    all += moved;
  }
}

/**
 * Moves the users that are still in an earlier order, if they are few: a list would lack them otherwise.
 * @throws EntranceError `store_unavailable` if they are many
 */
export async function completeNames(redis: RedisClient, keys: DirectoryKeys): Promise<void> {
  const earlier = [...keys.earlierNames, keys.earlierWords];
  for (let step = 0; (await redis.exists(earlier)) > 0; step += 1) {
    if (step === STEPS_OF_A_LIST)
      throw new EntranceError('store_unavailable', {
        detail: 'The order of people by name is being renewed. Try again in a moment.',
      });
    for (const key of earlier) await moveSome(redis, keys, key);
  }
}

/** Moves the first users of an earlier order. A user who changes during the move stays there until the next move. */
async function moveSome(redis: RedisClient, keys: DirectoryKeys, earlier: string): Promise<number> {
  const places = await redis.zRange(earlier, 0, AT_A_TIME - 1);
  if (places.length === 0) return 0;
  const ids = places.map(idAt);
  const records = await redis.hmGet(keys.users, ids);
  const order = [
    keys.users,
    earlier,
    keys.earlierWords,
    keys.names,
    keys.words('full_name'),
    keys.words('email'),
  ];
  const args = places.flatMap((place, index) => {
    const [id = '', record] = [ids[index], records[index]];
    if (typeof record !== 'string') return [place, id, '', '[]', '[]'];
    const present = packedPlaces(keys, readTraits(record), id);
    const words = present.filter(({ key }) => key !== keys.names).map((one) => `${wordAt(one.place)}\0${id}`);
    const numbered = present.map((one) => [order.indexOf(one.key) + 1, one.place]);
    return [place, id, record, JSON.stringify(words), JSON.stringify(numbered)];
  });
  await runScript(redis, MOVE_NAMES, order, args);
  return places.length;
}
