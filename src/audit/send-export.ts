import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import { EntranceError } from '../errors.js';
import type { AuditEvent } from './event.js';
import { type ExportFormat, exportText } from './export.js';

const contentTypes: Readonly<Record<ExportFormat, string>> = {
  ndjson: 'application/x-ndjson',
  csv: 'text/csv',
};

/** Milliseconds after which a reader that takes no piece of some 200 KB is cut off. */
export const EXPORT_STALL_TIMEOUT_MS = 30_000;
/** Exports that this process sends at the same time: each holds a few pieces in memory. */
export const MOST_EXPORTS = 10;
let underWay = 0;

/** Excel recognises a CSV file in UTF-8 by this mark. */
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Streams events as a file, as fast as the client reads; at most a few hundred kilobytes wait in memory. A CSV file
 * that a browser downloads begins with a byte order mark; a program gets none, since it would read the mark as a part
 * of the first column’s name.
 */
export async function sendExport(
  response: Response,
  events: AsyncIterable<readonly AuditEvent[]>,
  format: ExportFormat,
  { forSpreadsheets = false, stallTimeoutMs = EXPORT_STALL_TIMEOUT_MS } = {},
): Promise<void> {
  if (underWay >= MOST_EXPORTS)
    throw new EntranceError('too_many_requests', { retryAfter: Math.ceil(stallTimeoutMs / 1_000) });
  underWay += 1;
  const stall = setTimeout(() => response.destroy(), stallTimeoutMs);
  try {
    response.attachment(`audit.${format}`).type(contentTypes[format]);
    if (forSpreadsheets && format === 'csv') response.write(BYTE_ORDER_MARK);
    await pipeline(refreshing(stall, exportText(events, format)), response);
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
