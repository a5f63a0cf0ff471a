import { KEY_SELECTION } from 'oauth4webapi';
import * as oidc from 'openid-client';
import * as z from 'zod';
import { EntranceError } from '../errors.js';
import { findInCauses, memberOf, networkCause } from '../network-cause.js';
import { type Refine, type ReportedError, readReport, reportedFailure } from './reported-error.js';

/** The operator’s remedies for failures that last until a setting is changed. */
export interface Remedies {
  readonly metadata: string;
  /** Replaces the usual remedy for a token that no published key verifies. */
  readonly keys?: string;
}

const KEYS_REMEDY =
  'No published key fits the token. If it goes on, see that no outbound proxy answers for jwks_uri with old keys.';

export interface TranslationOptions {
  readonly refine: Refine;
  readonly remedies: Remedies;
  readonly duringDiscovery: boolean;
}

/** Class and code decide, never a message's text. The cause, for the log, holds no claims, codes or secrets. */
export function translateProviderError(error: unknown, options: TranslationOptions): EntranceError {
  const own = findInCauses(error, (cause) => cause instanceof EntranceError);
  if (own instanceof EntranceError) return own;

  const reported = reportedError(error);
  if (reported !== undefined) return reportedFailure(reported, options.refine);
  const network = networkCause(error);
  if (network !== undefined) return new EntranceError('sso_unavailable', { cause: network });
  return new EntranceError(options.duringDiscovery ? 'sso_misconfigured' : 'sso_failed', {
    cause: summary(error),
    remedy: remedyOf(error, options),
  });
}

/** The remedy for a failure that lasts until the operator changes something. */
function remedyOf(error: unknown, { remedies, duringDiscovery }: TranslationOptions): string | undefined {
  const isWithoutKey = findInCauses(error, (cause) => codeOf(cause) === KEY_SELECTION) !== undefined;
  if (isWithoutKey) return remedies.keys ?? KEYS_REMEDY;
  return duringDiscovery ? remedies.metadata : undefined;
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

/** The provider's own error; undefined if the failure is of another kind. */
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

/** The name of the claim that didn't match, never its value. */
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
