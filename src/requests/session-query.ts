import * as z from 'zod';
import { searchText } from '../identity/text.js';
import { searchOf } from '../session/session-search.js';
import type { SessionPage, SessionQuery } from '../session/session-store.js';
import { DEFAULT_LIMIT, limitParameter, optionalParameter, parseSent } from '../validation.js';
import { decodeCursor, encodeCursor } from './cursor.js';
import { providerParameter } from './user-query.js';

const text = optionalParameter(z.string().max(320).overwrite(searchText));

/** The query string of a list of everybody’s sessions. An empty parameter counts as left out. */
export const sessionQueryString = z.object({
  limit: limitParameter,
  cursor: optionalParameter(z.string().max(200)),
  q: text.describe('Words of the name, the email, or the ID of the user.'),
  provider: optionalParameter(providerParameter),
  device: text.describe('Words of the device.'),
  address: text.describe('The IP address, or its beginning.'),
});

const cursorContent = z
  .tuple([z.int().nonnegative(), z.string().max(64)])
  .transform(([createdAt, handle]) => ({ createdAt, handle }));

/** @throws EntranceError `invalid_request` that names the parameter */
export function parseSessionQuery(query: unknown, defaultLimit = DEFAULT_LIMIT) {
  const { limit = defaultLimit, cursor, ...search } = parseSent(sessionQueryString, query, 'query string');
  const after = cursor === undefined ? undefined : decodeCursor(cursor, cursorContent);
  return { query: { limit, after, isMeant: searchOf(search) } satisfies SessionQuery, search };
}

/** The cursor of the page behind this page; null at the end. */
export function sessionCursor({ next }: SessionPage): string | null {
  return next === null ? null : encodeCursor(next.createdAt, next.handle);
}
