import type { SignInTrial } from '../access/sign-in-trial.js';
import { displayText } from '../identity/text.js';

type ShownClaim = SignInTrial['claims'][number];

const MOST_CLAIMS = 100;
const LONGEST_VALUE = 400;
/**
 * Claims that belong to one sign-in or one session at the provider and describe nobody, so that their values stay out
 * of pages: hashes of tokens and codes, IDs of sessions and tokens, a vendor's internal ones.
 */
const OF_THE_PROTOCOL: ReadonlySet<string> = new Set([
  'nonce',
  'at_hash',
  'c_hash',
  's_hash',
  'sid',
  'jti',
  'login_hint',
  'aio',
  'rh',
  'uti',
  'session_state',
]);
const SECRET_NAME = /token|secret|password|credential/i;
const LOOKS_LIKE_TOKEN = /\beyJ[\w-]{8,}\.[\w-]+/;

/** The claims with their values, as far as an administrator may see them. */
export function shownClaims(from: string, claims: Readonly<Record<string, unknown>>): readonly ShownClaim[] {
  return Object.entries(claims)
    .slice(0, MOST_CLAIMS)
    .map(([name, value]) => ({ from, name: displayText(name, 100) ?? '?', value: shownValue(name, value) }));
}

function shownValue(name: string, value: unknown): string {
  if (OF_THE_PROTOCOL.has(name)) return 'there, and not shown: it belongs to this one sign-in';
  const written = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  if (SECRET_NAME.test(name) || LOOKS_LIKE_TOKEN.test(written))
    return 'there, and not shown: it may be secret';
  return displayText(written, LONGEST_VALUE) ?? 'empty';
}
