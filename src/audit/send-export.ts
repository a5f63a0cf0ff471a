import type { Response } from 'express';
import { sendFile } from '../send-file.js';
import type { AuditEvent } from './event.js';
import { type ExportFormat, exportText } from './export.js';

export { EXPORT_STALL_TIMEOUT_MS, MOST_EXPORTS } from '../send-file.js';

const contentTypes: Readonly<Record<ExportFormat, string>> = {
  ndjson: 'application/x-ndjson',
  csv: 'text/csv',
};

/** Streams events as a file. A CSV file that a browser downloads begins with a byte order mark. */
export function sendExport(
  response: Response,
  events: AsyncIterable<readonly AuditEvent[]>,
  format: ExportFormat,
  { forSpreadsheets = false, ...more }: { forSpreadsheets?: boolean; stallTimeoutMs?: number } = {},
): Promise<void> {
  return sendFile(response, {
    name: `audit.${format}`,
    type: contentTypes[format],
    text: exportText(events, format),
    byteOrderMark: forSpreadsheets && format === 'csv',
    ...more,
  });
}
