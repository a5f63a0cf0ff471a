import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Happening } from '../../audit/event.js';
import type {
  Conflict,
  Directory,
  Grant,
  NewUser,
  OpenDirectory,
  Outcome,
  User,
  UserPage,
  UserQuery,
} from '../../directory/directory.js';
import type { ContractCase } from './contract-case.js';

/** An empty directory, and what it recorded. */
export interface World {
  readonly directory: Directory;
  /** The number of events that it recorded. */
  countRecorded(): Promise<number>;
  /** Makes the recording of events fail. */
  breakRecording(): Promise<void>;
}

export type Rule = (name: string, check: (world: World) => Promise<void>) => ContractCase;

/** The ways in that are open to administrators in each world. */
export const WAYS_IN = ['local', 'contract'] as const;
export const ADMIN = [{ name: 'platform_admin', origin: 'manual' }] as const;
/** A role or a membership as a provider's groups give it. */
export const GIVEN_BY_GROUP: Grant = {
  name: 'given-by-group',
  origin: 'sso',
  sources: [
    { kind: 'group', value: 'f3a0' },
    { kind: 'default', value: '' },
  ],
  confirmedAt: '2026-01-01T00:00:00.000Z',
};
/** The fields of an account without an identity: local, or added ahead. */
export const NO_IDENTITY = { providerId: null, providerScope: null } as const;
export const LOCAL = { provider: 'local', ...NO_IDENTITY } as const;
export const happening: Happening = { action: 'user-update', by: {} };

export function worldOf(open: OpenDirectory): World {
  const recorded: Happening[] = [];
  let isBroken = false;
  const directory = open({
    waysIn: WAYS_IN,
    async record(events) {
      if (isBroken) throw new Error('the audit log can’t be reached');
      recorded.push(...events);
    },
  });
  return {
    directory,
    countRecorded: async () => recorded.length,
    async breakRecording() {
      isBroken = true;
    },
  };
}

/** A new user who differs from every other, with an identity that nobody else has. */
export function person(changes: Partial<NewUser> = {}): NewUser {
  const id = randomUUID();
  return {
    id,
    email: `${id}@acmecorp.com`,
    fullName: 'Somebody',
    provider: 'contract',
    providerId: id,
    providerScope: 'https://provider.example',
    status: 'active',
    decision: null,
    roles: [],
    teams: [],
    createdAt: '2026-01-01T00:00:00.000Z',
    lastLoginAt: null,
    ...changes,
  };
}

/** Addresses in the order of their numbers, and names and times that several users share. */
export function numberedPerson(number: number): NewUser {
  const day = new Date(Date.UTC(2026, 0, 1 + (number % 4))).toISOString();
  return person({
    email: `user-${String(number).padStart(3, '0')}@acmecorp.com`,
    fullName: `Name ${number % 3}`,
    createdAt: day,
    lastLoginAt: number % 5 === 0 ? null : day,
  });
}

export function keyOf({ provider, providerId, providerScope }: NewUser) {
  return { provider, providerId: providerId ?? '', providerScope: providerScope ?? '' };
}

/** The user as it was written. Throws if there was a conflict. */
export function written(outcome: Outcome): User {
  if ('user' in outcome) return outcome.user;
  return assert.fail(`the write met the conflict ${outcome.conflict}`);
}

export function conflictsOf(outcomes: readonly Outcome[]): readonly Conflict[] {
  return outcomes.flatMap((outcome) => ('conflict' in outcome ? [outcome.conflict] : []));
}

/** All pages from this query on, in the order in which they are asked for. */
export async function pagesOf(
  directory: Pick<Directory, 'list'>,
  query: UserQuery,
  direction: 'after' | 'before' = 'after',
): Promise<readonly UserPage[]> {
  const pages: UserPage[] = [];
  for (let page = await directory.list(query); ; ) {
    pages.push(page);
    const position = direction === 'after' ? page.next : page.previous;
    if (position === null) return pages;
    page = await directory.list({ ...query, cursor: { direction, position } });
  }
}

/** Everybody whom a query finds, by email if it names no other order. */
export async function listAll(
  directory: Directory,
  query: Partial<UserQuery> = {},
): Promise<readonly User[]> {
  const pages = await pagesOf(directory, { sort: 'email', descending: false, limit: 200, ...query });
  return pages.flatMap(({ users }) => users);
}
