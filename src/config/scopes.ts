import * as z from 'zod';

/** Scopes with blanks between them (RFC 6749 §3.3) as a list, each once. */
export const scopeList = z
  .string()
  .regex(/^[\x21\x23-\x5b\x5d-\x7e\s]*$/, 'must be scopes with blanks between them')
  .transform((text) => [...new Set(text.split(/[\s,;]+/).filter((scope) => scope !== ''))]);

/** Scopes as they are sent. `openid` makes a sign-in of the request. */
export const scopes = scopeList
  .refine((list) => list.includes('openid'), 'must contain openid')
  .transform((list) => list.join(' '));

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
