import * as z from 'zod';
import type { Directory } from '../directory/directory.js';
import { providersOf } from '../directory/user-order.js';
import { addressIn } from '../identity/email.js';
import { cleanText, hiddenCharacter } from '../identity/text.js';
import type { User } from '../identity/user.js';
import type { PersonChoice } from '../pages/parts.js';
import type { ConsoleDependencies } from './dependencies.js';
import { emailInWords, statusBadge } from './user-words.js';

const MOST_PEOPLE = 10;

/** The text that somebody typed into a field for a person. */
export const typedPerson = z.string().max(200).transform(addressIn);

/** The people whom a typed text may mean. */
export interface FoundPeople {
  /** The only person who can be meant. */
  readonly meant: User | undefined;
  readonly people: readonly User[];
  readonly hasMore: boolean;
}

export const NOBODY: FoundPeople = { meant: undefined, people: [], hasMore: false };

/**
 * Finds people by an email address, by a user ID, or by words of a name. An address with a slip in it means nobody: it
 * offers people to choose from.
 */
export async function findPerson(
  directory: Pick<Directory, 'find' | 'findByEmail' | 'list'>,
  typed: string,
): Promise<FoundPeople> {
  const q = cleanText(typed);
  const isAddress = typed.includes('@');
  if (q === '' || isUnclearAddress(typed)) return NOBODY;
  const exact = (await directory.findByEmail(typed)) ?? (await directory.find(typed));
  if (exact !== undefined) return { meant: exact, people: [exact], hasMore: false };
  const query = { q, sort: 'full_name', descending: false, limit: MOST_PEOPLE } as const;
  const { users, next } = await directory.list(query);
  const hasMore = next !== null;
  const isOne = users.length === 1 && !hasMore && !isAddress;
  return { meant: isOne ? users[0] : undefined, people: users, hasMore };
}

/** Whether an address has a character that nobody sees, so that it isn't the address that it looks like. */
export function isUnclearAddress(typed: string): boolean {
  return typed.includes('@') && hiddenCharacter(typed) !== undefined;
}

/** People to choose from, with what tells people of the same name apart. */
export function choiceAmong(
  { people, hasMore }: Omit<FoundPeople, 'meant'>,
  form: Omit<PersonChoice, 'people' | 'hasMore'>,
  { nameOfProvider }: Pick<ConsoleDependencies, 'nameOfProvider'>,
): PersonChoice {
  return {
    ...form,
    hasMore,
    people: people.map((user) => ({
      id: user.id,
      name: user.fullName,
      email: emailInWords(user),
      provider: providersOf(user).map(nameOfProvider).join(', '),
      status: statusBadge(user),
    })),
  };
}
