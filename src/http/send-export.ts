import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import type { AuditEvent } from '../audit/event.js';
import { type ExportFormat, exportText } from '../audit/export.js';

const contentTypes: Readonly<Record<ExportFormat, string>> = {
  ndjson: 'application/x-ndjson',
  csv: 'text/csv',
};

/** By it Excel knows that a CSV file is in UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Streams events as a file, as fast as the client reads; what waits in between is a few hundred kilobytes. CSV that a
 * browser downloads begins with a byte order mark; programs would take it for part of the first column’s name.
 */
export async function sendExport(
  response: Response,
  events: AsyncIterable<readonly AuditEvent[]>,
  format: ExportFormat,
  { forSpreadsheets = false } = {},
): Promise<void> {
  response.attachment(`audit.${format}`).type(contentTypes[format]);
  if (forSpreadsheets && format === 'csv') response.write(BYTE_ORDER_MARK);
  await pipeline(exportText(events, format), response).catch((error: unknown) => {
    if (!isHungUp(error)) throw error;
  });
}

/** The client left before the end. */
function isHungUp(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
