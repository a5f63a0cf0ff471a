import { compactId, fullId } from '../identity/compact-id.js';
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
  roles?: Roles,
  teams?: readonly string[],
];

type Roles = ReadonlyArray<readonly [Grant['name'], Grant['origin']]>;

/** What a record has in place of the words; a number once given stays. */
const PROVIDERS: Readonly<Record<User['provider'], number>> = { local: 0, entra: 1 };
const STATUSES: Readonly<Record<User['status'], number>> = { active: 0, disabled: 1 };
const providerOf = wordOf(PROVIDERS);
const statusOf = wordOf(STATUSES);

export function writeRecord(user: User): string {
  const record: UserRecord = [
    user.version,
    user.email,
    user.fullName,
    PROVIDERS[user.provider],
    user.tenantId === null ? null : compactId(user.tenantId),
    user.providerId === null ? null : compactId(user.providerId),
    STATUSES[user.status],
    Date.parse(user.createdAt),
    user.lastLoginAt === null ? null : Date.parse(user.lastLoginAt),
    ...grantsOf(user),
  ];
  return JSON.stringify(record);
}

/** Nothing for those, in a large directory nearly all, who have neither roles nor teams. */
function grantsOf({ roles, teams }: User): [] | [Roles, readonly string[]] {
  return roles.length === 0 && teams.length === 0
    ? []
    : [roles.map(({ name, origin }) => [name, origin]), teams];
}

export function readRecord(id: string, text: string): User {
  const record = parse(text);
  const [version, , , , tenantId, providerId] = record;
  const { email, fullName, provider, status, roles, createdAt, lastLoginAt } = traitsOf(record);
  return {
    id,
    email,
    fullName,
    provider,
    providerId: providerId === null ? null : fullId(providerId),
    tenantId: tenantId === null ? null : fullId(tenantId),
    status,
    roles,
    teams: record[10] ?? [],
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
  const [, email, fullName, provider, , , status, createdAt, lastLoginAt, roles = []] = record;
  return {
    email,
    fullName,
    provider: providerOf(provider),
    status: statusOf(status),
    roles: roles.map(([name, origin]) => ({ name, origin })),
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
