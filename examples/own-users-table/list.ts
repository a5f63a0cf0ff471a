import { EntranceError, type UserPage, type UserQuery } from 'express-entrance';
import type { Database } from 'node-sqlite3-wasm';
import { type Row, termsOf, userOf } from './rows.js';

const ORDERS: Readonly<Record<UserQuery['sort'], string>> = {
  email: 'email_order',
  full_name: 'name_order',
  created_at: 'created_at',
  last_login_at: "coalesce(last_login_at, '')",
};

type Placed = Row & { readonly place: string };
type Condition = readonly [sql: string, ...values: string[]];

/** A page of users. One more is read than the page holds: that one tells whether the list goes on. */
export function listUsers(database: Database, query: UserQuery): UserPage {
  const { cursor, limit } = query;
  const backwards = cursor?.direction === 'before';
  const downwards = query.descending !== backwards;
  const order = ORDERS[query.sort];
  const conditions = [
    ...filtersOf(query),
    ...(cursor === undefined
      ? []
      : [[`(${order}, id) ${downwards ? '<' : '>'} (?, ?)`, ...placeAt(cursor.position)] as const]),
  ];
  const direction = downwards ? 'DESC' : 'ASC';
  const sql = `SELECT *, ${order} AS place FROM people
    WHERE ${['version > 0', ...conditions.map(([condition]) => condition)].join(' AND ')}
    ORDER BY place ${direction}, id ${direction} LIMIT ?`;
  const values = [...conditions.flatMap(([, ...given]) => given), limit + 1];
  const found = database.all(sql, values) as unknown as readonly Placed[]; // the columns of this SELECT
  return pageOf(found, query, backwards);
}

function filtersOf(query: UserQuery): readonly Condition[] {
  const { q, provider, role, status, team, notSignedInSince } = query;
  const holds = (kind: string, name: string): Condition => [
    'EXISTS (SELECT 1 FROM people_grants WHERE person = people.id AND kind = ? AND name = ?)',
    kind,
    name,
  ];
  return [
    ...(q === undefined || q.trim() === '' ? [] : termsOf(q).map(beginsWord)),
    ...(provider === undefined ? [] : [signsInWith(provider)]),
    ...(role === undefined ? [] : [holds('role', role)]),
    ...(team === undefined ? [] : [holds('team', team)]),
    ...(status === undefined ? [] : [['status = ?', status] as const]),
    ...(notSignedInSince === undefined
      ? []
      : [["coalesce(last_login_at, '') < ?", new Date(notSignedInSince).toISOString()] as const]),
  ];
}

function beginsWord(term: string): Condition {
  return ['instr(words, ?) > 0', ` ${term}`];
}

function signsInWith(provider: string): Condition {
  return [
    '(provider = ? OR EXISTS (SELECT 1 FROM people_identities i WHERE i.person = people.id AND i.provider = ?))',
    provider,
    provider,
  ];
}

function pageOf(found: readonly Placed[], { cursor, limit }: UserQuery, backwards: boolean): UserPage {
  const met = found.slice(0, limit);
  const [first, last] = [met.at(0), met.at(-1)];
  const ahead = found.length > limit && last !== undefined ? positionOf(last) : null;
  const behind = cursor === undefined ? null : first === undefined ? cursor.position : positionOf(first);
  const users = met.map(userOf);
  return backwards
    ? { users: users.reverse(), next: behind, previous: ahead }
    : { users, next: ahead, previous: behind };
}

function positionOf({ place, id }: Placed): string {
  return Buffer.from(JSON.stringify([place, id])).toString('base64url');
}

/** A position comes from an address that anybody can write. */
function placeAt(position: string): readonly [place: string, id: string] {
  try {
    const [place, id]: readonly unknown[] = JSON.parse(Buffer.from(position, 'base64url').toString());
    if (typeof place === 'string' && typeof id === 'string') return [place, id];
  } catch {} // below
  throw new EntranceError('invalid_request', { detail: 'cursor: it isn’t one that a page gave.' });
}
