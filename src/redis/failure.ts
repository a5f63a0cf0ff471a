import { AbortError, ErrorReply, TimeoutError, WatchError } from '@redis/client';
import { EntranceError } from '../errors.js';

/** The milliseconds after which a command fails, since the contract promises an answer within one second. */
export const COMMAND_DEADLINE_MS = 900;

/** Error replies of a server that can't serve now or isn't the right one, by their prefix. */
const UNAVAILABLE_REPLIES: ReadonlySet<string> = new Set([
  'BUSY',
  'CLUSTERDOWN',
  'LOADING',
  'MASTERDOWN',
  'MISCONF',
  'NOAUTH',
  'NOREPLICAS',
  'OOM',
  'READONLY',
  'TRYAGAIN',
]);

export function isStoreFailure(error: unknown): error is EntranceError {
  return error instanceof EntranceError && error.code === 'store_unavailable';
}

/** Whether a command failed at its deadline. Callers then don't try again, since nobody should wait twice. */
export function isOverdue(error: unknown): boolean {
  return isStoreFailure(error) && error.cause instanceof TimeoutError;
}

export function storeUnavailable(cause: unknown): EntranceError {
  return new EntranceError('store_unavailable', { cause });
}

/** Makes an error a failure of the store, unless it is the server's answer to the command or a mistake of ours. */
export function asStoreFailure(error: unknown): unknown {
  if (error instanceof EntranceError) return error;
  if (error instanceof ErrorReply) {
    const reply = withoutArguments(error);
    return UNAVAILABLE_REPLIES.has(prefixOf(reply)) ? storeUnavailable(reply) : reply;
  }
  const ours = error instanceof TypeError || error instanceof AbortError || error instanceof WatchError;
  return ours ? error : storeUnavailable(error);
}

const ARGUMENTS = /,? with args beginning with:?[\s\S]*/;

/** Redis quotes arguments, such as the password in `HELLO 3 AUTH`, and these must not be logged. */
export function withoutArguments(error: ErrorReply): ErrorReply {
  return ARGUMENTS.test(error.message) ? new ErrorReply(error.message.replace(ARGUMENTS, '')) : error;
}

/** The stack of an error without arguments, for the log at debug level. */
export function stackOf(error: unknown): string {
  return error instanceof Error
    ? `${error.stack ?? error.message}`.replace(ARGUMENTS, '')
    : 'no error was thrown';
}

/** The code at the beginning of an error reply, such as `READONLY`. */
export function prefixOf(error: ErrorReply): string {
  return error.message.split(' ', 1)[0] ?? '';
}

/** Rejects with a TimeoutError if there is no reply in time. */
export function withTimeout<T>(milliseconds: number, reply: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    // After a pause of the process, the timer is due before the waiting replies are read from the socket. So the
    // replies are read first.
    const expire = () => setImmediate(() => reject(new TimeoutError(`no reply in ${milliseconds} ms`)));
    const timer = setTimeout(expire, milliseconds);
    reply.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}

/** Gives the reply of a command, or `store_unavailable` at the deadline of commands. */
export function inTime<T>(reply: Promise<T>): Promise<T> {
  return withTimeout(COMMAND_DEADLINE_MS, reply).catch((error: unknown) => {
    throw asStoreFailure(error);
  });
}
