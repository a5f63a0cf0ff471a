import type { Request } from 'express';
import type { Actor, Person } from '../audit/event.js';
import type { BaseUrl } from '../config/config.js';
import { EntranceError, type EntranceErrorOptions } from '../errors.js';
import type { User } from '../host/user.js';
import { CONSOLE_ROLES, PLATFORM_ADMIN, PLATFORM_VIEWER } from '../identity/roles.js';
import { originOf } from '../requests/request-id.js';
import type { ReadSession, Session } from '../session/reading.js';
import type { SessionRecord } from '../session/session-record.js';
import type { AtOnceOrLater } from '../session/session-store.js';
import type { ApiToken, Scope } from '../tokens/api-token.js';
import type { AuthenticateToken } from '../tokens/authenticate.js';
import { bearerToken } from '../tokens/bearer-token.js';
import { looksLikeToken } from '../tokens/token-text.js';
import { allows, nameOf } from '../tokens/tokens.js';
import { AuthContextRequired } from './auth-context-required.js';
import { readUser, setUser } from './request-user.js';
import { assertSameOrigin, isFromOtherOrigin } from './same-origin.js';

/** The token or the session that a request of the API acts as. */
export type Principal =
  | { readonly kind: 'session'; readonly session: Session }
  | { readonly kind: 'token'; readonly token: ApiToken };

/** Throws an EntranceError, at once or later, if a request may not pass. */
export type Guard = (request: Request) => AtOnceOrLater<void>;

export interface Guards {
  /** Passes a signed-in person; sets `request.user`. */
  readonly requireSession: Guard;
  /** Passes a signed-in person who holds one of these roles; sets `request.user`. */
  requireRole(...roles: readonly string[]): Guard;
  /** Passes a signed-in person whose session carries this authentication context; sets `request.user`. */
  requireAuthContext(authContext: string): Guard;
  /** Passes an API token with this scope, or a session whose roles include the scope. */
  requireScope(scope: Scope): Guard;
  /**
   * The same for a request that a proxy asks about. The request changes nothing here, so the page of any site may have
   * sent it. A `Bearer` token without the form of our tokens belongs to the app.
   */
  requireScopeForProxy(scope: Scope): Guard;
  /** Passes any valid API token or session. */
  readonly requirePrincipal: Guard;
  /** The person whom a guard of this Entrance let pass. Throws TypeError if none did. */
  guardedUser(request: Request): User;
  /** The person whom a guard would let in; refuses nothing. An API token and a foreign page's change act for nobody. */
  userOf(request: Request): Promise<User | undefined>;
}

export interface GuardDependencies {
  readonly readSession: ReadSession;
  readonly authenticateToken: AuthenticateToken;
  readonly baseUrl: BaseUrl;
  /** How somebody becomes the first administrator, in words for the operator. */
  readonly firstAdministrator: string;
}

const VIEWER_SCOPES: readonly Scope[] = ['users:read', 'audit:read'];
/** The scope of every signed-in person, whatever their roles. */
const SCOPE_OF_SESSIONS: Scope = 'verify';

/** The advice of a guard that no token passes. */
const FOR_PEOPLE = {
  detail: 'Sign in at /admin/login. This address is for people: an API token doesn’t open it.',
};

const principals = new WeakMap<Request, Principal>();

/** The value of `request.user`. The session is in a private field, so that a handler can't read it. */
class SignedInUser implements User {
  readonly id: string;
  readonly email: string | undefined;
  readonly fullName: string;
  readonly roles: readonly string[];
  readonly #session: Session;
  readonly #reader: ReadSession;

  constructor(session: Session, reader: ReadSession) {
    const { userId, email, fullName, roles } = session.record;
    this.id = userId;
    this.email = email;
    this.fullName = fullName;
    this.roles = roles;
    this.#session = session;
    this.#reader = reader;
  }

  static sessionOf(request: Request): Session | undefined {
    const user = readUser(request);
    return user instanceof SignedInUser ? user.#session : undefined;
  }

  /** The user whose session this reader read: an app may mount several Entrances. */
  static userOf(request: Request, reader: ReadSession): SignedInUser | undefined {
    const user = readUser(request);
    return user instanceof SignedInUser && user.#reader === reader ? user : undefined;
  }
}

/** The session of a request that passed `requireSession` or `requireRole`. */
export function sessionOf(request: Request): Session {
  const session = SignedInUser.sessionOf(request);
  if (session === undefined) throw new TypeError('this route has no session guard');
  return session;
}

/** The principal of a request that passed `requireScope` or `requirePrincipal`. */
export function principalOf(request: Request): Principal {
  const principal = principals.get(request);
  if (principal === undefined) throw new TypeError('this route has no principal guard');
  return principal;
}

