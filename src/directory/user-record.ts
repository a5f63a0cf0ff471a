import { compactId, fullId } from '../identity/compact-id.js';
import type { EmailDoubt, FurtherIdentity, GrantSource } from '../identity/user.js';
import type { Grant, User } from './directory.js';
import type { Traits } from './user-order.js';

/**
 * A user as Redis keeps it, under its id. It is a list, since a million records would name each field a million times.
 * New fields are added at its end.
 */
type UserRecord = readonly [
  version: number,
  email: string,
  fullName: string,
  provider: string | number,
  providerScope: string | null,
  providerId: string | null,
  status: number,
  createdAt: number,
  lastLoginAt: number | null,
  ...tail: Tail | [],
];

type Tail = readonly [
  roles: readonly GrantRecord[],
  teams: readonly GrantRecord[],
  decision?: readonly [at: number, by: string, reason: string | null] | null,
  emailDoubt?: readonly [since: number, reason: number, other: string | null] | null,
  linkedAt?: number | null,
  ...furtherIdentities: readonly FurtherRecord[],
];

type FurtherRecord = readonly [
  provider: string,
  providerScope: string,
  providerId: string,
  linkedAt: number,
  usedAt: number | null,
];

/**
 * A manual grant has its name alone, or its end too. An earlier version takes a grant with an end for one by single
 * sign-on without a source, which the next sign-in takes away: never for one that lasts.
 */
type GrantRecord =
  | readonly [name: string]
  | readonly [name: string, until: number, sources: readonly [], isManual: true]
  | readonly [
      name: string,
      confirmedAt: number,
      sources: ReadonlyArray<readonly [kind: number, value: string]>,
    ];

/** Earlier releases wrote the number of a provider in place of its ID. */
const NUMBERED_PROVIDERS: readonly string[] = ['local', 'entra'];

/** The numbers that a record holds in place of words. A number never changes its meaning. */
const STATUSES: Readonly<Record<User['status'], number>> = {
  active: 0,
  disabled: 1,
  pending: 2,
  rejected: 3,
};
const SOURCES: Readonly<Record<GrantSource['kind'], number>> = {
  group: 0,
  app_role: 1,
  domain: 2,
  default: 3,
};
const DOUBTS: Readonly<Record<EmailDoubt['reason'], number>> = { taken: 0, contradicted: 1, unverified: 2 };
const doubtOf = wordOf(DOUBTS);
const statusOf = wordOf(STATUSES);
const sourceKindOf = wordOf(SOURCES);

export function writeRecord(user: User): string {
  const record: UserRecord = [
    user.version,
    user.email,
    user.fullName,
    user.provider,
    user.providerScope === null ? null : compactId(user.providerScope),
    user.providerId === null ? null : compactId(user.providerId),
    STATUSES[user.status],
    Date.parse(user.createdAt),
    user.lastLoginAt === null ? null : Date.parse(user.lastLoginAt),
    ...tailOf(user),
  ];
  return JSON.stringify(record);
}

/**
 * The end of a record; empty for a user without roles, teams and other facts, as for most users of a large directory.
 */
function tailOf(user: User): Tail | [] {
  const { roles, teams, decision, emailDoubt, linkedAt, furtherIdentities = [] } = user;
  const grants = [roles.map(writeGrant), teams.map(writeGrant)] as const;
  const decided =
    decision === null ? null : ([Date.parse(decision.at), decision.by, decision.reason] as const);
  const doubt = emailDoubt === undefined ? null : writeDoubt(emailDoubt);
  const linked = linkedAt === undefined ? null : Date.parse(linkedAt);
  if (furtherIdentities.length > 0)
    return [...grants, decided, doubt, linked, ...furtherIdentities.map(writeFurther)];
  if (linked !== null) return [...grants, decided, doubt, linked];
  if (doubt !== null) return [...grants, decided, doubt];
  if (decided !== null) return [...grants, decided];
  return roles.length === 0 && teams.length === 0 ? [] : grants;
}

function writeFurther({
  provider,
  providerScope,
  providerId,
  linkedAt,
  usedAt,
}: FurtherIdentity): FurtherRecord {
  return [
    provider,
    compactId(providerScope),
    compactId(providerId),
    Date.parse(linkedAt),
    usedAt === null ? null : Date.parse(usedAt),
  ];
}

