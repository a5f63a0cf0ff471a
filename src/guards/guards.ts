import type { Request, RequestHandler } from 'express';
import type { Actor, Person } from '../audit/event.js';
import type { BaseUrl } from '../config/config.js';
import { EntranceError } from '../errors.js';
import { originOf } from '../http/request-origin.js';
import { PLATFORM_ADMIN, PLATFORM_VIEWER } from '../identity/roles.js';
import type { ReadSession, Session } from '../session/reading.js';
import type { SessionRecord } from '../session/session-record.js';
import type { AuthenticateToken } from '../tokens/authenticate.js';
import { type ApiToken, allows, nameOf, type Scope } from '../tokens/tokens.js';
import { assertSameOrigin } from './same-origin.js';

declare global {
  namespace Express {
    /** Who a guarded request acts as. */
    interface User {
      id: string;
      email: string;
      fullName: string;
      roles: readonly string[];
    }
    interface Request {
      user?: User | undefined;
    }
  }
}

/** Who a request of the API acts as. */
export type Principal =
  | { readonly kind: 'session'; readonly session: Session }
  | { readonly kind: 'token'; readonly token: ApiToken };

export interface Guards {
  /** Lets pass who is signed in; sets `request.user`. */
  readonly requireSession: RequestHandler;
  /** Lets pass who is signed in and holds one of these roles; sets `request.user`. */
  requireRole(...roles: readonly string[]): RequestHandler;
  /** Lets pass an API token with this scope, or a session whose role includes it. */
  requireScope(scope: Scope): RequestHandler;
  /** Lets pass any valid API token or session. */
  readonly requirePrincipal: RequestHandler;
}

export interface GuardDependencies {
  readonly readSession: ReadSession;
  readonly authenticateToken: AuthenticateToken;
  readonly baseUrl: BaseUrl;
}

const VIEWER_SCOPES: readonly Scope[] = ['users:read', 'audit:read'];

const sessions = new WeakMap<Request, Session>();
const principals = new WeakMap<Request, Principal>();

/** The session of a request that passed `requireSession` or `requireRole`. */
export function sessionOf(request: Request): Session {
  const session = sessions.get(request);
  if (session === undefined) throw new TypeError('this route has no session guard');
  return session;
}

/** The principal of a request that passed `requireScope` or `requirePrincipal`. */
export function principalOf(request: Request): Principal {
  const principal = principals.get(request);
  if (principal === undefined) throw new TypeError('this route has no principal guard');
  return principal;
}

/** Who acts in a request that passed a guard, for the audit log. With a token it is the token, and the person who made it. */
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

/** Guards throw; whoever mounts them answers the error. A session authorises an unsafe method from our own origin only. */
export function createGuards({ readSession, authenticateToken, baseUrl }: GuardDependencies): Guards {
  return {
    requireSession: guard(async (request) => {
      await enterBySession(request);
    }),
    requireRole: (...roles) =>
      guard(async (request) => {
        const { record } = await enterBySession(request);
        if (!record.roles.some((role) => roles.includes(role))) throw new EntranceError('no_access');
      }),
    requireScope: (scope) =>
      guard(async (request) => {
        const principal = await enterByPrincipal(request);
        assertScope(principal, scope);
      }),
    requirePrincipal: guard(async (request) => {
      await enterByPrincipal(request);
    }),
  };

  async function enterBySession(request: Request): Promise<Session> {
    const session = await readSession(request);
    if (session === undefined) throw new EntranceError('not_signed_in');
    assertSameOrigin(request, baseUrl);
    sessions.set(request, session);
    request.user = userOf(session.record);
    return session;
  }

  /** A request that shows a token acts as that token alone, whatever cookies it carries. */
  async function enterByPrincipal(request: Request): Promise<Principal> {
    const token = await authenticateToken(request);
    const principal: Principal =
      token === undefined
        ? { kind: 'session', session: await enterBySession(request) }
        : { kind: 'token', token };
    principals.set(request, principal);
    return principal;
  }
}

function assertScope(principal: Principal, scope: Scope): void {
  if (principal.kind === 'token') {
    if (!allows(principal.token.scopes, scope))
      throw new EntranceError('scope_missing', { cause: { expected: scope } });
  } else if (!allows(scopesOfRoles(principal.session.record.roles), scope)) {
    throw new EntranceError('no_access', { cause: { expected: scope } });
  }
}

/** What a role may do through the API, in the terms of token scopes. */
export function scopesOfRoles(roles: readonly string[]): readonly Scope[] {
  if (roles.includes(PLATFORM_ADMIN)) return ['*'];
  return roles.includes(PLATFORM_VIEWER) ? VIEWER_SCOPES : [];
}

function userOf({ userId, email, fullName, roles }: SessionRecord): Express.User {
  return { id: userId, email, fullName, roles };
}

export function personIn({ userId, email, fullName }: SessionRecord): Person {
  return { id: userId, email, fullName };
}

function guard(enter: (request: Request) => Promise<void>): RequestHandler {
  return async (request, _response, next) => {
    await enter(request);
    next();
  };
}
