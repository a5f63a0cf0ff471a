import * as z from 'zod';
import type { CredentialTrial } from '../provider.js';

/** Errors that an endpoint answers with once it knows who the client is (RFC 6749 §5.2). */
const AFTER_AUTHENTICATION: readonly string[] = [
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
];
const reported = z.object({ error: z.string() });

/**
 * Reads trials with a grant that the client needn’t be allowed: a provider that refuses the grant, and not the client, has
 * accepted the credential.
 */
export function acceptedByRefusedGrant(trials: readonly CredentialTrial[]): readonly CredentialTrial[] {
  return trials.map(({ error, ...trial }) => {
    const said = reported.safeParse(error?.cause).data?.error;
    if (trial.outcome === 'unknown' && said !== undefined && AFTER_AUTHENTICATION.includes(said))
      return { ...trial, outcome: 'accepted' };
    return error === undefined ? trial : { ...trial, error };
  });
}
