import { fold, foldAccents } from '../identity/fold.js';
import { parseAddress } from '../identity/network.js';
import type { SessionRecord } from './session-record.js';
import type { IsMeant } from './session-store.js';

/** The conditions of a search among the sessions of everybody. A session has to meet all that are given. */
export interface SessionSearch {
  /** Beginnings of words of the name, in any order; or the beginning of the email; or the ID of the user. */
  readonly q?: string | undefined;
  /** The ID of a provider, or `local`. */
  readonly provider?: string | undefined;
  /** Words of the device, such as `firefox linux`. */
  readonly device?: string | undefined;
  readonly address?: string | undefined;
}

/** Undefined if every session is meant. */
export function searchOf({
  q = '',
  provider,
  device = '',
  address = '',
}: SessionSearch): IsMeant | undefined {
  const names = wordsOf(q);
  const devices = wordsOf(device);
  const beginning = parseAddress(address) ?? address.trim().toLowerCase();
  if (names.length + devices.length === 0 && provider === undefined && beginning === '') return undefined;
  return (record) =>
    (provider === undefined || record.provider === provider) &&
    isPerson(record, q.trim(), names) &&
    devices.every((word) => fold(record.device).includes(word)) &&
    record.address.startsWith(beginning);
}

function isPerson({ userId, email, fullName }: SessionRecord, q: string, words: readonly string[]): boolean {
  if (userId === q || (email !== undefined && fold(email).startsWith(fold(q)))) return true;
  const names = wordsOf(fullName);
  return words.every((word) => names.some((name) => name.startsWith(word)));
}

function wordsOf(text: string): readonly string[] {
  return foldAccents(text)
    .split(/[\s\-’']+/u)
    .filter((word) => word !== '');
}
