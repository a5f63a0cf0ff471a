import type { EmailDoubt, User } from '../identity/user.js';
import type { AddressDoubt } from '../pages/parts.js';
import type { ConsoleDependencies } from './dependencies.js';
import { timeInWords } from './time-in-words.js';

/** The notices about unconfirmed addresses, by the IDs of the users. */
export async function addressDoubts(
  { directory, nameOfProvider, pages, clock }: ConsoleDependencies,
  users: readonly User[],
): Promise<ReadonlyMap<string, AddressDoubt>> {
  const doubted = users.flatMap(({ id, emailDoubt, provider }) =>
    emailDoubt === undefined ? [] : [{ id, doubt: emailDoubt, provider: nameOfProvider(provider) }],
  );
  const models = doubted.map(async ({ id, doubt, provider }) => {
    const other = doubt.other === null ? undefined : await directory.find(doubt.other);
    return [id, model(doubt, other, provider)] as const;
  });
  return new Map(await Promise.all(models));

  function model(doubt: EmailDoubt, other: User | undefined, provider: string): AddressDoubt {
    return {
      since: timeInWords(doubt.since, clock.now()),
      reason: reasonInWords(doubt, other, provider),
      holder: other && { href: pages.at(`/admin/users/${other.id}`), label: other.fullName },
      remedy: remedyInWords(doubt, other, provider),
    };
  }
}

/** The page writes the name of the other account, if there is one, behind this text. */
function reasonInWords({ reason, other: id }: EmailDoubt, other: User | undefined, provider: string): string {
  if (reason === 'unverified') return `${provider} doesn’t vouch for it`;
  if (reason === 'taken')
    return other === undefined ? `${provider} gave it to an account that is deleted by now` : 'now held by';
  if (other !== undefined) return `${provider} names another address, held by`;
  return id === null
    ? `${provider} names another address, with which this person may not sign in`
    : `${provider} names another address, which belonged to an account that is deleted by now`;
}

function remedyInWords({ reason, other: id }: EmailDoubt, other: User | undefined, provider: string): string {
  const said = 'No app is told that this address is theirs.';
  if (reason === 'contradicted' && other?.provider === 'local')
    return `${said} ${other.fullName} signs in with a password and keeps the other address: link that account to ${provider} from its own session, or delete it. Then let this person sign in again.`;
  if (reason === 'contradicted' && other !== undefined)
    return `${said} If the other address isn’t that of ${other.fullName} any more, unlink or delete their account. Then let this person sign in again.`;
  if (reason === 'contradicted' && id === null)
    return `${said} “History in the audit log” names the other address. Admit its domain if it is right, or have the address corrected at ${provider}.`;
  if (reason === 'unverified')
    return `${said} It is confirmed when they sign in and ${provider} vouches for it, and stands in nobody’s way until then.`;
  return `${said} It is confirmed again, or replaced, when they sign in. If they have left, disable or delete this account.`;
}
