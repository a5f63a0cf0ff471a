import * as z from 'zod';
import { isFoundBy, type Team, teamOrder } from '../teams/teams.js';
import { DEFAULT_LIMIT, limitParameter, optionalParameter, parseSent } from '../validation.js';
import { decodeCursor, encodeCursor } from './cursor.js';

/** The query string of a list of teams. An empty parameter counts as left out. */
export const teamQuery = z.object({
  limit: limitParameter,
  cursor: optionalParameter(z.string().max(1_000)),
  /** The beginning of the name, without regard to case and accents. */
  q: optionalParameter(z.string().max(200)),
});

const cursorContent = z.tuple([z.literal('name'), z.string().min(1)]);

/** Gives the teams in the order of their names. @throws EntranceError `invalid_request` that names the parameter */
export function teamPage(all: readonly Team[], query: unknown) {
  const { limit = DEFAULT_LIMIT, cursor, q = '' } = parseSent(teamQuery, query, 'query string');
  const behind = cursor === undefined ? '' : teamOrder(decodeCursor(cursor, cursorContent)[1]);
  const ahead = all.filter(({ name }) => teamOrder(name) > behind && isFoundBy(q, name));
  const teams = ahead.slice(0, limit);
  const last = ahead.length > limit ? teams.at(-1) : undefined;
  return { teams, nextCursor: last === undefined ? null : encodeCursor('name', last.name) };
}
