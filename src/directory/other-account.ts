import { identitiesOf } from '../identity/linked-identities.js';
import type { OtherAccount, User } from './directory.js';

/** Another account before and after the write; `after` is undefined if the account is deleted. */
export interface Replacement {
  readonly before: User;
  readonly after: User | undefined;
}

/** The change of the other account of a write; undefined if there is none. */
export function otherOf({ losesEmail, merges }: OtherAccount): Replacement | undefined {
  if (losesEmail !== undefined) {
    const { user: before, doubt } = losesEmail;
    return { before, after: { ...before, emailDoubt: doubt, version: before.version + 1 } };
  }
  if (merges === undefined) return undefined;
  if (merges.provider === 'local' || identitiesOf(merges).length > 0)
    throw new TypeError('only an account that nobody can sign in to is merged');
  return { before: merges, after: undefined };
}
