import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Happening } from '../../audit/event.js';
import type { Directory, NewUser, OpenDirectory, Outcome, User } from '../../directory/directory.js';
import type { ContractCase } from './contract-case.js';

/** An empty directory, and what it recorded. */
export interface World {
  readonly directory: Directory;
  readonly recorded: Happening[];
  /** Makes the recording of events fail. */
  breakRecording(): void;
}

export type Rule = (name: string, check: (world: World) => Promise<void>) => ContractCase;

export const ADMIN = [{ name: 'platform_admin', origin: 'manual' }] as const;
export const happening: Happening = { action: 'user-update', by: {} };

export function worldOf(open: OpenDirectory): World {
  const recorded: Happening[] = [];
  let isBroken = false;
  const directory = open({
    waysIn: ['local', 'contract'],
    async record(events) {
      if (isBroken) throw new Error('the audit log can’t be reached');
      recorded.push(...events);
    },
  });
  return {
    directory,
    recorded,
    breakRecording() {
      isBroken = true;
    },
  };
}

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

export function keyOf({ provider, providerId, providerScope }: NewUser) {
  return { provider, providerId: providerId ?? '', providerScope: providerScope ?? '' };
}

export function written(outcome: Outcome): User {
  if ('user' in outcome) return outcome.user;
  return assert.fail(`the write met the conflict ${outcome.conflict}`);
}
