import { csvLine } from '../identity/csv-line.js';
import { printableJson } from '../identity/printable.js';
import { canonicalJson } from './canonical-json.js';
import type { AuditEvent } from './event.js';

export const exportFormats = ['ndjson', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/**
 * The columns of the CSV, named as in the Elastic Common Schema. Only the heading `@timestamp` would be a formula in a
 * spreadsheet.
 */
const columns: readonly (readonly [
  name: string,
  value: (event: AuditEvent) => string | number | undefined,
])[] = [
  ['event.sequence', ({ event }) => event.sequence],
  ['timestamp', (event) => event['@timestamp']],
  ['event.action', ({ event }) => event.action],
  ['event.outcome', ({ event }) => event.outcome],
  ['event.reason', ({ event }) => event.reason],
  ['user.id', ({ user }) => user?.id],
  ['user.email', ({ user }) => user?.email],
  ['user.full_name', ({ user }) => user?.full_name],
  ['user.target.id', ({ user }) => user?.target?.id],
  ['user.target.email', ({ user }) => user?.target?.email],
  ['user.target.full_name', ({ user }) => user?.target?.full_name],
  ['user.changes.email', ({ user }) => user?.changes?.email],
  ['user.changes.full_name', ({ user }) => user?.changes?.full_name],
  ['source.ip', ({ source }) => source?.ip],
  ['user_agent.original', ({ user_agent }) => user_agent?.original],
  ['http.request.id', ({ http }) => http?.request.id],
  ['organization.id', ({ organization }) => organization?.id],
  ['entrance.provider', ({ entrance }) => entrance.provider],
  ['entrance.acting_token.id', ({ entrance }) => entrance.acting_token?.id],
  ['entrance.acting_token.name', ({ entrance }) => entrance.acting_token?.name],
  ['entrance.token.id', ({ entrance }) => entrance.token?.id],
  ['entrance.token.name', ({ entrance }) => entrance.token?.name],
  ['entrance.roles.added', ({ entrance }) => entrance.roles?.added.join(' ')],
  ['entrance.roles.removed', ({ entrance }) => entrance.roles?.removed.join(' ')],
  ['entrance.sessions', ({ entrance }) => entrance.sessions],
  ['entrance.aadsts', ({ entrance }) => entrance.aadsts],
  ['entrance.provider_code', ({ entrance }) => entrance.provider_code],
  ['entrance.correlation_id', ({ entrance }) => entrance.correlation_id],
  ['entrance.host_code', ({ entrance }) => entrance.host_code],
  ['event.id', ({ event }) => event.id],
  ['event.hash', ({ event }) => event.hash],
  ['entrance.previous_hash', ({ entrance }) => entrance.previous_hash],
];

/**
 * The events as text, one piece for each piece that comes in. The log is read only as fast as the receiver takes the
 * text.
 */
export async function* exportText(
  pieces: AsyncIterable<readonly AuditEvent[]>,
  format: ExportFormat,
): AsyncGenerator<string> {
  if (format === 'csv') yield csvLine(columns.map(([name]) => name));
  const toLine = format === 'csv' ? toCsv : (event: AuditEvent) => `${printableJson(canonicalJson(event))}\n`;
  for await (const events of pieces) yield events.map(toLine).join('');
}

function toCsv(event: AuditEvent): string {
  return csvLine(columns.map(([, value]) => value(event)));
}
