import * as z from 'zod';
import type { AuditFilter, AuditPage, AuditQuery } from '../audit/audit.js';
import { actionNames, outcomes } from '../audit/event.js';
import { EntranceError } from '../errors.js';
import { searchText } from '../identity/text.js';
import { isMoment, limitParameter, momentProblem, optionalParameter, parseSent } from '../validation.js';

const DEFAULT_LIMIT = 50;
const DAY = 86_400_000;

const filters = {
  action: optionalParameter(z.enum(actionNames)),
  outcome: optionalParameter(z.enum(outcomes)),
  user: optionalParameter(z.string().max(320).overwrite(searchText)),
  from: optionalParameter(z.string(momentProblem).refine(isMoment, momentProblem)),
  to: optionalParameter(z.string(momentProblem).refine(isMoment, momentProblem)),
};
const filterQuery = z.object(filters);
export const auditQueryString = z.object({
  ...filters,
  limit: limitParameter,
  cursor: optionalParameter(z.string().max(100)),
});

/**
 * The query string of a list of events: `limit`, `cursor`, `action`, `outcome`, `user` (an ID or an email), `from`
 * (inclusive) and `to` (exclusive; a date alone means to its end). An empty parameter counts as left out.
 * @throws EntranceError `invalid_request` that names the parameter
 */
export function parseAuditQuery(query: unknown, defaultLimit = DEFAULT_LIMIT): AuditQuery {
  const { limit = defaultLimit, cursor, ...rest } = parseSent(auditQueryString, query, 'query string');
  return {
    ...filterOf(rest),
    limit,
    ...(cursor === undefined ? {} : { cursor: decodeCursor(cursor) }),
  };
}

/** The filters alone, as an export takes them. */
export function parseAuditFilter(query: unknown): AuditFilter {
  return filterOf(parseSent(filterQuery, query, 'query string'));
}

/** The cursors to the pages with older and newer events; null if there is no such page. */
export function auditCursors({ older, newer }: AuditPage): {
  readonly older: string | null;
  readonly newer: string | null;
} {
  return {
    older: older === null ? null : encodeCursor('older', older),
    newer: newer === null ? null : encodeCursor('newer', newer),
  };
}

function filterOf({ from, to, ...rest }: z.infer<typeof filterQuery>): AuditFilter {
  return {
    ...rest,
    from: from === undefined ? undefined : Date.parse(from),
    to: to === undefined ? undefined : Date.parse(to) + (isDate(to) ? DAY : 0),
  };
}

function isDate(text: string): boolean {
  return z.iso.date().safeParse(text).success;
}

function encodeCursor(direction: 'older' | 'newer', sequence: number): string {
  return Buffer.from(`${direction} ${sequence}`).toString('base64url');
}

function decodeCursor(text: string): NonNullable<AuditQuery['cursor']> {
  const [, direction, sequence] =
    /^(older|newer) ([1-9]\d{0,14})$/.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  if ((direction === 'older' || direction === 'newer') && sequence !== undefined)
    return { direction, sequence: Number(sequence) };
  throw new EntranceError('invalid_request', {
    detail: 'cursor: not one that this list gave. Leave it out to start with the newest event.',
  });
}
