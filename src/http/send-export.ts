import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import type { AuditEvent } from '../audit/event.js';
import { type ExportFormat, exportText } from '../audit/export.js';
import { EntranceError } from '../errors.js';

const contentTypes: Readonly<Record<ExportFormat, string>> = {
  ndjson: 'application/x-ndjson',
  csv: 'text/csv',
};

/** A reader that takes no piece of some 200 KB for as long is cut off. */
export const EXPORT_STALL_TIMEOUT_MS = 30_000;
/** Exports that this process sends at once: each holds a few pieces in memory. */
export const MOST_EXPORTS = 10;
let underWay = 0;

/** By it Excel knows that a CSV file is in UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Streams events as a file, as fast as the client reads; at most a few hundred kilobytes wait in between. CSV that a
 * browser downloads begins with a byte order mark; programs would take it for part of the first column’s name.
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

/** The client left before the end. */
function isHungUp(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
