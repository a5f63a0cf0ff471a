import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import { EntranceError } from './errors.js';

/** Milliseconds after which a reader that takes no piece of some 200 KB is cut off. */
export const EXPORT_STALL_TIMEOUT_MS = 30_000;
/** Exports that this process sends at the same time: each holds a few pieces in memory. */
export const MOST_EXPORTS = 10;
let underWay = 0;

/** Excel recognises a CSV file in UTF-8 by this mark. */
const BYTE_ORDER_MARK = '\uFEFF';

export interface SentFile {
  readonly name: string;
  readonly type: string;
  readonly text: AsyncIterable<string>;
  /** Begins the file with a byte order mark. A program would read the mark as a part of the first column’s name. */
  readonly byteOrderMark?: boolean;
  readonly stallTimeoutMs?: number;
}

/** Streams a text as fast as the client reads. @throws EntranceError `too_many_requests` */
export async function sendFile(
  response: Response,
  { name, type, text, byteOrderMark = false, stallTimeoutMs = EXPORT_STALL_TIMEOUT_MS }: SentFile,
): Promise<void> {
  if (underWay >= MOST_EXPORTS)
    throw new EntranceError('too_many_requests', { retryAfter: Math.ceil(stallTimeoutMs / 1_000) });
  underWay += 1;
  const stall = setTimeout(() => response.destroy(), stallTimeoutMs);
  try {
    response.attachment(name).type(type);
    if (byteOrderMark) response.write(BYTE_ORDER_MARK);
    await pipeline(refreshing(stall, text), response);
  } catch (error) {
    if (!isHungUp(error)) throw error;
  } finally {
    clearTimeout(stall);
    underWay -= 1;
  }
}

async function* refreshing(stall: NodeJS.Timeout, pieces: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const piece of pieces) {
    yield piece;
    stall.refresh();
  }
}

/** The client closed the connection before the end. */
function isHungUp(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
