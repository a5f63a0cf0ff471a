import { AbortError, ErrorReply, TimeoutError, WatchError } from '@redis/client';
import { EntranceError } from '../errors.js';

/** Milliseconds after which a command has ended, whatever the server does: the contract promises one second. */
export const COMMAND_DEADLINE = 900;

/** Error replies that say "not now" or "not this server", by the prefix that Redis gives them. */
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

/** Whether the store couldn't be reached, or couldn't serve, when this was thrown. */
export function isStoreFailure(error: unknown): error is EntranceError {
  return error instanceof EntranceError && error.code === 'store_unavailable';
}

/** Whether there was no answer until a command's deadline: nobody waits for another one. */
export function isOverdue(error: unknown): boolean {
  return isStoreFailure(error) && error.cause instanceof TimeoutError;
}

export function storeUnavailable(cause: unknown): EntranceError {
  return new EntranceError('store_unavailable', { cause });
}

/** Everything that isn't the server's answer to a command is the connection's fault, save for our own mistakes. */
export function translated(error: unknown): unknown {
  if (error instanceof EntranceError) return error;
  if (error instanceof ErrorReply) {
    const reply = withoutArguments(error);
    return UNAVAILABLE_REPLIES.has(prefixOf(reply)) ? storeUnavailable(reply) : reply;
  }
  const ours = error instanceof TypeError || error instanceof AbortError || error instanceof WatchError;
  return ours ? error : storeUnavailable(error);
}

const ARGUMENTS = /,? with args beginning with:?[\s\S]*/;

/** Redis quotes the arguments of a command that it doesn’t know, for example the password of `HELLO 3 AUTH`: nobody may log them. */
export function withoutArguments(error: ErrorReply): ErrorReply {
  return ARGUMENTS.test(error.message) ? new ErrorReply(error.message.replace(ARGUMENTS, '')) : error;
}

/** For the log at debug level. */
export function stackOf(error: unknown): string {
  return error instanceof Error
    ? `${error.stack ?? error.message}`.replace(ARGUMENTS, '')
    : 'no error was thrown';
}

/** The code at the beginning of an error reply, such as `READONLY`. */
export function prefixOf(error: ErrorReply): string {
  return error.message.split(' ', 1)[0] ?? '';
}

/** Rejects with a TimeoutError where there is no reply in time. */
export function within<T>(milliseconds: number, reply: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    // After a pause of this process the timer is due before the replies that wait in the socket are read: let them in first.
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

/** Ends when a command has to, with the error that it has to end with. */
export function inTime<T>(reply: Promise<T>): Promise<T> {
  return within(COMMAND_DEADLINE, reply).catch((error: unknown) => {
    throw translated(error);
  });
}
