import { type Claimed, UNKNOWN } from '../identity/claimed.js';

/** The number of unreadable members of a list for each kind of value; it never holds the values. */
export type Unread = Readonly<Record<string, number>>;

/** Ten times the most that a provider puts into a token. */
const MOST_MEMBERS = 2_000;
const LONGEST_MEMBER = 1_024;
/** Control and format characters, and lone surrogates. No ID and no role's value holds such a character. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}]/u;

/**
 * The texts in a claim that holds a list. An absent or empty claim gives no text, a single text gives one, and members
 * that aren't texts are left out. If nothing can be read, the list is unknown.
 * @param report is called if something couldn't be read
 */
export function readList(claim: unknown, report: (unread: Unread) => void = () => undefined): Claimed {
  if (isNothing(claim)) return [];
  const members: unknown = typeof claim === 'string' ? [claim] : claim;
  if (!Array.isArray(members) || members.length > MOST_MEMBERS) {
    report({ [Array.isArray(members) ? 'list too long' : kindOf(members)]: 1 });
    return UNKNOWN;
  }
  const read = members.filter(isReadable);
  if (read.length < members.length) report(countKinds(members.filter((one) => !isReadable(one))));
  return read.length === 0 && members.length > 0 ? UNKNOWN : read;
}

export function isNothing(claim: unknown): boolean {
  return claim === undefined || claim === null || (typeof claim === 'string' && claim.trim() === '');
}

function isReadable(member: unknown): member is string {
  return (
    typeof member === 'string' &&
    member.trim() !== '' &&
    member.length <= LONGEST_MEMBER &&
    !UNSEEN.test(member)
  );
}

function countKinds(members: readonly unknown[]): Unread {
  const counts = new Map<string, number>();
  for (const member of members) counts.set(kindOf(member), (counts.get(kindOf(member)) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/** The kind of a value, in words for operators. */
export function kindOf(member: unknown): string {
  if (typeof member === 'string') {
    if (member.trim() === '') return 'empty text';
    if (member.length > LONGEST_MEMBER) return 'text too long';
    return UNSEEN.test(member) ? 'text with control characters' : 'text';
  }
  if (member === null) return 'null';
  return Array.isArray(member) ? 'list' : typeof member;
}
