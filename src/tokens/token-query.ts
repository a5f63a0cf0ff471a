import * as z from 'zod';
import { EntranceError } from '../errors.js';
import { isUuid } from '../identity/uuid.js';
import type { ApiToken } from './tokens.js';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());

/** The query string of a list of tokens. An empty parameter counts as left out. */
export const tokenQuery = z.object({
  limit: optional(
    z.coerce
      .number({ error: `a whole number from 1 to ${MAX_LIMIT}` })
      .int()
      .min(1)
      .max(MAX_LIMIT),
  ),
  cursor: optional(
    z
      .string()
      .refine(isUuid, { error: 'not one that this list gave; leave it out to start with the newest' }),
  ),
});

export interface TokenPage {
  readonly tokens: readonly ApiToken[];
  readonly nextCursor: string | null;
}

/**
 * One page of `all`, which are newest first. A cursor is the ID that it goes on behind.
 * @throws EntranceError `invalid_request` that names the parameter
 */
export function tokenPage(all: readonly ApiToken[], query: unknown): TokenPage {
  const parsed = tokenQuery.safeParse(query);
  if (!parsed.success) {
    throw new EntranceError('invalid_request', {
      detail: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
    });
  }
  const { limit = DEFAULT_LIMIT, cursor } = parsed.data;
  const ahead = cursor === undefined ? all : all.filter(({ id }) => id < cursor);
  const tokens = ahead.slice(0, limit);
  return { tokens, nextCursor: ahead.length > limit ? (tokens.at(-1)?.id ?? null) : null };
}
