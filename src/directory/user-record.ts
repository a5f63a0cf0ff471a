import { compactId, fullId } from '../identity/compact-id.js';
import type { Grant, User } from './directory.js';

/** A user as Redis keeps it, under its id. A list, since a million records would name each field a million times; it grows at its end. */
type UserRecord = readonly [
  version: number,
  email: string,
  fullName: string,
  provider: User['provider'],
  tenantId: string | null,
  providerId: string | null,
  status: User['status'],
  roles: ReadonlyArray<readonly [Grant['name'], Grant['origin']]>,
  teams: readonly string[],
  createdAt: number,
  lastLoginAt: number | null,
];

export function writeRecord(user: User): string {
  const record: UserRecord = [
    user.version,
    user.email,
    user.fullName,
    user.provider,
    user.tenantId === null ? null : compactId(user.tenantId),
    user.providerId === null ? null : compactId(user.providerId),
    user.status,
    user.roles.map(({ name, origin }) => [name, origin]),
    user.teams,
    Date.parse(user.createdAt),
    user.lastLoginAt === null ? null : Date.parse(user.lastLoginAt),
  ];
  return JSON.stringify(record);
}

export function readRecord(id: string, text: string): User {
  const record: UserRecord = JSON.parse(text); // written by writeRecord and nobody else
  const [
    version,
    email,
    fullName,
    provider,
    tenantId,
    providerId,
    status,
    roles,
    teams,
    createdAt,
    lastLoginAt,
  ] = record;
  return {
    id,
    email,
    fullName,
    provider,
    providerId: providerId === null ? null : fullId(providerId),
    tenantId: tenantId === null ? null : fullId(tenantId),
    status,
    roles: roles.map(([name, origin]) => ({ name, origin })),
    teams,
    createdAt: new Date(createdAt).toISOString(),
    lastLoginAt: lastLoginAt === null ? null : new Date(lastLoginAt).toISOString(),
    version,
  };
}
