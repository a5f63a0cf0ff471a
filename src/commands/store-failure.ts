import type { Config } from '../config/config.js';
import { redisAddressText } from '../config/redis-address.js';
import type { RedisFault } from '../redis/connection.js';

/** Says why a command can’t use Redis: the address without credentials, the cause, and the remedy. */
export function storeFailureText({ store }: Pick<Config, 'store'>, { words, remedy }: RedisFault): string {
  const address = redisAddressText(store.redisUrl?.value() ?? '');
  return `Redis (${address}): ${words}.\n→ ${remedy}`;
}
