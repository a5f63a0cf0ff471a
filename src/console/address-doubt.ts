import type { Clock } from '../clock.js';
import type { Directory } from '../directory/directory.js';
import type { AddressDoubt } from '../http/page-models.js';
import type { Pages } from '../http/pages.js';
import type { EmailDoubt, User } from '../identity/user.js';
import { timeInWords } from './time-in-words.js';

export interface AddressDoubtSources {
  readonly directory: Directory;
  readonly pages: Pages;
  readonly clock: Clock;
}

/** The notices about unconfirmed addresses, by the IDs of the users. */
export async function addressDoubts(
  { directory, pages, clock }: AddressDoubtSources,
  users: readonly User[],
): Promise<ReadonlyMap<string, AddressDoubt>> {
  const doubted = users.flatMap(({ id, emailDoubt }) =>
    emailDoubt === undefined ? [] : [{ id, doubt: emailDoubt }],
  );
  const models = doubted.map(async ({ id, doubt }) => {
    const other = doubt.other === null ? undefined : await directory.find(doubt.other);
    return [id, model(doubt, other)] as const;
  });
  return new Map(await Promise.all(models));

  function model(doubt: EmailDoubt, other: User | undefined): AddressDoubt {
    return {
      since: timeInWords(doubt.since, clock.now()),
      reason: reasonInWords(doubt, other),
      holder: other && { href: pages.at(`/admin/users/${other.id}`), label: other.fullName },
      remedy: remedyInWords(doubt, other),
    };
  }
}

/** The name of the other account follows, if there is one. */
function reasonInWords({ reason, other: id }: EmailDoubt, other: User | undefined): string {
  if (reason === 'unverified') return 'Microsoft doesn’t vouch for it';
  if (reason === 'taken')
    return other === undefined ? 'Microsoft gave it to an account that is deleted by now' : 'now held by';
  if (other !== undefined) return 'Microsoft names another address, held by';
  return id === null
    ? 'Microsoft names another address, with which this person may not sign in'
    : 'Microsoft names another address, which belonged to an account that is deleted by now';
}

function remedyInWords({ reason, other: id }: EmailDoubt, other: User | undefined): string {
  const said = 'No app is told that this address is theirs.';
  if (reason === 'contradicted' && other?.provider === 'local')
    return `${said} ${other.fullName} signs in with a password and keeps the other address: link that account to Microsoft from its own session, or delete it. Then let this person sign in again.`;
  if (reason === 'contradicted' && other !== undefined)
    return `${said} If the other address isn’t that of ${other.fullName} any more, unlink or delete their account. Then let this person sign in again.`;
  if (reason === 'contradicted' && id === null)
    return `${said} “History in the audit log” names the other address. Admit its domain if it is right, or have the address corrected at Microsoft.`;
  if (reason === 'unverified')
    return `${said} It is confirmed when they sign in and Microsoft vouches for it, and stands in nobody’s way until then.`;
  return `${said} It is confirmed again, or replaced, when they sign in. If they have left, disable or delete this account.`;
}
