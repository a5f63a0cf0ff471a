import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Grant, NewUser } from '#entrance/directory/directory.js';
import { userStatuses } from '#entrance/identity/user.js';
import { uuidv7 } from '#entrance/identity/uuid.js';
import { disabledPersona, pendingPersona, rejectedPersona } from './personas.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Personas who have an account already. */
const acquainted = [disabledPersona, pendingPersona, rejectedPersona];

/** The users whom the demo starts with, as of `now`: they are the lines of people.csv. */
export function demoUsers(
  now: number,
  tenantId: string,
  teamIds: ReadonlyMap<string, string>,
): readonly NewUser[] {
  return linesOf().map((line) => newUser(line, now, tenantId, teamIds));
}

/** The names of the teams that they are in. */
export function demoTeams(): readonly string[] {
  return [...new Set(linesOf().flatMap(([, , , teams]) => listOf(teams)))].sort();
}

function linesOf(): readonly (readonly string[])[] {
  const [, ...lines] = readFileSync(new URL('./people.csv', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => line.split(','));
}

/** Who never signed in, and hasn’t asked to be let in, was added ahead: no identity yet. */
function newUser(
  line: readonly string[],
  now: number,
  tenantId: string,
  teamIds: ReadonlyMap<string, string>,
): NewUser {
  const [
    fullName = '',
    email = '',
    givenStatus,
    teams,
    rolesBySso,
    rolesByHand,
    createdAgo = '',
    lastLoginAgo = '',
  ] = line;
  const created = now - milliseconds(createdAgo);
  const used = lastLoginAgo !== '';
  const status = userStatuses.find((one) => one === givenStatus) ?? 'active';
  const isKnown = used || status === 'pending' || status === 'rejected';
  const createdAt = new Date(created).toISOString();
  const lastLoginAt = used ? new Date(now - milliseconds(lastLoginAgo)).toISOString() : createdAt;
  return {
    id: uuidv7(created),
    email,
    fullName,
    provider: 'entra',
    providerId: isKnown ? objectId(email) : null,
    providerScope: isKnown ? tenantId : null,
    status,
    roles: [
      ...listOf(rolesBySso).map((name) => bySso(name, lastLoginAt)),
      ...listOf(rolesByHand).map((name) => ({ name, origin: 'manual' as const })),
    ],
    decision: null,
    teams: listOf(teams).map((name) => ({ name: teamIds.get(name) ?? '', origin: 'manual' })),
    createdAt,
    lastLoginAt: used ? lastLoginAt : null,
  };
}

function bySso(name: string, confirmedAt: string): Grant {
  const value = name === 'platform_admin' ? 'gateway.admin' : name;
  return { name, origin: 'sso', sources: [{ kind: 'app_role', value }], confirmedAt };
}

function listOf(cell = ''): readonly string[] {
  return cell === '' ? [] : cell.split(';');
}

/** `12m`, `3h` or `41d`. */
function milliseconds(duration: string): number {
  const unit = { m: MINUTE, h: HOUR }[duration.slice(-1)] ?? DAY;
  return Number.parseInt(duration, 10) * unit;
}

/** The same in every run; a persona’s own, so that signing in finds the account. */
function objectId(email: string): string {
  const persona = acquainted.find((one) => one.email === email);
  if (persona !== undefined) return persona.oid;
  const hex = createHash('sha256').update(email).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
