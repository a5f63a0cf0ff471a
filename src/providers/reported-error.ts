import * as z from 'zod';
import { EntranceError, type ErrorFacts, type SignInErrorCode } from '../errors.js';

/** An error that the provider reported, in the terms of RFC 6749 §4.1.2.1 and §5.2. */
export interface ReportedError {
  readonly error: string;
  readonly description: string | undefined;
}

/** What a provider knows about its own errors: our code for one, what may be shown, what the operator can do. */
export interface Refinement {
  readonly code: SignInErrorCode;
  readonly facts: ErrorFacts;
  readonly mend?: string | undefined;
}

export type Refine = (reported: ReportedError) => Refinement;

/** The failure that a provider's report means, with its description for the log. */
export function reportedFailure(reported: ReportedError, refine: Refine): EntranceError {
  const { code, facts, mend } = refine(reported);
  return new EntranceError(code, {
    facts,
    mend,
    cause: { error: reported.error.slice(0, 100), description: reported.description?.slice(0, 1_000) },
  });
}

/** The report in the body of a token endpoint's answer; undefined where it has not the form of one. */
export function parseReport(body: Uint8Array | null): ReportedError | undefined {
  if (body === null) return undefined;
  try {
    const { error, error_description } = report.parse(JSON.parse(Buffer.from(body).toString()));
    return { error, description: error_description };
  } catch {
    return undefined; // A proxy's page, or nothing at all.
  }
}

const report = z.object({ error: z.string(), error_description: z.string().optional() });
