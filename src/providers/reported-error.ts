import * as z from 'zod';
import type { SignInErrorCode } from '../error-codes.js';
import { EntranceError, type ErrorFacts } from '../errors.js';

/** An error in the terms of RFC 6749 §4.1.2.1 and §5.2, with members that some providers add. */
export interface ReportedError {
  readonly error: string;
  readonly description?: string | undefined;
  /** The address of a page about the error (RFC 6749). */
  readonly uri?: string | undefined;
  /** The provider's own numbers; the first is that of the error. */
  readonly numbers?: readonly number[] | undefined;
  /** A more precise word than `error`, such as `basic_action`, or `cancel` in a redirect. */
  readonly suberror?: string | undefined;
  /** The claims that the next request has to ask for (OpenID Connect Core §5.5), for example a second factor. */
  readonly claims?: string | undefined;
  readonly traceId?: string | undefined;
  readonly correlationId?: string | undefined;
  readonly timestamp?: string | undefined;
}

/** A provider's knowledge about one of its errors: our code, the facts that may be shown, and the operator's remedy. */
export interface Refinement {
  readonly code: SignInErrorCode;
  readonly facts: ErrorFacts;
  readonly remedy?: string | undefined;
  /** Whether the provider refused the credential, so that the next one may be tried (RFC 6749 §5.2). */
  readonly refusesCredential?: boolean;
}

export type Refine = (reported: ReportedError) => Refinement;

/** The failure for a provider's report. Its cause holds the provider's own words, for the log. */
export function reportedFailure(reported: ReportedError, refine: Refine): EntranceError {
  const { code, facts, remedy } = refine(reported);
  return new EntranceError(code, { facts, remedy, cause: forLog(reported) });
}

/** A provider's own words, shortened. They go to the log and nowhere else. */
export function forLog({ error, description, suberror, claims }: ReportedError) {
  return {
    error: error.slice(0, 100),
    description: description?.slice(0, 1_000),
    ...(suberror === undefined ? {} : { suberror: suberror.slice(0, 100) }),
    ...(claims === undefined ? {} : { claims: claims.slice(0, 1_000) }),
  };
}

/** The report in the body of a token endpoint's answer; undefined if the body holds none. */
export function parseReport(body: Uint8Array | string | null): ReportedError | undefined {
  if (body === null) return undefined;
  try {
    return readReport(JSON.parse(typeof body === 'string' ? body : Buffer.from(body).toString()));
  } catch {
    return undefined; // A proxy's page, or nothing at all.
  }
}

/** The report in a parsed body, or in the parameters of an authorization response. */
export function readReport(members: unknown): ReportedError | undefined {
  const read = report.safeParse(members).data;
  if (read === undefined) return undefined;
  return {
    error: read.error,
    description: read.error_description,
    uri: read.error_uri,
    numbers: read.error_codes,
    suberror: read.suberror ?? read.error_subcode,
    claims: read.claims,
    traceId: read.trace_id,
    correlationId: read.correlation_id,
    timestamp: read.timestamp,
  };
}

/** A member of an unexpected form is left out, so that the others still count. */
const optionalText = z.string().optional().catch(undefined);
const report = z.object({
  error: z.string(),
  error_description: optionalText,
  error_uri: optionalText,
  error_codes: z.array(z.number()).optional().catch(undefined),
  suberror: optionalText,
  error_subcode: optionalText,
  claims: optionalText,
  trace_id: optionalText,
  correlation_id: optionalText,
  timestamp: optionalText,
});
