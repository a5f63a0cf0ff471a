import * as z from 'zod';
import type { Setting } from './setting.js';

const LONGEST_TEXT = 1_024;
/** Characters of a scope (RFC 6749 §3.3), and blanks. */
const SCOPES = /^[\x21\x23-\x5b\x5d-\x7e\s]*$/;
/** The standard’s blank, and other separators that people know: GitHub separates scopes by commas. */
const SEPARATORS = /[\s,;]+/;
const SEPARATED = 'with blanks, commas or semicolons between them';

/** The beginning of the meaning of a setting for scopes. */
export const SCOPES_ASKED = `The scopes that are asked for, ${SEPARATED}`;

/** A list of scopes, without repetitions. */
export const scopeList = z
  .string()
  .max(LONGEST_TEXT, `must be at most ${LONGEST_TEXT} characters long`)
  .regex(SCOPES, `must be scopes ${SEPARATED}`)
  .transform((text) => [...new Set(text.split(SEPARATORS).filter((scope) => scope !== ''))]);

/** Scopes as they are sent. They must contain `required`: a request is a sign-in only with `openid`. */
export function scopesWith(...required: readonly ['openid', ...string[]]) {
  return scopeList
    .refine(
      (list) => required.every((scope) => list.includes(scope)),
      `must contain ${required.join(' and ')}`,
    )
    .transform((list) => list.join(' '));
}

const USUAL_SCOPES = 'openid profile email';

/** The setting for the scopes that an OpenID Connect provider is asked for. */
export function scopeSetting(prefix: string): Setting<string> {
  return {
    name: `${prefix}_SCOPE`,
    default: USUAL_SCOPES,
    example: USUAL_SCOPES,
    meaning: `${SCOPES_ASKED}; \`openid\` must be among them.`,
    schema: scopesWith('openid'),
  };
}

/** Adds a scope, unless it is there already. */
export function withScope(scopes: string, scope: string): string {
  return scopes.split(' ').includes(scope) ? scopes : `${scopes} ${scope}`;
}

/** A provider gives refresh tokens only for `offline_access` (OpenID Connect Core §11). */
export function withOfflineAccess({
  scopes,
  revalidateInterval,
}: {
  readonly scopes: string;
  readonly revalidateInterval: number;
}): string {
  return revalidateInterval === 0 ? scopes : withScope(scopes, 'offline_access');
}
