import { connect as connectPlainly, type OnReadOpts } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { type ErrorReply, TimeoutError } from '@redis/client';
import { Decoder } from '@redis/client/dist/lib/RESP/decoder.js';
import type { HostPort } from '../config/redis-address.js';
import { COMMAND_DEADLINE, storeUnavailable, translated } from './failure.js';
import { QUEUE_LIMIT } from './node.js';

/** Bytes. */
const READ_SIZE = 65_536;
/** Replies as node-redis gives them where nobody asks for other types. */
const PLAIN_TYPES = {};

/** One connection that was opened, until it ends. Rejects as commands of node-redis do (`translated`). */
export interface Wire {
  send(...command: readonly string[]): Promise<unknown>;
  /** Ends it; what waits for a reply is rejected with this. */
  end(cause: unknown): void;
}

export interface WireEvents {
  /** Once commands may be sent. */
  opened(): void;
  /** What Redis says without being asked (RESP3 push): its kind, and what belongs to it. */
  pushed(kind: string, content: unknown): void;
  /** Once, with what has ended it. */
  ended(cause: unknown): void;
}

interface Waiting {
  resolve(reply: unknown): void;
  reject(error: unknown): void;
  /** As `performance.now()` has it. */
  readonly sentAt: number;
}

/**
 * Speaks RESP3 on a socket: replies come in the order of the commands (redis.io, “Redis serialization protocol
 * specification”). It ends when a reply doesn't come in time. A command leaves at once where nothing is under way, and otherwise together
 * with those of the same turn of the event loop.
 */
export function openWire(
  { host, port, tls }: HostPort & { readonly tls: boolean },
  { opened, pushed, ended }: WireEvents,
): Wire {
  /** Spares each read a buffer of its own, which Node.js makes 64 KB large; the decoder may keep what it is given. */
  const onread: OnReadOpts = {
    buffer: Buffer.alloc(READ_SIZE),
    callback(length, buffer) {
      read(Buffer.from(buffer.subarray(0, length)));
      return true;
    },
  };
  const socket = tls
    ? connectSecurely({ host, port }).on('data', read)
    : connectPlainly({ host, port, onread });
  const waiting: Waiting[] = [];
  let outgoing = '';
  let deadline: NodeJS.Timeout | undefined;
  let isOver = false;

  const decoder = new Decoder({
    onReply: (reply: unknown) => waiting.shift()?.resolve(reply),
    onErrorReply: (error: ErrorReply) => waiting.shift()?.reject(translated(error)),
    onPush: ([kind, content]: unknown[]) => pushed(String(kind), content),
    getTypeMapping: () => PLAIN_TYPES,
  });
  socket.setNoDelay(true);
  socket.on(tls ? 'secureConnect' : 'connect', opened);
  socket.on('error', end);
  socket.on('close', () => end(new Error('Redis hung up')));

  return { send, end };

  function read(bytes: Buffer): void {
    try {
      decoder.write(bytes);
    } catch (error) {
      end(error); // not the protocol: nothing that follows can be understood
    }
  }

  function send(...command: readonly string[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const underWay = waiting.length;
      if (isOver || underWay >= QUEUE_LIMIT) {
        const cause = isOver ? 'the connection has ended' : 'too many commands wait for a reply';
        reject(storeUnavailable(new Error(cause)));
        return;
      }
      const text = encoded(command);
      waiting.push({ resolve, reject, sentAt: performance.now() });
      if (outgoing === '' && underWay > 0) setImmediate(write);
      outgoing += text;
      if (underWay === 0) write();
      deadline ??= setTimeout(lookAtDeadline, COMMAND_DEADLINE);
    });
  }

  function write(): void {
    const text = outgoing;
    outgoing = '';
    if (!isOver) socket.write(text);
  }

  /** After a pause of this process the timer is due before the replies that wait in the socket are read: they are let in first. */
  function lookAtDeadline(): void {
    setImmediate(() => {
      const [first] = waiting;
      deadline = undefined;
      if (first === undefined || isOver) return;
      const left = first.sentAt + COMMAND_DEADLINE - performance.now();
      if (left > 0) deadline = setTimeout(lookAtDeadline, left);
      else end(new TimeoutError(`no reply in ${COMMAND_DEADLINE} ms`));
    });
  }

  function end(cause: unknown): void {
    if (isOver) return;
    isOver = true;
    clearTimeout(deadline);
    socket.destroy();
    for (const { reject } of waiting.splice(0)) reject(translated(cause));
    ended(cause);
  }
}

function encoded(command: readonly string[]): string {
  let text = `*${command.length}\r\n`;
  for (const part of command) text += `$${Buffer.byteLength(part)}\r\n${part}\r\n`;
  return text;
}
