import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { sign } from 'cookie-signature';
import session from 'express-session';
import { cookieName } from '../config/cookie-name.js';
import type { Directory, User } from '../directory/directory.js';
import { parseEmail } from '../identity/email.js';
import { roleNames } from '../identity/roles.js';
import { confirmedEmail, type Grant } from '../identity/user.js';
import { uuidv7 } from '../identity/uuid.js';
import type { TestEntrance } from './entrance.js';
import { assertNoProduction } from './no-production.js';
import { partsOf } from './open-entrances.js';

/** The person to sign in. */
export interface TestPerson {
  /** The names of the roles; none by default. */
  readonly roles?: readonly string[];
  /** A person whose address is known keeps their account, and gets these roles. By default a new person signs in. */
  readonly email?: string;
  readonly fullName?: string;
  /** The entrance to sign in to, if several are open. */
  readonly entrance?: TestEntrance;
}

/** A browser of supertest: `request.agent(app)`. */
export interface CookieAgent {
  readonly jar: { setCookie(cookie: string, domain: string, path: string): unknown };
}

export interface TestSession {
  readonly user: {
    readonly id: string;
    readonly email: string;
    readonly fullName: string;
    readonly roles: readonly string[];
  };
  /** The value of the header `Cookie`. */
  readonly cookie: string;
  /** The header for `fetch`: `fetch(url, { headers })`. */
  readonly headers: { readonly cookie: string };
}

/**
 * Signs a person in without a provider. An agent of supertest gets the cookie; for `fetch`, use the `headers` of the
 * result. The session is a real one: roles are checked, and it expires, by the clock of the test entrance.
 * @throws Error in production; TypeError without an open test entrance, or for something else than an agent
 */
export async function signInAs(
  agent: CookieAgent | typeof fetch | undefined,
  { entrance, ...person }: TestPerson = {},
): Promise<TestSession> {
  assertNoProduction();
  const { config, directory, sessions, clock } = partsOf(entrance);
  const user = await userFor(directory, person, clock.now());
  const sessionId = randomUUID();
  const begun = { cookie: new session.Cookie(), entrance: recordOf(user, clock.now()) };
  sessions.expectNew(begun);
  await promisify(sessions.set.bind(sessions))(sessionId, begun);
  const signature = encodeURIComponent(`s:${sign(sessionId, config.session.secret.value())}`);
  const cookie = `${cookieName(config.server.baseUrl)}=${signature}`;
  giveCookie(agent, cookie);
  const { id, email, fullName } = user;
  return { user: { id, email, fullName, roles: roleNames(user.roles) }, cookie, headers: { cookie } };
}

/** Supertest asks an app at 127.0.0.1. */
function giveCookie(agent: CookieAgent | typeof fetch | undefined, cookie: string): void {
  if (agent === undefined || typeof agent === 'function') return;
  if (typeof agent.jar?.setCookie !== 'function')
    throw new TypeError('signInAs takes an agent that keeps cookies: request.agent(app) of supertest');
  for (const host of ['127.0.0.1', 'localhost']) agent.jar.setCookie(`${cookie}; Path=/`, host, '/');
}

async function userFor(directory: Directory, person: TestPerson, now: number): Promise<User> {
  const id = uuidv7(now);
  const { email = `${id}@test.invalid`, fullName = 'Test Person', roles = [] } = person;
  const address = parseEmail(email);
  if (address === undefined)
    throw new TypeError(`signInAs needs an email address, not ${JSON.stringify(email)}`);
  const granted: readonly Grant[] = roles.map((name) => ({ name, origin: 'manual' }));
  const known = await directory.findByEmail(address);
  const lastLoginAt = new Date(now).toISOString();
  const outcome =
    known === undefined
      ? await directory.create({
          id,
          email: address,
          fullName,
          provider: 'test',
          providerId: id,
          providerScope: 'express-entrance/testing',
          status: 'active',
          decision: null,
          roles: granted,
          teams: [],
          createdAt: lastLoginAt,
          lastLoginAt,
        })
      : await directory.update(known, {
          fullName: person.fullName ?? known.fullName,
          roles: granted,
          lastLoginAt,
        });
  if ('user' in outcome) return outcome.user;
  throw new Error(`the person can’t be signed in: ${outcome.conflict}`);
}

function recordOf(user: User, now: number) {
  return {
    userId: user.id,
    email: confirmedEmail(user),
    fullName: user.fullName,
    roles: roleNames(user.roles),
    provider: user.provider,
    device: 'A test',
    address: '127.0.0.1',
    createdAt: now,
    lastSeenAt: now,
  };
}
