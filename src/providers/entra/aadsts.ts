import type { ErrorFacts } from '../../errors.js';
import { type FailureText, forOperator } from '../failure-text.js';
import type { Refinement, ReportedError } from '../reported-error.js';
import { familyOf } from './aadsts-families.js';
import { refused } from './aadsts-kinds.js';
import { aadstsTexts } from './aadsts-texts.js';
import { entraErrorTexts } from './oauth-errors.js';

/** Some don't come with `invalid_client`: a federated token was answered with `invalid_request`. */
const REFUSED_CREDENTIAL: ReadonlySet<number> = new Set([
  50013, // the assertion’s signature
  70021, // no matching federated credential
  700024, // the assertion isn’t valid at this time
  700027, // the certificate isn’t registered
  7000215, // wrong secret
  7000222, // expired secret
]);
/** Microsoft's numbers about a federated token: issuer, audience, subject, or a wrong kind of token. */
const FEDERATED = /^7002\d\d$/;

/** Whether Microsoft refused the credential, so that the next one may be tried (RFC 6749 §5.2). */
function refusesCredential(error: string, number: number | undefined): boolean {
  if (error === 'invalid_client') return true;
  return number !== undefined && (REFUSED_CREDENTIAL.has(number) || FEDERATED.test(String(number)));
}

const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const TRACE = /\bTrace ID: ([0-9a-f-]{36})\b/i;
const CORRELATION = /\bCorrelation ID: ([0-9a-f-]{36})\b/i;
const TIMESTAMP = /(?:^|\bTimestamp: )(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})Z/;

const IN_TEXT = /\bAADSTS([1-9]\d{3,9})\b/i;
const IN_ADDRESS = /^https:\/\/[^?#]+\/error\?(?:[^#]*&)?code=([1-9]\d{3,9})(?:[&#]|$)/;
const SMALLEST_NUMBER = 1_000;
const LARGEST_NUMBER = 9_999_999_999;

/** Microsoft denies access for reasons of its own too: beside a number, the person didn't cancel. */
const deniedByMicrosoft = refused({
  title: 'Microsoft didn’t allow this sign-in',
  visitor:
    'Microsoft had a reason of its own, which your IT support can look up. Ask them, and quote the code below.',
  operator:
    'Microsoft denied access: Entra ID → Monitoring → Sign-in logs → this attempt (search for the correlation ID) says why.',
});

/** Translates an error: `error` decides, and Microsoft's number refines the text. The number is always passed on. */
export function refineEntraError(
  reported: ReportedError,
  values: Readonly<Record<string, string>> = {},
): Refinement {
  const number = numberOf(reported);
  const facts: ErrorFacts = {
    ...(Object.hasOwn(entraErrorTexts, reported.error) ? { error: reported.error } : {}),
    ...(number === undefined ? {} : { providerCode: `AADSTS${number}` }),
    ...quotable(reported),
  };
  const text = failureText(facts);
  const inOwnWords = text === undefined ? '' : forOperator(text.operator, values);
  const remedy = [inOwnWords, whereToLookUp(number, values)].filter((one) => one !== '').join(' ');
  return {
    code: text?.code ?? 'sso_failed',
    facts,
    remedy: remedy === '' ? undefined : remedy,
    ...(refusesCredential(reported.error, number) && { refusesCredential: true }),
  };
}

/** The text of this number, or of its family if `error` allows it, or of `error`; undefined if none is known. */
export function failureText({ providerCode = '', error }: ErrorFacts): FailureText | undefined {
  const aadsts = numberIn(providerCode);
  const byError =
    error !== undefined && Object.hasOwn(entraErrorTexts, error) ? entraErrorTexts[error] : undefined;
  if (aadsts === undefined) return byError;
  if (Object.hasOwn(aadstsTexts, aadsts)) return aadstsTexts[aadsts];
  const family = familyOf(aadsts);
  if (family === undefined) return error === 'access_denied' ? deniedByMicrosoft : byError;
  const { isCertain = false, text } = family;
  return byError === undefined || isCertain || text.code === byError.code || !isDecisive(byError)
    ? text
    : byError;
}

/** Whether `error` alone says that the set-up or Microsoft is at fault, and not the person or the moment. */
function isDecisive({ code }: FailureText): boolean {
  return code === 'sso_misconfigured' || code === 'sso_unavailable';
}

/** Microsoft's number for an error, from the first field that holds one. */
export function numberOf({ numbers = [], description = '', uri = '' }: ReportedError): number | undefined {
  const listed = numbers.find(
    (number) => Number.isInteger(number) && number >= SMALLEST_NUMBER && number <= LARGEST_NUMBER,
  );
  return listed ?? numberIn(description) ?? numberBy(IN_ADDRESS, uri);
}

/** The number in a text of Microsoft's, such as a description or a page. */
function numberIn(text: string): number | undefined {
  return numberBy(IN_TEXT, text);
}

function numberBy(pattern: RegExp, text: string): number | undefined {
  const digits = pattern.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function whereToLookUp(number: number | undefined, { authority }: Readonly<Record<string, string>>): string {
  if (number === undefined || authority === undefined || Object.hasOwn(aadstsTexts, number)) return '';
  return `Microsoft explains the number at ${authority}/error?code=${number}`;
}

/** The identifiers that find the attempt in Microsoft's logs; each must have its known form. */
function quotable({ description = '', ...beside }: ReportedError): ErrorFacts {
  const traceId = guid(TRACE.exec(description)?.[1]) ?? guid(beside.traceId);
  const correlationId = guid(CORRELATION.exec(description)?.[1]) ?? guid(beside.correlationId);
  const [, day, time] = TIMESTAMP.exec(description) ?? TIMESTAMP.exec(beside.timestamp ?? '') ?? [];
  return {
    ...(traceId === undefined ? {} : { traceId }),
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(day === undefined || time === undefined ? {} : { timestamp: `${day}T${time}Z` }),
  };
}

function guid(text: string | undefined): string | undefined {
  return text !== undefined && GUID.test(text) ? text : undefined;
}
