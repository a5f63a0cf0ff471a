import type { IdentityKey, SeenClaims } from 'express-entrance';
import type { Database } from 'node-sqlite3-wasm';
import { columnsOf, fold, grantsOf, identitiesOf, type Row, type StoredUser, userOf } from './rows.js';

/** Entrance knows the people whom it has seen: those whom the app adds by itself wait for the next start. */
const KNOWN = 'SELECT * FROM people WHERE version > 0';

function rows(database: Database, sql: string, values: (string | number)[]): readonly Row[] {
  return database.all(sql, values) as unknown as readonly Row[]; // every statement here selects `people.*`
}

export function rowWhere(database: Database, condition: string, ...values: string[]): Row | undefined {
  return rows(database, `${KNOWN} AND ${condition}`, values)[0];
}

export function userWhere(
  database: Database,
  condition: string,
  ...values: string[]
): StoredUser | undefined {
  const row = rowWhere(database, condition, ...values);
  return row && userOf(row);
}

const OF_IDENTITY =
  'id = (SELECT person FROM people_identities WHERE provider = ? AND scope = ? AND subject = ?)';

export function userWithIdentity(database: Database, key: IdentityKey): StoredUser | undefined {
  return userWhere(database, OF_IDENTITY, key.provider, key.providerScope, key.providerId);
}

export function rowsAfter(database: Database, id: string, limit: number): readonly Row[] {
  return rows(database, `${KNOWN} AND id > ? ORDER BY id LIMIT ?`, [id, limit]);
}

export function usersWithEndedGrants(database: Database, now: Date, limit: number): readonly StoredUser[] {
  const ended = 'EXISTS (SELECT 1 FROM people_grants WHERE person = people.id AND ends_at <= ?)';
  return rows(database, `${KNOWN} AND ${ended} LIMIT ?`, [now.toISOString(), limit]).map(userOf);
}

export function countWhere(database: Database, condition: string, ...values: string[]): number {
  const sql = `SELECT count(*) AS n FROM people WHERE version > 0 AND ${condition}`;
  return Number(database.get(sql, values)?.n);
}

export function countByName(database: Database, kind: 'role' | 'team'): ReadonlyMap<string, number> {
  const sql = 'SELECT name, count(DISTINCT person) AS n FROM people_grants WHERE kind = ? GROUP BY name';
  return new Map(database.all(sql, [kind]).map(({ name, n }) => [String(name), Number(n)]));
}

/** The active holders of the role without an end who have a way in that is open: an identity, or a password. */
export function administrators(
  database: Database,
  ways: readonly string[],
  limit: number,
): readonly string[] {
  const sql = `SELECT id FROM people WHERE status = 'active'
    AND EXISTS (SELECT 1 FROM people_grants WHERE person = id AND kind = 'role' AND name = 'platform_admin' AND ends_at IS NULL)
    AND EXISTS (SELECT 1 FROM json_each(:ways) way WHERE CASE
      WHEN way.value = 'local' THEN people.provider = 'local' AND password_hash IS NOT NULL
      ELSE way.value IN (SELECT i.provider FROM people_identities i WHERE i.person = people.id) END)
    LIMIT :limit`;
  return database.all(sql, { ':ways': JSON.stringify(ways), ':limit': limit }).map(({ id }) => String(id));
}

export function isEmailTaken(database: Database, { id, email, emailDoubt }: StoredUser): boolean {
  return emailDoubt === undefined && countWhere(database, 'email_key = ? AND id <> ?', fold(email), id) > 0;
}

export function isIdentityTaken(database: Database, user: StoredUser): boolean {
  return identitiesOf(user).some((key) => {
    const holder = userWithIdentity(database, key);
    return holder !== undefined && holder.id !== user.id;
  });
}

/** Writes the columns of Entrance, and leaves those of the app. Only a local account keeps its password. */
export function save(database: Database, user: StoredUser): Row {
  const columns = columnsOf(user);
  const names = Object.keys(columns);
  const changed = names.map((name) => `${name} = excluded.${name}`);
  const password = "password_hash = CASE WHEN excluded.provider = 'local' THEN password_hash END";
  database.run(
    `INSERT INTO people (${names.join()}) VALUES (${names.map(() => '?').join()})
     ON CONFLICT (id) DO UPDATE SET ${[...changed, password].join()}`,
    Object.values(columns),
  );
  database.run('DELETE FROM people_identities WHERE person = ?', [user.id]);
  for (const { provider, providerScope, providerId } of identitiesOf(user))
    database.run('INSERT INTO people_identities VALUES (?, ?, ?, ?)', [
      provider,
      providerScope,
      providerId,
      user.id,
    ]);
  database.run('DELETE FROM people_grants WHERE person = ?', [user.id]);
  for (const { kind, name, endsAt } of grantsOf(user))
    database.run('INSERT INTO people_grants VALUES (?, ?, ?, ?)', [user.id, kind, name, endsAt]);
  const row = rowWhere(database, 'id = ?', user.id);
  if (row === undefined) throw new Error('the row that was just written');
  return row;
}

export function remove(database: Database, id: string): void {
  database.run('DELETE FROM people WHERE id = ?', [id]);
}

export function setSeen(database: Database, id: string, seen: SeenClaims): void {
  database.run('UPDATE people SET seen = ? WHERE id = ?', [JSON.stringify(seen), id]);
}

export function passwordOf(database: Database, id: string): string | undefined {
  const hash = database.get('SELECT password_hash FROM people WHERE id = ?', [id])?.password_hash;
  return typeof hash === 'string' ? hash : undefined;
}

export function setPassword(database: Database, id: string, hash: string): void {
  database.run('UPDATE people SET password_hash = ? WHERE id = ?', [hash, id]);
}

/** Makes users of the people of before, and gives their number. Of several with one address, the first has it. */
export function adopt(database: Database, { provider, now }: { provider: string; now: string }): number {
  const people = database.all('SELECT id, email, full_name FROM people WHERE version = 0');
  for (const { id, email, full_name } of people) {
    const user: StoredUser = {
      id: String(id),
      email: String(email),
      fullName: String(full_name),
      provider,
      providerId: null,
      providerScope: null,
      status: 'active',
      decision: null,
      roles: [],
      teams: [],
      createdAt: now,
      lastLoginAt: null,
      version: 1,
    };
    const emailDoubt = { since: now, reason: 'unverified', other: null } as const;
    save(database, isEmailTaken(database, user) ? { ...user, emailDoubt } : user);
  }
  return people.length;
}
