import { AssertionError } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import type { Conflict, Directory, User, UserQuery, UserWrite } from '#entrance/directory/directory.js';
import { directoryContract } from '#entrance/testing.js';
import { openHostDirectory } from '../../support/host-directory.js';

/** What one faulty directory does in another way than the right one. */
type Fault = (right: Directory) => Partial<Directory>;

/** For each rule a directory that keeps it not. */
const FAULTS: Readonly<Record<string, Fault>> = {
  'a user is found by ID, identity and address, in any case': (right) => ({
    findByEmail: async (email) => only(await right.findByEmail(email), (user) => user.email === email),
  }),
  'a local account is kept, without an identity': (right) => ({
    find: async (id) => altered(await right.find(id), { providerId: '' }),
  }),
  'nobody is found by what no user has': (right) => ({
    findByEmail: (email) => right.findByEmail(`${email}m`),
  }),
  'one ID in two scopes of a provider is two people': (right) => ({
    findByIdentity: (key) => right.findByIdentity({ ...key, providerScope: 'https://provider.example' }),
  }),
  'two users share neither an address nor an identity': createsAnyway,
  '100 first sign-ins at once leave one user': createsAnyway,
  'of two new users with one address at once, one gets it': createsAnyway,
  'a change is kept, and counts the version': (right) => ({
    update: (user, { decision: _, ...changes }, options) => right.update(user, changes, options),
  }),
  'a change names the version that it was decided on': (right) => ({
    update: async (user, changes, options) => right.update(await present(right, user), changes, options),
  }),
  'an address that was given up is free for another user': givesNothingAnew,
  'an address in other letters stays its user’s': (right) => ({
    update: async (user, changes, options) =>
      changes.email?.toLowerCase() === user.email.toLowerCase()
        ? { conflict: 'email_taken' }
        : right.update(user, changes, options),
  }),
  'a change to another user’s address changes nothing': (right) => ({
    async update(user, changes, options) {
      const outcome = await right.update(user, changes, options);
      if ('conflict' in outcome) await right.update(user, { fullName: 'Another' });
      return outcome;
    },
  }),
  'of two users who change to one address at once, one gets it': updatesDespite('email_taken'),
  'an unconfirmed address finds nobody, and keeps nobody from it': (right) => ({
    create: ({ emailDoubt: _, ...user }, options) => right.create(user, options),
  }),
  'an account that was added ahead is claimed for an identity, once': (right) => ({
    update: (user, { providerId: _, ...changes }, options) => right.update(user, changes, options),
  }),
  'an identity that was given up is free for another user': givesNothingAnew,
  'an account that was added ahead is merged in the same step': updatesWithout('merges'),
  'a deleted user is nowhere, and leaves address and identity to others': () => ({
    delete: async () => 'deleted',
  }),
  'a deletion names the version that it was decided on': (right) => ({
    delete: async (user, options) => right.delete(await present(right, user), options),
  }),
  'events are recorded with the write, and not for a conflict': createsWithout('events'),
  'nothing is written if the events can’t be recorded': (right) => ({
    delete: (user, options) => right.delete(user, options).catch(() => 'stale' as const),
  }),
  'the last administrator stays if the caller says so': updatesWithout('keepAnAdmin'),
  'the last administrator changes in every other way': keepsEveryAdministrator,
  'an administrator beside another one may go, and so may anybody else': keepsEveryAdministrator,
  'of the last two administrators who go at once, one stays': updatesWithout('keepAnAdmin'),
  'a password hash is kept apart from its user, and counts as a way in': (right) => ({
    async create(user, options) {
      const outcome = await right.create(user, options);
      return 'user' in outcome ? { user: { ...outcome.user, ...options } } : outcome;
    },
  }),
  'a password hash is replaced where there is one': () => ({ setPasswordHash: async () => undefined }),
  'a password hash isn’t kept for an account that wasn’t created': forgetsNoPassword,
  'a password hash goes when its account is a provider’s, and not by another change': forgetsNoPassword,
  'an empty directory has one empty page': (right) => ({
    list: async (query) => ({ ...(await right.list(query)), previous: 'before' }),
  }),
  'pages go through all users once, forwards and back, in every order': lists(({ cursor, ...query }) =>
    cursor?.direction === 'after' ? { ...query, cursor } : query,
  ),
  'a page continues where it was, though its last user has moved away': (right) => ({
    async list(query) {
      const page = await right.list(query);
      return query.cursor === undefined ? page : { ...page, users: page.users.slice(1) };
    },
  }),
  'users are listed in every order that is asked for': lists((query) => ({ ...query, sort: 'email' })),
  'users who never signed in are the oldest by sign-in': (right) => ({
    async list(query) {
      const page = await right.list(query);
      return { ...page, users: page.users.filter(({ lastLoginAt }) => lastLoginAt !== null) };
    },
  }),
  'a user is listed once, where they are after a change': lists((query) => ({
    ...query,
    sort: 'created_at',
  })),
  'a search goes by the beginnings of words and of the address': lists(({ q: _, ...query }) => query),
  'a list goes by provider, role, team and status, and by all of them': lists(
    ({ role: _, ...query }) => query,
  ),
  'a list follows a change of role, status and provider': lists(({ status: _, ...query }) => query),
  'an address goes from one account to another in one step': updatesWithout('losesEmail'),
  'a new account takes an address in the same way': createsWithout('losesEmail'),
  'no address moves if its holder has changed meanwhile': takesFromWhoeverHolds,
  'of several that take one address at once, one does': updatesDespite('stale'),
  'the claims of the last sign-in are kept, until a later sign-in': () => ({
    findSeen: async () => undefined,
  }),
  'claims are kept whatever is known of them': (right) => ({
    findSeen: async (user) => altered(await right.findSeen(user), { groups: [] }),
  }),
  'no claims are known of a user who never signed in through a provider': () => ({
    findSeen: async ({ createdAt: at, provider }) => ({
      ...{ at, provider, groups: [], appRoles: [] },
      verifiedDomain: undefined,
    }),
  }),
  'everybody is read, each with their claims': () => ({ async *everybody() {} }),
  'a migration leaves what is in the present form, also the second time': () => ({ migrate: async () => 1 }),
  'sign-ins before a time are counted, and users who never signed in are not': (right) => ({
    countSignedInBefore: right.count,
  }),
  'the users of each status are counted, through every change': () => ({ countWithStatus: async () => 0 }),
  'the users of each role are counted, through every change': () => ({ countInRoles: async () => new Map() }),
  'users whose role or membership has ended are found, until it is taken away': () => ({
    listEndedGrants: async () => [],
  }),
};

