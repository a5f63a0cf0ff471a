import { type ErrorCode, isErrorCode } from '../error-codes.js';
import type { ErrorText } from '../error-texts.js';
import type { EntranceError } from '../errors.js';

/** A host app's own texts for people, by the code of the error. What is left out keeps our text. */
export type Texts = Partial<Readonly<Record<ErrorCode, Partial<ErrorText>>>>;

/**
 * @param provider the name of the provider, in place of the one that the error names
 * @param ofProvider a text of the provider's, which comes before ours and after the host app's
 */
export type TextOf = (error: EntranceError, provider?: string, ofProvider?: ErrorText) => ErrorText;

/** @throws TypeError for an unknown code, and for a text that is no text */
export function createTextOf(texts: Texts = {}): TextOf {
  const problems = Object.entries(texts).flatMap(([code, text]) => {
    if (!isErrorCode(code)) return `there is no code ${code}`;
    return Object.entries(text ?? {}).flatMap(([name, value]) => problemOf(code, name, value) ?? []);
  });
  if (problems.length > 0) throw new TypeError(`texts: ${problems.join('; ')}`);
  return (error, provider, ofProvider) => error.textFor(provider, { ...ofProvider, ...texts[error.code] });
}

function problemOf(code: string, name: string, value: unknown): string | undefined {
  if (name !== 'title' && name !== 'detail') return `${code} has title and detail, and no ${name}`;
  const isText = typeof value === 'string' && value.trim() !== '';
  return isText ? undefined : `${code}.${name} has to be a text`;
}
