import { createRequire } from 'node:module';
import type { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { isTooLong, MAX_PASSWORD_BYTES, normalisePassword } from './password-text.js';

/** “Safely unguessable”: more than 10⁸ guesses, on zxcvbn's scale from 0 to 4. */
const MIN_SCORE = 3;
/** A shorter part of a name stands in too many good passwords. */
const SHORTEST_WORD = 3;
const COMMON_PASSWORDS = 'passwords-common';
const PRODUCT_WORDS = ['entrance', 'admin', 'administrator', 'platform'];
const BETTER = 'Use four or more unrelated words, or one that a password manager makes.';

export interface PasswordRequirements {
  /** The fewest characters, counted as Unicode code points. */
  readonly minLength: number;
  readonly email?: string;
  readonly fullName?: string;
}

/**
 * The problem of a new password, as a sentence that the person can act on; undefined without one. As NIST SP 800-63B
 * asks, this checks the length, common passwords and the person's own words, and has no rules of composition.
 */
export function passwordProblem(password: string, requirements: PasswordRequirements): string | undefined {
  const normalised = normalisePassword(password);
  const length = [...normalised].length;
  if (length < requirements.minLength) {
    return `Use at least ${requirements.minLength} characters; this has ${length}. A few unrelated words are easy to remember.`;
  }
  if (isTooLong(normalised)) {
    return `Use at most ${MAX_PASSWORD_BYTES.toLocaleString('en')} bytes, which is as many plain letters.`;
  }
  const reason = whyGuessable(normalised, ownWords(requirements));
  return reason === undefined ? undefined : `${reason} ${BETTER}`;
}

function whyGuessable(password: string, words: readonly string[]): string | undefined {
  const isStrong = (text: string, known: readonly string[] = []) =>
    estimator().check(text, [...known]).score >= MIN_SCORE;
  const rest = without(words, password);
  if (isStrong(password, words) && (rest === password.toLowerCase() || isStrong(rest))) return undefined;
  const { score, sequence } = estimator().check(password);
  if (score >= MIN_SCORE)
    return 'Too much of this is the account’s own name or address, or a word like “admin”.';
  const usesCommonOnes = sequence.some(({ dictionaryName }) => dictionaryName === COMMON_PASSWORDS);
  return usesCommonOnes
    ? 'This is built on one of the passwords that are tried first.'
    : 'This is too easy to guess.';
}

/** The password without these words, which the attacker knows: they make a password longer, not stronger. */
function without(words: readonly string[], password: string): string {
  const longestFirst = [...words].sort((one, other) => other.length - one.length);
  return longestFirst.reduce((rest, word) => rest.replaceAll(word, ''), password.toLowerCase());
}

/** The words that an attacker of this account would try first. */
function ownWords({ email = '', fullName = '' }: PasswordRequirements): string[] {
  const whole = [email, email.split('@')[0] ?? '', fullName, fullName.replaceAll(/\s/g, '')];
  const parts = [email, fullName].flatMap((text) => text.split(/[^\p{L}\p{M}\p{N}]+/u));
  const worthwhile = [...whole, ...parts].filter((word) => word.length >= SHORTEST_WORD);
  return [...new Set([...worthwhile.map((word) => word.toLowerCase()), ...PRODUCT_WORDS])];
}

let loaded: ZxcvbnFactory | undefined;

/** Loaded at the first call: most processes never need the dictionaries. */
function estimator(): ZxcvbnFactory {
  if (loaded === undefined) {
    // `require` is untyped; these are the types of the same modules.
    const require = createRequire(import.meta.url);
    const core = require('@zxcvbn-ts/core') as typeof import('@zxcvbn-ts/core');
    const common = require('@zxcvbn-ts/language-common') as typeof import('@zxcvbn-ts/language-common');
    loaded = new core.ZxcvbnFactory({ dictionary: common.dictionary, graphs: common.adjacencyGraphs });
  }
  return loaded;
}
