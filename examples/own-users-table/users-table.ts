import type {
  Conflict,
  Directory,
  DirectoryContext,
  IdentityKey,
  KnownUser,
  NewUser,
  Outcome,
  UserChanges,
  UserQuery,
  UserWrite,
  WriteEvents,
} from 'express-entrance';
import type { Database } from 'node-sqlite3-wasm';
import { listUsers } from './list.js';
import { fold, knownOf, type StoredUser, userOf } from './rows.js';
import * as sql from './sql.js';
import type { Turns } from './turns.js';

const BATCH = 500;

/** Thrown inside a transaction, which is rolled back then. */
class Refused extends Error {
  constructor(readonly conflict: Conflict) {
    super(conflict);
  }
}

/** The users of Entrance in the table `people` of the app. */
export class UsersTable implements Directory {
  readonly #turns: Turns;
  readonly #context: DirectoryContext;

  constructor(turns: Turns, context: DirectoryContext) {
    this.#turns = turns;
    this.#context = context;
  }

  /** People of before wait for whoever brings their address, verified by the first provider of the settings. */
  async migrate() {
    const provider = this.#context.waysIn.find((way) => way !== 'local');
    if (provider === undefined) return 0;
    const now = new Date().toISOString();
    return this.#turns.take((database) => sql.adopt(database, { provider, now }));
  }

  find(id: string) {
    return this.#turns.take((database) => sql.userWhere(database, 'id = ?', id));
  }

  findByIdentity(key: IdentityKey) {
    return this.#turns.take((database) => sql.userWithIdentity(database, key));
  }

  findByEmail(email: string) {
    return this.#turns.take((database) => sql.userWhere(database, 'email_key = ?', fold(email)));
  }

  list(query: UserQuery) {
    return this.#turns.take((database) => listUsers(database, query));
  }

  count() {
    return this.#turns.take((database) => sql.countWhere(database, '1 = 1'));
  }

  countWithStatus(status: string) {
    return this.#turns.take((database) => sql.countWhere(database, 'status = ?', status));
  }

  countSignedInBefore(time: number) {
    const at = new Date(time).toISOString();
    return this.#turns.take((database) => sql.countWhere(database, 'last_login_at < ?', at));
  }

  async countInTeams(ids: readonly string[]) {
    const counts = await this.#turns.take((database) => sql.countByName(database, 'team'));
    return new Map(ids.map((id) => [id, counts.get(id) ?? 0]));
  }

  countInRoles() {
    return this.#turns.take((database) => sql.countByName(database, 'role'));
  }

  create(user: NewUser, { passwordHash, ...write }: { readonly passwordHash?: string } & UserWrite = {}) {
    return this.#write(async (database): Promise<Outcome> => {
      if (sql.userWhere(database, 'id = ?', user.id) !== undefined)
        throw new TypeError(`there is a user ${user.id} already`);
      changeOther(database, write);
      const stored = put(database, { ...user, version: 1 }, write);
      if (passwordHash !== undefined) sql.setPassword(database, user.id, passwordHash);
      await this.#context.record(write.events ?? []);
      return { user: stored };
    });
  }

  update(
    { id, version }: StoredUser,
    changes: UserChanges,
    { keepAnAdmin = false, ...write }: { readonly keepAnAdmin?: boolean } & UserWrite = {},
  ) {
    return this.#write(async (database): Promise<Outcome> => {
      const before = current(database, { id, version });
      const hadAdmin = this.#admins(database).length > 0;
      changeOther(database, write);
      const user = put(database, { ...before, ...changes, version: version + 1 }, write);
      const tookLastAdmin = hadAdmin && this.#admins(database).length === 0;
      if (tookLastAdmin && keepAnAdmin) throw new Refused('last_admin');
      await this.#context.record([...(write.events ?? []), ...((tookLastAdmin && write.ifLastAdmin) || [])]);
      return { user, ...(tookLastAdmin && { tookLastAdmin }) };
    });
  }

  async delete(
    user: StoredUser,
    { keepAnAdmin = false, events = [] }: { readonly keepAnAdmin?: boolean } & WriteEvents = {},
  ) {
    const outcome = await this.#write(async (database) => {
      const { id } = current(database, user);
      const hadAdmin = this.#admins(database).length > 0;
      sql.remove(database, id);
      if (keepAnAdmin && hadAdmin && this.#admins(database).length === 0) throw new Refused('last_admin');
      await this.#context.record(events);
      return 'deleted' as const;
    });
    return outcome === 'deleted' ? outcome : outcome.conflict;
  }

  listEndedGrants(now: number, limit: number) {
    return this.#turns.take((database) => sql.usersWithEndedGrants(database, new Date(now), limit));
  }

  async findSeen({ id }: StoredUser) {
    const row = await this.#turns.take((database) => sql.rowWhere(database, 'id = ?', id));
    return row && knownOf(row).seen;
  }

  async *everybody(): AsyncIterable<readonly KnownUser[]> {
    let last = '';
    for (;;) {
      const rows = await this.#turns.take((database) => sql.rowsAfter(database, last, BATCH));
      if (rows.length > 0) yield rows.map(knownOf);
      const end = rows.at(-1);
      if (end === undefined) return;
      last = end.id;
    }
  }

  async isLastAdmin({ id }: Pick<StoredUser, 'id'>) {
    const admins = await this.#turns.take((database) => this.#admins(database));
    return admins.length === 1 && admins[0] === id;
  }

  async hasAdmin() {
    return (await this.#turns.take((database) => this.#admins(database))).length > 0;
  }

  findPasswordHash(id: string) {
    return this.#turns.take((database) => sql.passwordOf(database, id));
  }

  setPasswordHash(id: string, hash: string) {
    return this.#turns.take((database) => {
      if (sql.passwordOf(database, id) !== undefined) sql.setPassword(database, id, hash);
    });
  }

  /** A write in one transaction: all of it happens, with its events, or nothing does. */
  #write<T>(write: (database: Database) => Promise<T>): Promise<T | { readonly conflict: Conflict }> {
    return this.#turns.take(write).catch((error: unknown) => {
      if (error instanceof Refused) return { conflict: error.conflict };
      throw error;
    });
  }

  /** The administrators who can sign in; two of them are enough to know that nobody is the last. */
  #admins(database: Database): readonly string[] {
    return sql.administrators(database, this.#context.waysIn, 2);
  }
}

function current(database: Database, { id, version }: Pick<StoredUser, 'id' | 'version'>): StoredUser {
  const user = sql.userWhere(database, 'id = ?', id);
  if (user?.version !== version) throw new Refused('stale');
  return user;
}

/** The other account of a write comes first: it gives up the address that the user gets. */
function changeOther(database: Database, { losesEmail, merges }: UserWrite): void {
  if (merges !== undefined) sql.remove(database, current(database, merges).id);
  if (losesEmail === undefined) return;
  const other = current(database, losesEmail.user);
  sql.save(database, { ...other, emailDoubt: losesEmail.doubt, version: other.version + 1 });
}

function put(database: Database, user: StoredUser, { seen }: UserWrite): StoredUser {
  if (sql.isEmailTaken(database, user)) throw new Refused('email_taken');
  if (sql.isIdentityTaken(database, user)) throw new Refused('identity_taken');
  const row = sql.save(database, user);
  if (seen !== undefined) sql.setSeen(database, user.id, seen);
  return userOf(row);
}
