import type { Config } from '../config/config.js';
import { redisAddressText } from '../config/redis-address.js';
import { EntranceError } from '../errors.js';
import { memberOf, networkCause } from '../network-cause.js';
import type { RedisFault } from '../redis/connection.js';

/** Why a command failed, in one line without a stack. */
export function failureWords(error: unknown): string {
  if (error instanceof EntranceError) return error.detail;
  const call = memberOf(error, 'syscall');
  const words =
    call === 'listen' || call === 'bind'
      ? listeningWords(error)
      : call === 'connect' || call === 'getaddrinfo'
        ? networkCause(error)?.words
        : undefined;
  return words ?? (error instanceof Error ? error.message : String(error));
}

function listeningWords(error: unknown): string | undefined {
  const [address, port] = [memberOf(error, 'address'), memberOf(error, 'port')].map(String);
  switch (memberOf(error, 'code')) {
    case 'EADDRINUSE':
      return `another program listens at ${address}:${port} already; PORT sets another port (EADDRINUSE)`;
    case 'EACCES':
      return `this process may not listen at ${address}:${port}; a PORT from 1024 on needs no rights (EACCES)`;
    case 'EADDRNOTAVAIL':
      return `${address} isn’t an address of this machine: correct HOST (EADDRNOTAVAIL)`;
    default:
      return undefined;
  }
}

/** Says why a command can’t use Redis: the address without credentials, the cause, and the remedy. */
export function storeFailureText({ store }: Pick<Config, 'store'>, { words, remedy }: RedisFault): string {
  const address = redisAddressText(store.redisUrl?.value() ?? '');
  return `Redis (${address}): ${words}.\n→ ${remedy}`;
}
