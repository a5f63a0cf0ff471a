import * as z from 'zod';

const LONGEST_TEXT = 1_024;
/** What a scope may hold (RFC 6749 §3.3), and blanks. */
const SCOPES = /^[\x21\x23-\x5b\x5d-\x7e\s]*$/;
/** The standard’s blank, and what people write who know lists of scopes from elsewhere: GitHub has commas in its own. */
const SEPARATORS = /[\s,;]+/;
const SEPARATED = 'with blanks, commas or semicolons between them';

/** How the meaning of a setting for scopes begins. */
export const SCOPES_ASKED = `The scopes that are asked for, ${SEPARATED}`;

/** A text of scopes as a list, each once. */
export const scopeList = z
  .string()
  .max(LONGEST_TEXT, `must be at most ${LONGEST_TEXT} characters long`)
  .regex(SCOPES, `must be scopes ${SEPARATED}`)
  .transform((text) => [...new Set(text.split(SEPARATORS).filter((scope) => scope !== ''))]);

/** Scopes as they are sent, which must contain these. `openid` makes a sign-in of the request. */
export function scopesWith(...required: readonly ['openid', ...string[]]) {
  return scopeList
    .refine(
      (list) => required.every((scope) => list.includes(scope)),
      `must contain ${required.join(' and ')}`,
    )
    .transform((list) => list.join(' '));
}

/** Adds a scope, unless it is there. */
export function withScope(scopes: string, scope: string): string {
  return scopes.split(' ').includes(scope) ? scopes : `${scopes} ${scope}`;
}

/** Refresh tokens are given for `offline_access` alone (OpenID Connect Core §11). */
export function withOfflineAccess({
  scopes,
  revalidateInterval,
}: {
  readonly scopes: string;
  readonly revalidateInterval: number;
}): string {
  return revalidateInterval === 0 ? scopes : withScope(scopes, 'offline_access');
}
