import * as z from 'zod';
import type { SortKey, UserPage, UserQuery } from '../directory/directory.js';
import { cleanText } from '../identity/text.js';
import { userStatuses } from '../identity/user.js';
import {
  DEFAULT_LIMIT,
  isMoment,
  limitParameter,
  momentProblem,
  optionalParameter,
  parseSent,
} from '../validation.js';
import { decodeCursor, encodeCursor } from './cursor.js';

export const sortKeys = [
  'email',
  'full_name',
  'created_at',
  'last_login_at',
] as const satisfies readonly SortKey[];

/** The ID of a provider, or `local`. */
export const providerParameter = z
  .string()
  .regex(/^[a-z][\w-]{0,63}$/, 'must be the ID of a provider, or local');

export const userQueryString = z.object({
  limit: limitParameter,
  cursor: optionalParameter(z.string().max(2_048)),
  /** Cleaned like the names that it is compared with. */
  q: optionalParameter(z.string().max(200).overwrite(cleanText)),
  provider: optionalParameter(providerParameter),
  role: optionalParameter(z.string().max(200)),
  status: optionalParameter(z.enum(userStatuses)),
  team: optionalParameter(z.string().max(200)),
  not_signed_in_since: optionalParameter(z.string(momentProblem).refine(isMoment, momentProblem)),
  sort: optionalParameter(
    z.templateLiteral([z.enum(['', '-']), z.enum(sortKeys)], {
      error: `one of ${sortKeys.join(', ')}, with a - in front for the other way round`,
    }),
  ),
});

/**
 * The query string of a list of users: `limit`, `cursor`, `q`, `provider`, `role`, `status`, `team` (its ID),
 * `not_signed_in_since` (a date means its beginning in UTC), `sort` (a `-` in front sorts the other way round). An empty
 * parameter counts as left out.
 * @throws EntranceError `invalid_request` that names the parameter
 */
export function parseUserQuery(query: unknown, defaults: { sort: string; limit?: number }): UserQuery {
  const parsed = parseSent(userQueryString, query, 'query string');
  const {
    limit = defaults.limit ?? DEFAULT_LIMIT,
    cursor,
    sort = defaults.sort,
    not_signed_in_since: since,
    ...filters
  } = parsed;
  return {
    ...(since === undefined ? {} : { notSignedInSince: new Date(since).toISOString() }),
    ...(Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined)) as Pick<
      UserQuery,
      'q' | 'provider' | 'role' | 'status' | 'team'
    >), // only filters that are set
    sort: sortKeyOf(sort),
    descending: sort.startsWith('-'),
    limit,
    ...(cursor === undefined ? {} : { cursor: cursorIn(cursor, sort) }),
  };
}

/** A cursor is valid only for the order that it was made in. */
function cursorIn(text: string, sort: string): NonNullable<UserQuery['cursor']> {
  const content = z.tuple([z.enum(['after', 'before']), z.literal(sort), z.string()]);
  const list = 'this list gave for this sort order';
  const [direction, , position] = decodeCursor(text, content, { list });
  return { direction, position };
}

/** The cursors to the pages after and before this page; null if there is no such page. */
export function pageCursors(page: UserPage, query: UserQuery) {
  const sort = `${query.descending ? '-' : ''}${query.sort}`;
  return {
    next: page.next === null ? null : encodeCursor('after', sort, page.next),
    previous: page.previous === null ? null : encodeCursor('before', sort, page.previous),
  };
}

function sortKeyOf(sort: string): SortKey {
  const key = sortKeys.find((one) => sort === one || sort === `-${one}`);
  if (key === undefined) throw new TypeError(`unknown sort key ${sort}`);
  return key;
}
