import type { Config } from '../config/config.js';
import { redisAddressText } from '../config/redis-address.js';
import type { RedisFault } from '../redis/connection.js';

/** Why a command couldn’t reach what the server keeps: where it looked, what is wrong, what to change. Without credentials. */
export function storeFailureText({ store }: Pick<Config, 'store'>, { words, remedy }: RedisFault): string {
  const address = redisAddressText(store.redisUrl?.value() ?? '');
  return `Redis (${address}): ${words}.\n→ ${remedy}`;
}
