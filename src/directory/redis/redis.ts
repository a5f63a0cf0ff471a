import type { RedisRecorder } from '../../audit/redis.js';
import { compactId, fullId } from '../../identity/compact-id.js';
import { holdsIdentity } from '../../identity/linked-identities.js';
import type { ProviderId } from '../../identity/user.js';
import type { RedisClient } from '../../redis/connection.js';
import { runScript, type Script } from '../../redis/script.js';
import type {
  Conflict,
  Directory,
  IdentityKey,
  NewUser,
  OtherAccount,
  Outcome,
  SeenClaims,
  User,
  UserChanges,
  UserWrite,
  WriteEvents,
} from '../directory.js';
import { otherOf } from '../other-account.js';
import { readSeen, writeSeen } from '../seen-claims.js';
import { keepsPassword } from '../user-keys.js';
import { readRecord } from '../user-record.js';
import { directoryKeys, emailRange, identityField, type Step } from './keys.js';
import { listUsers } from './listing.js';
import { migrateNames } from './names.js';
import { countInRoles, listRoles } from './roles.js';
import { ASK_LAST_ADMIN, FIND_BY_EMAIL, FIND_BY_IDENTITY, HAS_ADMIN, REPLACE_PASSWORD } from './scripts.js';
import {
  administratorsOf,
  createUserWrite,
  isConflict,
  type Other,
  type Write,
  type Written,
} from './user-write.js';

/** The users of one batch when all are read. */
const AT_A_TIME = 500;

/**
 * The directory that all instances share. Writes go through `acknowledged`. `waysIn` are the ways in that are open to
 * administrators.
 */
