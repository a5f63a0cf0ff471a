import * as z from 'zod';
import { isUuid } from '../identity/uuid.js';
import type { ApiToken } from '../tokens/api-token.js';
import { limitParameter, optionalParameter, parseSent } from '../validation.js';

const DEFAULT_LIMIT = 50;

/** The query string of a list of tokens. An empty parameter counts as left out. */
export const tokenQuery = z.object({
  limit: limitParameter,
  cursor: optionalParameter(
    z
      .string()
      .refine(isUuid, { error: 'not one that this list gave; leave it out to start with the newest' }),
  ),
});

export interface TokenPage {
  readonly tokens: readonly ApiToken[];
  readonly nextCursor: string | null;
}

/** Newest first. @throws EntranceError `invalid_request` that names the parameter */
export function tokenPage(all: readonly ApiToken[], query: unknown): TokenPage {
  const { limit = DEFAULT_LIMIT, cursor } = parseSent(tokenQuery, query, 'query string');
  const ahead = cursor === undefined ? all : all.filter(({ id }) => id < cursor);
  const tokens = ahead.slice(0, limit);
  return { tokens, nextCursor: ahead.length > limit ? (tokens.at(-1)?.id ?? null) : null };
}
