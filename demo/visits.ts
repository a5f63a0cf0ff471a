import { createHash, randomUUID } from 'node:crypto';
import session, { type SessionData } from 'express-session';
import type { Actor } from '#entrance/audit/event.js';
import { roleNames } from '#entrance/identity/roles.js';
import type { User } from '#entrance/identity/user.js';
import { describeDevice } from '#entrance/session/device.js';
import type { SessionRecord } from '#entrance/session/session-record.js';
import { handleOf } from '#entrance/session/session-store.js';
import type { Stores } from '#entrance/stores.js';

const USER_AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1',
] as const;

/** A number from 0 to 1 that is the same for the same text in every run. */
export function chance(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32;
}

/** The browser and the address of a person, in networks that are set aside for documentation. */
export function originFor(email: string): {
  readonly ip: string;
  readonly userAgent: string;
  readonly requestId: string;
} {
  const draw = (what: string, below: number) => Math.floor(chance(`${what} ${email}`) * below);
  const ip =
    draw('network', 5) === 0 ? `2001:db8:7:${draw('host', 40)}::12` : `203.0.113.${draw('host', 250) + 1}`;
  return {
    ip,
    userAgent: USER_AGENTS[draw('browser', USER_AGENTS.length)] ?? USER_AGENTS[0],
    requestId: randomUUID(),
  };
}

export function actorFor(user: Pick<User, 'id' | 'email' | 'fullName'>): Actor {
  const { id, email, fullName } = user;
  return { ...originFor(email), user: { id, email, fullName } };
}

export async function recordSignIn({ audit }: Stores, user: User): Promise<void> {
  const { provider, providerScope } = user;
  await audit.record({
    action: 'user-sign-in',
    by: actorFor(user),
    provider,
    tenantId: providerScope ?? undefined,
  });
}

/** Begins a session whose cookie nobody has, and which was last used at `lastSeenAt`. */
export async function beginSession(
  { sessions }: Stores,
  user: User,
  createdAt: number,
  lastSeenAt: number,
): Promise<void> {
  const { ip, userAgent } = originFor(user.email);
  const record: SessionRecord = {
    userId: user.id,
    email: user.email,
    fullName: user.fullName,
    roles: roleNames(user.roles),
    provider: user.provider,
    device: describeDevice(userAgent),
    address: ip,
    createdAt,
    lastSeenAt: createdAt,
  };
  const data: SessionData = { cookie: new session.Cookie(), entrance: record };
  const id = randomUUID();
  sessions.expectNew(data);
  await new Promise<void>((resolve, reject) =>
    sessions.set(id, data, (error) => (error ? reject(error) : resolve())),
  );
  await sessions.advanceIdleClock(handleOf(id), record, lastSeenAt);
}