export function createRedisDirectory(
  redis: RedisClient,
  prefix: string,
  audit: RedisRecorder,
  acknowledged: RedisClient,
  waysIn: readonly ProviderId[],
): Directory {
  const keys = directoryKeys(prefix);
  const { adminKeys, waysFrom } = administratorsOf(keys, waysIn);
  const write = createUserWrite(acknowledged, keys, audit, waysIn);
  /** The stored records, so that a change needn't read them again. */
  const texts = new WeakMap<User, string>();

  function readUser(id: string, text: string): User {
    const user = readRecord(id, text);
    texts.set(user, text);
    return user;
  }

  /** The user with the stored record; undefined if the user was changed or deleted since. */
  async function asRead(
    user: User,
  ): Promise<(Pick<Write, 'expected'> & { readonly before: User }) | undefined> {
    const known = texts.get(user);
    if (known !== undefined) return { before: user, expected: known };
    const expected = await redis.hGet(keys.users, compactId(user.id));
    if (expected === null) return undefined;
    const before = readRecord(user.id, expected);
    return before.version === user.version ? { before, expected } : undefined;
  }

  async function create(
    newUser: NewUser,
    passwordHash: string | undefined,
    { events, seen, ...more }: UserWrite,
  ): Promise<Outcome> {
    const other = await otherAsRead(more);
    if (other === 'stale') return { conflict: 'stale' };
    const user: User = { ...newUser, version: 1 };
    const setPassword: Step[] =
      passwordHash === undefined ? [] : [['HSET', keys.passwords, compactId(user.id), passwordHash]];
    const written = await write({
      id: user.id,
      before: undefined,
      expected: '',
      after: user,
      more: [...setPassword, ...seenSteps(user, seen)],
      other,
      events,
    });
    if (written === 'stale' && other === undefined) throw new TypeError(`there is a user ${user.id} already`);
    return outcomeOf(written, user);
  }

  async function update(
    user: User,
    changes: UserChanges,
    keepAnAdmin: boolean,
    { events, seen, ifLastAdmin = [], ...others }: UserWrite,
  ): Promise<Outcome> {
    const [stored, other] = await Promise.all([asRead(user), otherAsRead(others)]);
    if (stored === undefined || other === 'stale') return { conflict: 'stale' };
    const { id, version } = user;
    const after: User = { ...stored.before, ...changes, version: version + 1 };
    const dropPassword: Step[] = keepsPassword(after) ? [] : [['HDEL', keys.passwords, compactId(id)]];
    const more = [...dropPassword, ...seenSteps(after, seen)];
    const written = await write({ id, ...stored, after, keepAnAdmin, more, other, events, ifLastAdmin });
    return outcomeOf(written, after);
  }

  async function deleteUser(
    user: User,
    keepAnAdmin: boolean,
    { events }: WriteEvents,
  ): Promise<'deleted' | Conflict> {
    const stored = await asRead(user);
    if (stored === undefined) return 'stale';
    const { id } = user;
    const more: Step[] = [
      ['HDEL', keys.passwords, compactId(id)],
      ['HDEL', keys.claims, compactId(id)],
    ];
    const written = await write({ id, ...stored, after: undefined, keepAnAdmin, more, events });
    return isConflict(written) ? written : 'deleted';
  }

  async function otherAsRead(account: OtherAccount): Promise<Other | 'stale' | undefined> {
    const other = otherOf(account);
    if (other === undefined) return undefined;
    const stored = await asRead(other.before);
    return stored === undefined ? 'stale' : { ...other, expected: stored.expected };
  }

  function seenSteps(user: User, seen: SeenClaims | undefined): Step[] {
    if (seen === undefined) return [];
    const text = writeSeen(user, seen);
    const id = compactId(user.id);
    return [text === undefined ? ['HDEL', keys.claims, id] : ['HSET', keys.claims, id, text]];
  }

  async function findVia(script: Script, index: string, args: readonly string[]): Promise<User | undefined> {
    const [id, record] = parseStrings(await runScript(redis, script, [index, keys.users], args));
    return id === undefined || record === undefined ? undefined : readUser(fullId(id), record);
  }

  async function findByIdentity(key: IdentityKey): Promise<User | undefined> {
    const user = await findVia(FIND_BY_IDENTITY, keys.identities, [identityField(key)]);
    return user !== undefined && holdsIdentity(user, key) ? user : undefined;
  }

  return {
    async migrate() {
      await listRoles(redis, keys);
      return migrateNames(redis, keys);
    },
    async find(id) {
      const record = await redis.hGet(keys.users, compactId(id));
      return record === null ? undefined : readUser(id, record);
    },
    findByIdentity,
    findByEmail: (email) => findVia(FIND_BY_EMAIL, keys.emails, emailRange(email)),
    list: (query) => listUsers(redis, keys, query),
    count: () => redis.hLen(keys.users),
    countWithStatus: (status) => redis.sCard(keys.withStatus(status)),
    countSignedInBefore: (time) => redis.zCount(keys.times('last_login_at'), 0, `(${time}`),
    async countInTeams(ids) {
      const counts = ids.map(async (id) => [id, await redis.sCard(keys.inTeam(id))] as const);
      return new Map(await Promise.all(counts));
    },
    countInRoles: () => countInRoles(redis, keys),
    create: (user, options) => create(user, options?.passwordHash, options ?? {}),
    delete: (user, options) => deleteUser(user, options?.keepAnAdmin ?? false, options ?? {}),
    update: (user, changes, options) => update(user, changes, options?.keepAnAdmin ?? false, options ?? {}),
    async listEndedGrants(now, limit) {
      const ids = await redis.zRange(keys.grantEnds, '-inf', now, {
        BY: 'SCORE',
        LIMIT: { offset: 0, count: limit },
      });
      const records = ids.length === 0 ? [] : await redis.hmGet(keys.users, ids);
      return records.flatMap((record, index) => {
        const id = ids[index];
        return record === null || id === undefined ? [] : [readUser(fullId(id), record)];
      });
    },
    findSeen: async (user) => readSeen(user, await redis.hGet(keys.claims, compactId(user.id))),
    async *everybody() {
      let cursor = '0';
      do {
        const scanned = await redis.hScan(keys.users, cursor, { COUNT: AT_A_TIME });
        const ids = scanned.entries.map(({ field }) => field);
        const texts = ids.length === 0 ? [] : await redis.hmGet(keys.claims, ids);
        yield scanned.entries.map(({ field, value }, index) => {
          const user = readRecord(fullId(field), value);
          return { user, seen: readSeen(user, texts[index]) };
        });
        cursor = scanned.cursor;
      } while (cursor !== '0');
    },
    async isLastAdmin({ id }) {
      return (await runScript(redis, ASK_LAST_ADMIN, adminKeys, [compactId(id), waysFrom(2)])) === 1;
    },
    async hasAdmin() {
      return (await runScript(redis, HAS_ADMIN, adminKeys, [waysFrom(2)])) === 1;
    },
    findPasswordHash: async (id) => (await redis.hGet(keys.passwords, compactId(id))) ?? undefined,
    async setPasswordHash(id, hash) {
      await runScript(acknowledged, REPLACE_PASSWORD, [keys.passwords], [compactId(id), hash]);
    },
  };
}

function outcomeOf(written: Written, user: User): Outcome {
  if (isConflict(written)) return { conflict: written };
  return written === 'took_last_admin' ? { user, tookLastAdmin: true } : { user };
}

function parseStrings(reply: unknown): readonly string[] {
  return Array.isArray(reply) ? reply.filter((item) => typeof item === 'string') : [];
}
