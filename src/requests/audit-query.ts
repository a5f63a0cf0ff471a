import * as z from 'zod';
import { actionNames, outcomes } from '../audit/event.js';
import type { AuditFilter, AuditPage, AuditQuery } from '../audit/listing.js';
import { searchText } from '../identity/text.js';
import {
  DEFAULT_LIMIT,
  isMoment,
  limitParameter,
  momentProblem,
  optionalParameter,
  parseSent,
} from '../validation.js';
import { decodeCursor, encodeCursor } from './cursor.js';

const DAY = 86_400_000;

const filters = {
  action: optionalParameter(z.enum(actionNames)),
  outcome: optionalParameter(z.enum(outcomes)),
  user: optionalParameter(z.string().max(320).overwrite(searchText)),
  from: optionalParameter(z.string(momentProblem).refine(isMoment, momentProblem)),
  to: optionalParameter(z.string(momentProblem).refine(isMoment, momentProblem)),
};
const filterQuery = z.object(filters);
const cursorContent = z.tuple([z.enum(['older', 'newer']), z.int().positive()]);
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
  if (cursor === undefined) return { ...filterOf(rest), limit };
  const start = 'with the newest event';
  const [direction, sequence] = decodeCursor(cursor, cursorContent, { start });
  return { ...filterOf(rest), limit, cursor: { direction, sequence } };
}

/** The filters alone, as an export takes them. */
export function parseAuditFilter(query: unknown): AuditFilter {
  return filterOf(parseSent(filterQuery, query, 'query string'));
}

/** The cursors to the pages with older and newer events; null if there is no such page. */
export function auditCursors({ older, newer }: AuditPage) {
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
