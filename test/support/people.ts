import { randomUUID } from 'node:crypto';
import type { NewUser, Outcome, User } from '#entrance/directory/directory.js';

export const TENANT = '3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650';

/** An account with an identity at Microsoft that nobody else has. */
export function newPerson(changes: Partial<NewUser> & Pick<NewUser, 'email'>): NewUser {
  return {
    id: randomUUID(),
    fullName: 'Somebody',
    provider: 'entra',
    providerId: randomUUID(),
    providerScope: TENANT,
    status: 'active',
    decision: null,
    roles: [],
    teams: [],
    createdAt: '2026-01-01T00:00:00.000Z',
    lastLoginAt: null,
    ...changes,
  };
}

/** The account as it was written. Throws if there was a conflict. */
export function written(outcome: Outcome): User {
  if ('conflict' in outcome) throw new Error(outcome.conflict);
  return outcome.user;
}
