import type { NewUser } from '#entrance/directory/directory.js';
import { person } from '#entrance/testing/contracts/directory-world.js';

export { written } from '#entrance/testing/contracts/directory-world.js';

export const TENANT = '3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650';

/** An account with an identity at Microsoft that nobody else has. */
export function newPerson(changes: Partial<NewUser> & Pick<NewUser, 'email'>): NewUser {
  return person({ provider: 'entra', providerScope: TENANT, ...changes });
}