test.each(Object.entries(FAULTS))('the rule “%s” finds a directory that breaks it', async (name, fault) => {
  const rule = directoryContract((context) => {
    const right = openHostDirectory(context);
    return { ...right, ...fault(right) };
  }).find((one) => one.name === name);
  await expect(rule?.run()).rejects.toBeInstanceOf(AssertionError);
});

test('each rule is broken once', () => {
  const names = directoryContract(openHostDirectory).map(({ name }) => name);
  expect(Object.keys(FAULTS).sort()).toEqual([...names].sort());
});

function createsAnyway(right: Directory): Partial<Directory> {
  return {
    async create(user, options) {
      const outcome = await right.create(user, options);
      if (!('conflict' in outcome)) return outcome;
      const [email, providerId] = [`${user.id}@elsewhere.example`, randomUUID()];
      return right.create({ ...user, email, providerId }, options);
    },
  };
}

/** An address or an identity that somebody had is never given to anybody else. */
function givesNothingAnew(right: Directory): Partial<Directory> {
  const given = new Set<string | null>();
  return {
    async create(user, options) {
      if (given.has(user.email)) return { conflict: 'email_taken' };
      if (given.has(user.providerId)) return { conflict: 'identity_taken' };
      given.add(user.email).add(user.providerId);
      return right.create(user, options);
    },
  };
}

function keepsEveryAdministrator(right: Directory): Partial<Directory> {
  return {
    update: async (user, changes, options) =>
      options?.keepAnAdmin ? { conflict: 'last_admin' } : right.update(user, changes, options),
  };
}

function forgetsNoPassword(right: Directory): Partial<Directory> {
  const hashes = new Map<string, string | undefined>();
  return {
    create(user, options) {
      hashes.set(user.id, options?.passwordHash);
      return right.create(user, options);
    },
    findPasswordHash: async (id) => hashes.get(id),
  };
}

function takesFromWhoeverHolds(right: Directory): Partial<Directory> {
  return {
    async update(user, changes, { losesEmail, ...options } = {}) {
      if (losesEmail === undefined) return right.update(user, changes, options);
      const holder = await right.findByEmail(losesEmail.user.email);
      const { doubt } = losesEmail;
      return right.update(user, changes, {
        ...options,
        ...(holder && { losesEmail: { user: holder, doubt } }),
      });
    },
  };
}

function createsWithout(option: keyof UserWrite): Fault {
  return (right) => ({ create: (user, options) => right.create(user, { ...options, [option]: undefined }) });
}

function updatesWithout(option: keyof UserWrite | 'keepAnAdmin'): Fault {
  return (right) => ({
    update: (user, changes, options) => right.update(user, changes, { ...options, [option]: undefined }),
  });
}

/** Says that a change was made which met this conflict. */
function updatesDespite(conflict: Conflict): Fault {
  return (right) => ({
    async update(user, changes, options) {
      const outcome = await right.update(user, changes, options);
      return 'conflict' in outcome && outcome.conflict === conflict ? right.update(user, {}) : outcome;
    },
  });
}

function lists(alter: (query: UserQuery) => UserQuery): Fault {
  return (right) => ({ list: (query) => right.list(alter(query)) });
}

function only(user: User | undefined, isRight: (user: User) => boolean): User | undefined {
  return user !== undefined && isRight(user) ? user : undefined;
}

function altered<T extends object>(found: T | undefined, changes: Partial<T>): T | undefined {
  return found && { ...found, ...changes };
}

async function present(directory: Directory, user: User): Promise<User> {
  return (await directory.find(user.id)) ?? user;
}