/** For the audit log. A request with a token is recorded with the token and with the person who made it. */
export function actorOf(request: Request): Actor {
  const principal = principals.get(request) ?? { kind: 'session', session: sessionOf(request) };
  const origin = originOf(request);
  if (principal.kind === 'token') {
    const { createdBy } = principal.token;
    return {
      ...origin,
      token: nameOf(principal.token),
      user: createdBy === null ? undefined : { id: createdBy },
    };
  }
  return { ...origin, user: personIn(principal.session.record) };
}

/** A session authorises an unsafe method only if the request comes from our own origin. */
export function createGuards({
  readSession,
  authenticateToken,
  baseUrl,
  firstAdministrator,
}: GuardDependencies): Guards {
  return {
    requireSession: (request) => bySession(request, () => {}),
    requireRole:
      (...roles) =>
      (request) =>
        bySession(request, ({ record }) => {
          if (!record.roles.some((role) => roles.includes(role)))
            throw noAccess(roles, record.roles, firstAdministrator);
        }),
    requireAuthContext: (authContext) => (request) =>
      bySession(request, ({ record }) => {
        if (!record.authContexts?.includes(authContext)) throw new AuthContextRequired(authContext, record);
      }),
    requireScope: (scope) => async (request) => {
      assertScope(await enterByPrincipal(request), scope);
    },
    requireScopeForProxy: (scope) => async (request) => {
      assertScope(await enterByPrincipal(request, { isForProxy: true }), scope);
    },
    async requirePrincipal(request) {
      await enterByPrincipal(request);
    },
    guardedUser(request) {
      const user = SignedInUser.userOf(request, readSession);
      if (user === undefined)
        throw new TypeError('guardedUser needs requireSession, requireRole or requireAuthContext before it');
      return user;
    },
    async userOf(request) {
      if (isFromOtherOrigin(request, baseUrl) || looksLikeToken(bearerToken(request) ?? '')) return undefined;
      const session = await readSession(request);
      return session === undefined ? undefined : new SignedInUser(session, readSession);
    },
  };

  /** Reads the session and decides about it, without a pause if the session is known at once. */
  function bySession<T>(request: Request, decide: (session: Session) => T): AtOnceOrLater<T> {
    const session = readSession(request);
    return session instanceof Promise
      ? session.then((one) => decide(enter(request, one, FOR_PEOPLE)))
      : decide(enter(request, session, FOR_PEOPLE));
  }

  function enter(
    request: Request,
    session: Session | undefined,
    advice: EntranceErrorOptions = {},
    isForProxy = false,
  ): Session {
    if (session === undefined) throw new EntranceError('not_signed_in', advice);
    if (!isForProxy) assertSameOrigin(request, baseUrl);
    setUser(request, new SignedInUser(session, readSession));
    return session;
  }

  /** A request that shows a token acts as that token alone, whatever cookies it carries. */
  async function enterByPrincipal(request: Request, { isForProxy = false } = {}): Promise<Principal> {
    const token = await authenticateToken(request, { ownTokensOnly: isForProxy });
    const principal: Principal =
      token === undefined
        ? { kind: 'session', session: enter(request, await readSession(request), {}, isForProxy) }
        : { kind: 'token', token };
    principals.set(request, principal);
    return principal;
  }
}

/** Often this is the first administrator, so the remedy names the setting that makes one. */
function noAccess(
  expected: readonly string[],
  received: readonly string[],
  firstAdministrator: string,
): EntranceError {
  return new EntranceError('no_access', {
    cause: { expected, received },
    remedy: expected.some((role) => CONSOLE_ROLES.includes(role))
      ? `An administrator gives the role (console, Users). If there is none yet: ${firstAdministrator}`
      : undefined,
  });
}

function assertScope(principal: Principal, scope: Scope): void {
  if (allows(scopesOfPrincipal(principal), scope)) return;
  const code = principal.kind === 'token' ? 'scope_missing' : 'no_access';
  throw new EntranceError(code, { cause: { expected: scope } });
}

/** The scopes of a role: what it may do through the API, in the terms of tokens. */
export function scopesOfRoles(roles: readonly string[]): readonly Scope[] {
  if (roles.includes(PLATFORM_ADMIN)) return ['*'];
  return roles.includes(PLATFORM_VIEWER) ? VIEWER_SCOPES : [];
}

/** The roles that include this scope; undefined if the scope needs no role. */
export function rolesWithScope(scope: Scope): readonly string[] | undefined {
  if (scope === SCOPE_OF_SESSIONS) return undefined;
  return CONSOLE_ROLES.filter((role) => allows(scopesOfRoles([role]), scope));
}

export function scopesOfPrincipal(principal: Principal): readonly Scope[] {
  return principal.kind === 'token'
    ? principal.token.scopes
    : [...scopesOfRoles(principal.session.record.roles), SCOPE_OF_SESSIONS];
}

export function mayChange({ roles }: SessionRecord): boolean {
  return roles.includes(PLATFORM_ADMIN);
}

export function personIn({ userId, email, fullName }: SessionRecord): Person {
  return { id: userId, email, fullName };
}
