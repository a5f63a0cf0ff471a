import * as z from 'zod';
import { isUuid } from '../identity/uuid.js';
import type { ApiToken } from '../tokens/api-token.js';
import { DEFAULT_LIMIT, limitParameter, optionalParameter, parseSent } from '../validation.js';

/** The query string of a list of tokens. An empty parameter counts as left out. */
export const tokenQuery = z.object({
  limit: limitParameter,
  cursor: optionalParameter(
    z
      .string()
      .refine(isUuid, { error: 'not one that this list gave; leave it out to start with the newest' }),
  ),
});

/** Newest first. @throws EntranceError `invalid_request` that names the parameter */
export function tokenPage(all: readonly ApiToken[], query: unknown) {
  const { limit = DEFAULT_LIMIT, cursor } = parseSent(tokenQuery, query, 'query string');
  const ahead = cursor === undefined ? all : all.filter(({ id }) => id < cursor);
  const tokens = ahead.slice(0, limit);
  return { tokens, nextCursor: ahead.length > limit ? (tokens.at(-1)?.id ?? null) : null };
}
