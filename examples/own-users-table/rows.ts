import type { IdentityKey, KnownUser } from 'express-entrance';

/** A user as a directory keeps one. */
export type StoredUser = KnownUser['user'];

/** The columns that a user is read from. */
export interface Row {
  readonly id: string;
  readonly email: string;
  readonly full_name: string;
  readonly status: StoredUser['status'];
  readonly version: number;
  readonly created_at: string;
  readonly last_login_at: string | null;
  readonly rest: string;
  readonly seen: string | null;
}

export function userOf(row: Row): StoredUser {
  return {
    ...JSON.parse(row.rest), // only columnsOf writes it
    id: row.id,
    email: row.email,
    fullName: row.full_name,
    status: row.status,
    version: row.version,
    createdAt: row.created_at,
    lastLoginAt: row.last_login_at,
  };
}

export function knownOf(row: Row): KnownUser {
  return { user: userOf(row), seen: row.seen === null ? undefined : JSON.parse(row.seen) };
}

export function columnsOf(user: StoredUser): Readonly<Record<string, string | number | null>> {
  const { id, email, fullName, status, version, createdAt, lastLoginAt, ...rest } = user;
  return {
    id,
    email,
    full_name: fullName,
    status,
    version,
    created_at: createdAt,
    last_login_at: lastLoginAt,
    rest: JSON.stringify(rest),
    provider: user.provider,
    email_key: confirmedAddress(user),
    email_order: fold(email),
    name_order: plain(fullName),
    words: searchText(user),
  };
}

/** All identities of a user. A local account has none, and neither has one that was added ahead of its person. */
export function identitiesOf(user: StoredUser): readonly IdentityKey[] {
  const { provider, providerScope, providerId, furtherIdentities = [] } = user;
  if (provider === 'local' || providerScope === null || providerId === null) return [];
  return [{ provider, providerScope, providerId }, ...furtherIdentities];
}

export function grantsOf({ roles, teams }: StoredUser) {
  return [
    ...roles.map((grant) => ({ kind: 'role', name: grant.name, endsAt: endOf(grant) })),
    ...teams.map((grant) => ({ kind: 'team', name: grant.name, endsAt: endOf(grant) })),
  ];
}

function endOf(grant: StoredUser['roles'][number]): string | null {
  return grant.origin === 'manual' ? (grant.until ?? null) : null;
}

/** An address that isn't confirmed may belong to somebody else by now: it finds nobody, and is kept from nobody. */
function confirmedAddress({ email, emailDoubt }: StoredUser): string | null {
  return emailDoubt === undefined ? fold(email) : null;
}

/** All words by which somebody is found, each behind a blank: those of the name and of the address, and the address. */
function searchText(user: StoredUser): string {
  const address = confirmedAddress(user) ?? '';
  const local = address.slice(0, Math.max(0, address.lastIndexOf('@')));
  return ['', ...wordsOf(user.fullName), ...wordsOf(local), address].join(' ');
}

/** The parts of a search text, each of which has to begin a word of somebody. A part with an `@` is an address. */
export function termsOf(q: string): readonly string[] {
  const parts = plain(q).trim().split(/\s+/);
  return parts.flatMap((part) => (part.includes('@') || wordsOf(part).length === 0 ? [part] : wordsOf(part)));
}

function wordsOf(text: string): readonly string[] {
  return plain(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** Text to compare, without regard to case. */
export function fold(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

/** Text to search and to order by: without accents too. */
function plain(text: string): string {
  return fold(text.normalize('NFKD').replaceAll(/\p{Script=Inherited}/gu, ''));
}
