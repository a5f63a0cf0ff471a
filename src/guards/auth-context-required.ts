import { EntranceError } from '../errors.js';
import { claimsRequestFor } from '../identity/auth-context.js';
import type { SessionRecord } from '../session/session-record.js';

/**
 * The session doesn't carry an authentication context that a route asks for. Programs read in the claims
 * challenge of `WWW-Authenticate` which claims to request from the provider.
 */
export class AuthContextRequired extends EntranceError {
  readonly authContext: string;
  /** The hint for the provider which person has to come back; undefined if no provider signed this person in. */
  readonly loginHint: string | undefined;
  /** The ID of the provider that the session began with. */
  readonly provider: string;

  constructor(authContext: string, { provider, loginHint, email }: SessionRecord) {
    const claims = Buffer.from(claimsRequestFor(authContext)).toString('base64');
    super('auth_context_required', {
      challenge: `Bearer error="insufficient_claims", claims="${claims}"`,
      cause: { expected: authContext },
    });
    this.authContext = authContext;
    this.provider = provider;
    this.loginHint = provider === 'local' ? undefined : (loginHint ?? email);
  }
}
