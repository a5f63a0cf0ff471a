import type { ServerMetadata } from 'openid-client';
import * as z from 'zod';
import { parseAuthContext } from '../identity/auth-context.js';
import { namedIn } from '../identity/claimed.js';
import { readList } from './claim-list.js';
import type { IdTokenClaims } from './id-token.js';

/** The claims of an ID token about the session, in contrast to those about the person. */
export interface SessionClaims {
  /** `sub`; present if the provider announces logout tokens, which may name the person by it. */
  readonly subject?: string;
  /** Tells the provider whom to sign out (OpenID Connect RP-Initiated Logout 1.0 §2, `logout_hint`). */
  readonly loginHint?: string;
  /** The ID token, which tells the provider which session to end (`id_token_hint`). It is stored sealed. */
  readonly idTokenHint?: string;
  /** The authentication contexts that the provider confirmed (`acrs`). */
  readonly authContexts?: readonly string[];
}

const sessionClaims = z.object({
  sub: z.string().max(1_024).optional().catch(undefined),
  login_hint: z.string().min(1).max(1_024).optional().catch(undefined),
  acrs: z.unknown().optional(),
});

/** Reads the validated claims; a claim of an unexpected form counts as absent. */
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