function readFurther([
  provider,
  providerScope,
  providerId,
  linkedAt,
  usedAt,
]: FurtherRecord): FurtherIdentity {
  return {
    provider,
    providerScope: fullId(providerScope),
    providerId: fullId(providerId),
    linkedAt: new Date(linkedAt).toISOString(),
    usedAt: usedAt === null ? null : new Date(usedAt).toISOString(),
  };
}

function writeDoubt({ since, reason, other }: EmailDoubt): NonNullable<Tail[3]> {
  return [Date.parse(since), DOUBTS[reason], other === null ? null : compactId(other)];
}

function readDoubt([since, reason, other]: NonNullable<Tail[3]>): EmailDoubt {
  return {
    since: new Date(since).toISOString(),
    reason: doubtOf(reason),
    other: other === null ? null : fullId(other),
  };
}

function writeGrant(grant: Grant): GrantRecord {
  if (grant.origin === 'manual')
    return grant.until === undefined ? [grant.name] : [grant.name, Date.parse(grant.until), [], true];
  const sources = grant.sources.map(({ kind, value }) => [SOURCES[kind], value] as const);
  return [grant.name, Date.parse(grant.confirmedAt), sources];
}

function readGrant([name, confirmedAt, sources = [], isManual]: GrantRecord): Grant {
  if (confirmedAt === undefined) return { name, origin: 'manual' };
  if (isManual) return { name, origin: 'manual', until: new Date(confirmedAt).toISOString() };
  return {
    name,
    origin: 'sso',
    sources: sources.map(([kind, value]) => ({ kind: sourceKindOf(kind), value })),
    confirmedAt: new Date(confirmedAt).toISOString(),
  };
}

export function readRecord(id: string, text: string): User {
  const record = parse(text);
  const [version, , , , providerScope, providerId, , , , ...tail] = record;
  const [roles = [], teams = [], decision, emailDoubt, linkedAt, ...further] = tail;
  const { email, fullName, provider, status, createdAt, lastLoginAt } = traitsOf(record);
  return {
    id,
    email,
    ...(emailDoubt ? { emailDoubt: readDoubt(emailDoubt) } : {}),
    fullName,
    provider,
    providerId: providerId === null ? null : fullId(providerId),
    providerScope: providerScope === null ? null : fullId(providerScope),
    ...(typeof linkedAt === 'number' ? { linkedAt: new Date(linkedAt).toISOString() } : {}),
    ...(further.length === 0 ? {} : { furtherIdentities: further.map(readFurther) }),
    status,
    decision: decision
      ? { at: new Date(decision[0]).toISOString(), by: decision[1], reason: decision[2] }
      : null,
    roles: roles.map(readGrant),
    teams: teams.map(readGrant),
    createdAt: new Date(createdAt).toISOString(),
    lastLoginAt: lastLoginAt === null ? null : new Date(lastLoginAt).toISOString(),
    version,
  };
}

/**
 * The traits that a list needs, in a third of the time of a whole user: a list looks at many more users than it shows.
 */
export function readTraits(text: string): Traits {
  return traitsOf(parse(text));
}

function parse(text: string): UserRecord {
  return JSON.parse(text); // only writeRecord writes records
}

function traitsOf(record: UserRecord): Traits {
  const [, email, fullName, provider, , , status, createdAt, lastLoginAt, ...tail] = record;
  const [roles = [], teams = [], , doubt, , ...further] = tail;
  return {
    email,
    emailDoubt: doubt ?? undefined,
    fullName,
    provider: providerIn(provider),
    furtherIdentities: further.map(([provider]) => ({ provider })),
    status: statusOf(status),
    roles: roles.map(([name]) => ({ name })),
    teams: teams.map(([name]) => ({ name })),
    createdAt,
    lastLoginAt,
  };
}

function providerIn(written: string | number): string {
  const provider = typeof written === 'string' ? written : NUMBERED_PROVIDERS[written];
  if (provider === undefined) throw new TypeError(`a record of an unknown provider: ${written}`);
  return provider;
}

function wordOf<Word extends string>(numbers: Readonly<Record<Word, number>>): (number: number) => Word {
  const words = Object.keys(numbers) as Word[]; // the keys of this record
  return (number) => {
    const word = words.find((one) => numbers[one] === number);
    if (word === undefined) throw new TypeError(`a record of a newer version: ${number}`);
    return word;
  };
}
