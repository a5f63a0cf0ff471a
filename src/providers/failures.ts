import * as oidc from 'openid-client';
import * as z from 'zod';
import { EntranceError } from '../errors.js';
import { findInCauses, memberOf, networkCause } from '../network-cause.js';
import { type Refine, type ReportedError, readReport, reportedFailure } from './reported-error.js';

/**
 * Every way in which talking to a provider fails, as one of our codes. Decided by class and code, never by a message's
 * text. The cause is a summary for the log: no claims, no codes, no secrets.
 */
export function translateProviderError(
  error: unknown,
  refine: Refine,
  { duringDiscovery }: { readonly duringDiscovery: boolean },
): EntranceError {
  const own = findInCauses(error, (cause) => cause instanceof EntranceError);
  if (own instanceof EntranceError) return own;

  const reported = reportedError(error);
  if (reported !== undefined) return reportedFailure(reported, refine);
  const network = networkCause(error);
  if (network !== undefined) return new EntranceError('sso_unavailable', { cause: network });
  return new EntranceError(duringDiscovery ? 'sso_misconfigured' : 'sso_failed', {
    cause: summary(error),
    mend: remedyOf(error, duringDiscovery),
  });
}

/** For failures that go on until the operator changes something. */
function remedyOf(error: unknown, duringDiscovery: boolean): string | undefined {
  const isWithoutKey = findInCauses(error, (cause) => codeOf(cause) === NO_KEY) !== undefined;
  if (isWithoutKey) return KEY_REMEDY;
  return duringDiscovery ? METADATA_REMEDY : undefined;
}

/** openid-client's code if no published key fits the `kid` and `alg` of the token. */
const NO_KEY = 'OAUTH_KEY_SELECTION_FAILED';
const KEY_REMEDY =
  'No published key fits the token. If it goes on: the registration may sign with a key of its own (claims mapping) that isn’t valid, so renew that key or take the claims-mapping policy away; see too that no outbound proxy answers for jwks_uri with old keys.';
export const METADATA_REMEDY =
  'Check SSO_ENTRA_AUTHORITY and SSO_ENTRA_TENANT_ID, and whether an outbound proxy answers in the provider’s place: “entrance doctor” shows what it gets.';

/** The `iss` of an ID token that came from another issuer than the one expected. */
export function foreignIssuer(error: unknown): string | undefined {
  const detail = findInCauses(
    error,
    (cause) => claimOf(cause) === 'iss' && typeof cause === 'object' && 'claims' in (cause ?? {}),
  );
  const parsed = z.object({ claims: z.object({ iss: z.string() }) }).safeParse(detail);
  return parsed.data?.claims.iss;
}

/** The provider's own report; undefined if the failure is of another kind. */
export function reportedError(error: unknown): ReportedError | undefined {
  if (error instanceof oidc.AuthorizationResponseError) return readReport(Object.fromEntries(error.cause));
  if (error instanceof oidc.ResponseBodyError) return readReport(error.cause);
  if (!(error instanceof oidc.WWWAuthenticateChallengeError)) return undefined;
  const { error: named = 'invalid_client', error_description } = error.cause[0]?.parameters ?? {};
  return { error: named, description: error_description };
}

function summary(error: unknown): unknown {
  if (!(error instanceof Error)) return { reason: 'unknown' };
  const below = findInCauses(error.cause, (cause) => codeOf(cause) !== '');
  return {
    reason: error.message,
    code: codeOf(error),
    below: codeOf(below),
    claim: claimOf(error),
  };
}

/** The name of the claim that a comparison failed on, not its value. */
function claimOf(error: unknown): unknown {
  const detail = findInCauses(
    error,
    (cause) => typeof cause === 'object' && cause !== null && 'claim' in cause,
  );
  return typeof detail === 'object' && detail !== null && 'claim' in detail ? detail.claim : undefined;
}

function codeOf(value: unknown): string {
  const code = memberOf(value, 'code');
  return typeof code === 'string' ? code : '';
}
