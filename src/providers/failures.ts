import * as oidc from 'openid-client';
import * as z from 'zod';
import { EntranceError } from '../errors.js';
import { type Refine, type ReportedError, reportedFailure } from './reported-error.js';

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
  if (isNetworkFailure(error)) return new EntranceError('sso_unavailable', { cause: summary(error) });
  return new EntranceError(duringDiscovery ? 'sso_misconfigured' : 'sso_failed', { cause: summary(error) });
}

/** The `iss` of an ID token that came from another issuer than the one expected. */
export function foreignIssuer(error: unknown): string | undefined {
  const detail = findInCauses(
    error,
    (cause) => claimOf(cause) === 'iss' && typeof cause === 'object' && 'claims' in (cause ?? {}),
  );
  const parsed = z.object({ claims: z.object({ iss: z.string() }) }).safeParse(detail);
  return parsed.data?.claims.iss;
}

/** What the provider itself reported; undefined where the failure is of another kind. */
export function reportedError(error: unknown): ReportedError | undefined {
  if (error instanceof oidc.AuthorizationResponseError || error instanceof oidc.ResponseBodyError) {
    return { error: error.error, description: error.error_description };
  }
  return error instanceof oidc.WWWAuthenticateChallengeError
    ? {
        error: error.cause[0]?.parameters.error ?? 'invalid_client',
        description: error.cause[0]?.parameters.error_description,
      }
    : undefined;
}

/** What happens below HTTP: among the causes is an error with a code of the system; a deadline has a name. */
function isNetworkFailure(error: unknown): boolean {
  return (
    findInCauses(
      error,
      (cause) => DEADLINE_NAMES.test(memberOf(cause, 'name')) || NETWORK_CODES.test(memberOf(cause, 'code')),
    ) !== undefined
  );
}

function memberOf(value: unknown, name: 'name' | 'code'): string {
  const member =
    typeof value === 'object' && value !== null && name in value
      ? (value as Record<typeof name, unknown>)[name]
      : undefined; // `in` has just found it
  return typeof member === 'string' ? member : '';
}

const DEADLINE_NAMES = /^(?:TimeoutError|AbortError)$/;
const NETWORK_CODES =
  /^(OAUTH_TIMEOUT$|OAUTH_ABORT$|ECONN|ENOTFOUND$|EAI_|EHOSTUNREACH$|ENETUNREACH$|ETIMEDOUT$|EPIPE$|CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/;

function summary(error: unknown): unknown {
  if (!(error instanceof Error)) return { reason: 'unknown' };
  const below = findInCauses(error.cause, (cause) => memberOf(cause, 'code') !== '');
  return {
    reason: error.message,
    code: memberOf(error, 'code'),
    below: memberOf(below, 'code'),
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

export function findInCauses(error: unknown, matches: (cause: unknown) => boolean): unknown {
  let current: unknown = error;
  for (let depth = 0; depth < 8 && current !== undefined && current !== null; depth += 1) {
    if (matches(current)) return current;
    current = typeof current === 'object' && 'cause' in current ? current.cause : undefined;
  }
  return undefined;
}
