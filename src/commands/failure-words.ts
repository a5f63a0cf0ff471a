import { EntranceError } from '../errors.js';
import { memberOf, networkCause } from '../network-cause.js';

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
