import type { ServerMetadata } from 'openid-client';
import * as z from 'zod';
import { parseAuthContext } from '../identity/auth-context.js';
import { namedIn } from '../identity/claimed.js';
import { readList } from './claim-list.js';
import type { IdTokenClaims } from './id-token.js';

/** What an ID token says of the session that it begins, beside who it is. */
export interface SessionClaims {
  /** `sub`, where the provider announces logout tokens, which may name the person by it. */
  readonly subject?: string;
  /** What tells the provider whom to sign out (OpenID Connect RP-Initiated Logout 1.0 §2, `logout_hint`). */
  readonly loginHint?: string;
  /** What tells the provider which session to end (`id_token_hint`): the ID token. Kept sealed. */
  readonly idTokenHint?: string;
  /** The authentication contexts that were proved (`acrs`). */
  readonly authContexts?: readonly string[];
}

const sessionClaims = z.object({
  sub: z.string().max(1_024).optional().catch(undefined),
  login_hint: z.string().min(1).max(1_024).optional().catch(undefined),
  acrs: z.unknown().optional(),
});

/** From the validated claims; what isn't of the expected form counts as absent. */
export function readSessionClaims(
  claims: IdTokenClaims,
  { backchannel_logout_supported: isNamedBySubject }: Pick<ServerMetadata, 'backchannel_logout_supported'>,
): SessionClaims {
  const { sub, login_hint, acrs } = sessionClaims.parse(claims);
  const authContexts = [...new Set(namedIn(readList(acrs)))].filter(
    (name) => parseAuthContext(name) !== undefined,
  );
  return {
    ...(isNamedBySubject === true && sub !== undefined && { subject: sub }),
    ...(login_hint !== undefined && { loginHint: login_hint }),
    ...(authContexts.length > 0 && { authContexts }),
  };
}
