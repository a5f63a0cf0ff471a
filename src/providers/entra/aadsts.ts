import type { ErrorFacts } from '../../errors.js';
import { type FailureText, forOperator, type OperatorValues } from '../failure-text.js';
import { oauthErrorTexts } from '../oauth-errors.js';
import type { Refinement, ReportedError } from '../reported-error.js';
import { aadstsTexts } from './aadsts-texts.js';

const GUID = '[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}';
const NUMBER = /^AADSTS(\d{4,8})\b/;
const TRACE = new RegExp(`\\bTrace ID: (${GUID})\\b`, 'i');
const CORRELATION = new RegExp(`\\bCorrelation ID: (${GUID})\\b`, 'i');
const TIMESTAMP = /\bTimestamp: (\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})Z/;

/** What an error of Microsoft's means: its `error` decides, a number that we know refines. */
export function refineEntraError(
  { error, description = '' }: ReportedError,
  values: Partial<OperatorValues> = {},
): Refinement {
  const number = Number(NUMBER.exec(description)?.[1] ?? 0);
  const facts: ErrorFacts = {
    ...(Object.hasOwn(oauthErrorTexts, error) ? { error } : {}),
    ...(Object.hasOwn(aadstsTexts, number) ? { aadsts: number } : {}),
    ...quotable(description),
  };
  const text = failureText(facts);
  // Microsoft also denies access for reasons of its own; only without a number, or with a known one, was it the person.
  const isOtherDenial = error === 'access_denied' && number !== 0 && facts.aadsts === undefined;
  if (text === undefined || isOtherDenial) return { code: 'sso_failed', facts: withoutError(facts) };
  return { code: text.code, facts, mend: forOperator(text.operator, values) };
}

/** The text for the particulars of an error: of its number, else of its `error`; undefined where we know neither. */
export function failureText({ aadsts, error }: ErrorFacts): FailureText | undefined {
  if (aadsts !== undefined && Object.hasOwn(aadstsTexts, aadsts)) return aadstsTexts[aadsts];
  return error !== undefined && Object.hasOwn(oauthErrorTexts, error) ? oauthErrorTexts[error] : undefined;
}

/** What finds the attempt in Microsoft's logs, each in the one form that it may have. */
function quotable(description: string): ErrorFacts {
  const traceId = TRACE.exec(description)?.[1];
  const correlationId = CORRELATION.exec(description)?.[1];
  const [, day, time] = TIMESTAMP.exec(description) ?? [];
  return {
    ...(traceId !== undefined ? { traceId } : {}),
    ...(correlationId !== undefined ? { correlationId } : {}),
    ...(day !== undefined && time !== undefined ? { timestamp: `${day}T${time}Z` } : {}),
  };
}

function withoutError({ error: _, ...facts }: ErrorFacts): ErrorFacts {
  return facts;
}
