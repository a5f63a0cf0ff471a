import type { MemoryRecorder } from '../audit/memory.js';
import { fold } from '../identity/fold.js';
import { firstEnd } from '../identity/grant-end.js';
import { identitiesOf } from '../identity/linked-identities.js';
import { roleNames } from '../identity/roles.js';
import { confirmedEmail, type ProviderId } from '../identity/user.js';
import type {
  Conflict,
  Directory,
  IdentityKey,
  NewUser,
  Outcome,
  SeenClaims,
  User,
  UserChanges,
  UserWrite,
  WriteEvents,
} from './directory.js';
import { otherOf, type Replacement } from './other-account.js';
import { readSeen, writeSeen } from './seen-claims.js';
import { administersBy, keepsPassword, stopsAdministering } from './user-keys.js';
import { inOrder, isAhead, placeOf } from './user-order.js';
import { parseWalk, toPage, userFilter } from './user-page.js';

/**
 * A directory in memory: for the demo, tests and a first look. `waysIn` are the ways in that are open to
 * administrators.
 */
export function createMemoryDirectory(audit: MemoryRecorder, waysIn: readonly ProviderId[]): Directory {
  const users = new Map<string, User>();
  const passwordHashes = new Map<string, string>();
  const seenTexts = new Map<string, string>();
  const idsByEmail = new Map<string, string>();
  const idsByIdentity = new Map<string, string>();

  // No write awaits anything, so each one happens wholly or not at all.

  function create(
    newUser: NewUser,
    passwordHash: string | undefined,
    { events = [], seen, ...more }: UserWrite,
  ): Outcome {
    const user: User = { ...newUser, version: 1 };
    if (users.has(user.id)) throw new TypeError(`there is a user ${user.id} already`);
    const other = otherOf(more);
    const conflict = isStale(other) ? 'stale' : conflictOver(user, other);
    if (conflict) return { conflict };
    audit.take(events);
    replace(other);
    put(user);
    keepSeen(user, seen);
    if (passwordHash !== undefined) passwordHashes.set(user.id, passwordHash);
    return { user };
  }

  function update(
    { id, version }: User,
    changes: UserChanges,
    keepAnAdmin: boolean,
    { events = [], seen, ifLastAdmin = [], ...more }: UserWrite,
  ): Outcome {
    const before = users.get(id);
    if (before === undefined || before.version !== version) return { conflict: 'stale' };
    const after: User = { ...before, ...changes, version: version + 1 };
    const other = otherOf(more);
    const conflict = isStale(other) ? 'stale' : conflictOver(after, other);
    if (conflict) return { conflict };
    const takesLastAdmin = stopsAdministering(before, after, waysIn) && isLastAdmin(before);
    if (takesLastAdmin && keepAnAdmin) return { conflict: 'last_admin' };
    audit.take(takesLastAdmin ? [...events, ...ifLastAdmin] : events);
    replace(other);
    remove(before);
    put(after);
    keepSeen(after, seen);
    if (!keepsPassword(after)) passwordHashes.delete(id);
    return { user: after, ...(takesLastAdmin ? { tookLastAdmin: true } : {}) };
  }

  function deleteUser(
    { id, version }: User,
    keepAnAdmin: boolean,
    { events = [] }: WriteEvents,
  ): 'deleted' | Conflict {
    const before = users.get(id);
    if (before === undefined || before.version !== version) return 'stale';
    if (keepAnAdmin && isLastAdmin(before)) return 'last_admin';
    audit.take(events);
    remove(before);
    passwordHashes.delete(id);
    seenTexts.delete(id);
    return 'deleted';
  }

  function keepSeen(user: User, seen: SeenClaims | undefined): void {
    if (seen === undefined) return;
    const text = writeSeen(user, seen);
    if (text === undefined) seenTexts.delete(user.id);
    else seenTexts.set(user.id, text);
  }

  /** Whether the account changed since it was read. */
  function isStale(other: Replacement | undefined): boolean {
    return other !== undefined && users.get(other.before.id)?.version !== other.before.version;
  }

  function replace(other: Replacement | undefined): void {
    if (other === undefined) return;
    remove(other.before);
    if (other.after !== undefined) put(other.after);
    else seenTexts.delete(other.before.id);
  }

  function conflictOver(
    user: User,
    other: Replacement | undefined,
  ): 'email_taken' | 'identity_taken' | undefined {
    const isTaken = (holder: string | undefined) => holder !== undefined && holder !== user.id;
    const holder = confirmedEmail(user) && idsByEmail.get(fold(user.email));
    if (holder !== other?.before.id && isTaken(holder)) return 'email_taken';
    const texts = identitiesOf(user).map(identityText);
    return texts.some((text) => isTaken(idsByIdentity.get(text))) ? 'identity_taken' : undefined;
  }

  function isLastAdmin(user: User): boolean {
    return canAdminister(user) && [...users.values()].filter(canAdminister).length === 1;
  }

  function canAdminister(user: User): boolean {
    return administersBy(user).some(
      (way) => waysIn.includes(way) && (way !== 'local' || passwordHashes.has(user.id)),
    );
  }

  function put(user: User): void {
    users.set(user.id, user);
    if (confirmedEmail(user) !== undefined) idsByEmail.set(fold(user.email), user.id);
    for (const identity of identitiesOf(user)) idsByIdentity.set(identityText(identity), user.id);
  }

  function remove(user: User): void {
    users.delete(user.id);
    if (confirmedEmail(user) !== undefined) idsByEmail.delete(fold(user.email));
    for (const identity of identitiesOf(user)) idsByIdentity.delete(identityText(identity));
  }

  const findVia = (index: ReadonlyMap<string, string>, key: string) => users.get(index.get(key) ?? '');

  return {
    migrate: async () => 0,
    find: async (id) => users.get(id),
    findByIdentity: async (key) => findVia(idsByIdentity, identityText(key)),
    findByEmail: async (email) => findVia(idsByEmail, fold(email)),
    count: async () => users.size,
    countWithStatus: async (status) => [...users.values()].filter((user) => user.status === status).length,
    countSignedInBefore: async (time) =>
      [...users.values()].filter(({ lastLoginAt: at }) => at !== null && Date.parse(at) < time).length,
    async countInTeams(ids) {
      const inTeam = (team: string) => userFilter({ team, sort: 'email', descending: false, limit: 1 });
      return new Map(ids.map((id) => [id, [...users.values()].filter(inTeam(id)).length]));
    },
    async countInRoles() {
      const counts = new Map<string, number>();
      for (const { roles } of users.values())
        for (const name of roleNames(roles)) counts.set(name, (counts.get(name) ?? 0) + 1);
      return counts;
    },
    create: async (user, options) => create(user, options?.passwordHash, options ?? {}),
    update: async (user, changes, options) =>
      update(user, changes, options?.keepAnAdmin ?? false, options ?? {}),
    delete: async (user, options) => deleteUser(user, options?.keepAnAdmin ?? false, options ?? {}),
    async list(query) {
      const walk = parseWalk(query);
      const matching = [...users.values()]
        .filter(userFilter(query))
        .map((user) => ({ user, place: placeOf(user, query.sort) }));
      const ahead = inOrder(matching, walk.downwards).filter(({ place }) => isAhead(place, walk));
      return toPage(ahead.slice(0, walk.wanted), query);
    },
    async listEndedGrants(now, limit) {
      const isDue = ({ roles, teams }: User) => (firstEnd([...roles, ...teams]) ?? now + 1) <= now;
      return [...users.values()].filter(isDue).slice(0, limit);
    },
    findSeen: async (user) => readSeen(user, seenTexts.get(user.id)),
    async *everybody() {
      yield [...users.values()].map((user) => ({ user, seen: readSeen(user, seenTexts.get(user.id)) }));
    },
    async isLastAdmin({ id }) {
      const user = users.get(id);
      return user !== undefined && isLastAdmin(user);
    },
    hasAdmin: async () => [...users.values()].some(canAdminister),
    findPasswordHash: async (id) => passwordHashes.get(id),
    async setPasswordHash(id, hash) {
      if (passwordHashes.has(id)) passwordHashes.set(id, hash);
    },
  };
}

function identityText({ provider, providerScope, providerId }: IdentityKey): string {
  return JSON.stringify([provider, providerScope, providerId]);
}
