import { compactId, fullId } from '../identity/compact-id.js';
import type { EmailDoubt, GrantSource } from '../identity/user.js';
import type { Grant, User } from './directory.js';
import type { Traits } from './user-order.js';

/** A user as Redis keeps it, under its id. A list, since a million records would name each field a million times; it grows at its end. */
type UserRecord = readonly [
  version: number,
  email: string,
  fullName: string,
  provider: number,
  tenantId: string | null,
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
  emailDoubt?: readonly [since: number, reason: number, other: string | null],
];

/** The name alone for a manual grant. */
type GrantRecord =
  | readonly [name: string]
  | readonly [
      name: string,
      confirmedAt: number,
      sources: ReadonlyArray<readonly [kind: number, value: string]>,
    ];

/** What a record has in place of the words; a number once given stays. */
const PROVIDERS: Readonly<Record<User['provider'], number>> = { local: 0, entra: 1 };
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
const providerOf = wordOf(PROVIDERS);
const statusOf = wordOf(STATUSES);
const sourceKindOf = wordOf(SOURCES);

export function writeRecord(user: User): string {
  const record: UserRecord = [
    user.version,
    user.email,
    user.fullName,
    PROVIDERS[user.provider] ?? 1,
    user.tenantId === null ? null : compactId(user.tenantId),
    user.providerId === null ? null : compactId(user.providerId),
    STATUSES[user.status],
    Date.parse(user.createdAt),
    user.lastLoginAt === null ? null : Date.parse(user.lastLoginAt),
    ...tailOf(user),
  ];
  return JSON.stringify(record);
}

/** Empty if there are no roles, teams or other facts, as with nearly everybody in a large directory. */
function tailOf({ roles, teams, decision, emailDoubt }: User): Tail | [] {
  const grants = [roles.map(writeGrant), teams.map(writeGrant)] as const;
  const decided =
    decision === null ? null : ([Date.parse(decision.at), decision.by, decision.reason] as const);
  if (emailDoubt !== undefined) return [...grants, decided, writeDoubt(emailDoubt)];
  if (decided !== null) return [...grants, decided];
  return roles.length === 0 && teams.length === 0 ? [] : grants;
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
  if (grant.origin === 'manual') return [grant.name];
  const sources = grant.sources.map(({ kind, value }) => [SOURCES[kind], value] as const);
  return [grant.name, Date.parse(grant.confirmedAt), sources];
}

function readGrant([name, confirmedAt, sources = []]: GrantRecord): Grant {
  if (confirmedAt === undefined) return { name, origin: 'manual' };
  return {
    name,
    origin: 'sso',
    sources: sources.map(([kind, value]) => ({ kind: sourceKindOf(kind), value })),
    confirmedAt: new Date(confirmedAt).toISOString(),
  };
}

export function readRecord(id: string, text: string): User {
  const record = parse(text);
  const [version, , , , tenantId, providerId, , , , roles = [], teams = [], decision, emailDoubt] = record;
  const { email, fullName, provider, status, createdAt, lastLoginAt } = traitsOf(record);
  return {
    id,
    email,
    ...(emailDoubt ? { emailDoubt: readDoubt(emailDoubt) } : {}),
    fullName,
    provider,
    providerId: providerId === null ? null : fullId(providerId),
    tenantId: tenantId === null ? null : fullId(tenantId),
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

/** What a list goes by, in a third of the time: it looks at many more than it shows. */
export function readTraits(text: string): Traits {
  return traitsOf(parse(text));
}

function parse(text: string): UserRecord {
  return JSON.parse(text); // written by writeRecord and nobody else
}

function traitsOf(record: UserRecord): Traits {
  const [, email, fullName, provider, , , status, createdAt, lastLoginAt, roles = [], teams = [], , doubt] =
    record;
  return {
    email,
    emailDoubt: doubt,
    fullName,
    provider: providerOf(provider),
    status: statusOf(status),
    roles: roles.map(([name]) => ({ name })),
    teams: teams.map(([name]) => ({ name })),
    createdAt,
    lastLoginAt,
  };
}

function wordOf<Word extends string>(numbers: Readonly<Record<Word, number>>): (number: number) => Word {
  const words = Object.keys(numbers) as Word[]; // the keys of this very record
  return (number) => {
    const word = words.find((one) => numbers[one] === number);
    if (word === undefined) throw new TypeError(`a record of a newer version: ${number}`);
    return word;
  };
}
