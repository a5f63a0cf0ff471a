import * as z from 'zod';
import type { CredentialTrial } from '../provider.js';

/** Errors that a token endpoint sends only after it has authenticated the client (RFC 6749 §5.2). */
const AFTER_AUTHENTICATION: readonly string[] = [
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
];
const reported = z.object({ error: z.string() });

/** If the provider refuses the grant and not the client, it has accepted the credential. */
export function acceptedByRefusedGrant(trials: readonly CredentialTrial[]): readonly CredentialTrial[] {
  return trials.map(({ error, ...trial }) => {
    const said = reported.safeParse(error?.cause).data?.error;
    if (trial.outcome === 'unknown' && said !== undefined && AFTER_AUTHENTICATION.includes(said))
      return { ...trial, outcome: 'accepted' };
    return error === undefined ? trial : { ...trial, error };
  });
}
