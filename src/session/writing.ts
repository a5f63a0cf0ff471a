import { promisify } from 'node:util';
import type { Request, RequestHandler, Response } from 'express';
import session from 'express-session';
import type { Clock } from '../clock.js';
import type { Config } from '../config/config.js';
import { cookieName } from '../config/cookie-name.js';
import { firstLoss } from '../identity/grant-end.js';
import { parseAddress } from '../identity/network.js';
import { roleNames } from '../identity/roles.js';
import { confirmedEmail, type IdentityKey, type ProviderId, type User } from '../identity/user.js';
import type { SessionClaims } from '../providers/session-claims.js';
import { describeDevice } from './device.js';
import { createSealing } from './sealing.js';
import type { SessionRecord } from './session-record.js';
import type { ProviderSession, SessionStore } from './session-store.js';

export type SessionWriter = ReturnType<typeof createSessionWriter>;

/** A longer ID token would fit into no URL, and is read with each session. */
const MAX_ID_TOKEN_LENGTH = 8_192;

/** The provider's claims for the new session; empty for a local sign-in. */
export interface SignInOrigin extends SessionClaims {
  /** The identity of the sign-in; absent for a password. */
  readonly key?: IdentityKey;
  readonly providerSessionId?: string | undefined;
}

/** Signs people in and out through express-session. No other module begins a session. */
export function createSessionWriter(
  config: Pick<Config, 'session' | 'server'>,
  store: SessionStore,
  clock: Clock,
) {
  const { baseUrl } = config.server;
  const name = cookieName(baseUrl);
  const sealing = createSealing('entrance id token', config.session.secret);
  let current: { readonly secret: readonly string[]; readonly middleware: RequestHandler } | undefined;
  const cookie = { path: '/', httpOnly: true, sameSite: 'lax', secure: baseUrl.secure } as const;

  return {
    /** Begins a session under a new ID. Resolves after the session is stored, so that the redirect can follow. */
    async signIn(request: Request, response: Response, user: User, origin: SignInOrigin): Promise<void> {
      const own = await openSession(request, response);
      const { entrance: before } = own.session;
      if (before !== undefined) await regenerate(own);
      store.expectNew(own.session, ...providerSessionsOf(providerOf(user, origin), origin));
      own.session.entrance = recordOf(
        request,
        user,
        sealed(user, withContextsOf(before, user, origin)),
        clock.now(),
      );
      await promisify(own.session.save.bind(own.session))();
    },

    /** Ends the session and removes its cookie. Gives the record, if there was a session, with its ID token opened. */
    async signOut(request: Request, response: Response): Promise<SessionRecord | undefined> {
      const own = await openSession(request, response);
      const { entrance: ended } = own.session;
      await promisify(own.session.destroy.bind(own.session))();
      response.clearCookie(name, cookie);
      return ended === undefined ? undefined : opened(ended);
    },
  };

  /** Encrypts the ID token, which names the person, so that a copy of the store doesn't show it. */
  function sealed(user: User, { idTokenHint, ...origin }: SignInOrigin): SignInOrigin {
    if (idTokenHint === undefined || idTokenHint.length > MAX_ID_TOKEN_LENGTH) return origin;
    return { ...origin, idTokenHint: sealing.seal(idTokenHint, user.id) };
  }

  function opened({ idTokenHint, ...record }: SessionRecord): SessionRecord {
    const token = idTokenHint === undefined ? undefined : sealing.open(idTokenHint, record.userId);
    return { ...record, ...(token !== undefined && { idTokenHint: token }) };
  }

  /**
   * Runs express-session on a request of our own that inherits from the real one. A host app may have its own
   * express-session, and `BASE_URL` decides whether the cookie is Secure, not the scheme between a proxy and this
   * server.
   */
  async function openSession(request: Request, response: Response): Promise<Request> {
    const own: Request = Object.create(request, {
      session: { value: undefined, writable: true, configurable: true, enumerable: true },
      sessionID: { value: undefined, writable: true, configurable: true, enumerable: true },
      sessionStore: { value: undefined, writable: true, configurable: true, enumerable: true },
      secure: { value: baseUrl.secure },
    });
    await promisify<Request, Response, void>(expressSession())(own, response);
    return own;
  }

  /** The middleware for the present secrets, made again only after a rotation. */
  function expressSession(): RequestHandler {
    const secret = config.session.secret.values();
    if (current?.secret === secret) return current.middleware;
    store.removeAllListeners('connect').removeAllListeners('disconnect');
    const middleware = session({
      name,
      secret: [...secret],
      store,
      resave: false,
      saveUninitialized: false,
      cookie,
    });
    current = { secret, middleware };
    return middleware;
  }
}

function providerOf(user: User, { key }: SignInOrigin): ProviderId {
  return key?.provider ?? user.provider;
}

/** The names that the provider's sign-out may use for this session. */
function providerSessionsOf(
  provider: ProviderId,
  { providerSessionId: sid, subject }: SignInOrigin,
): readonly ProviderSession[] {
  return [
    ...(sid === undefined ? [] : [{ provider, sid }]),
    ...(subject === undefined ? [] : [{ provider, subject }]),
  ];
}

/** A step-up replaces the session, and each context is asked for separately. */
function withContextsOf(before: SessionRecord | undefined, user: User, origin: SignInOrigin): SignInOrigin {
  const { authContexts: fresh = [] } = origin;
  if (before?.authContexts === undefined || before.userId !== user.id || fresh.length === 0) return origin;
  return { ...origin, authContexts: [...new Set([...before.authContexts, ...fresh])] };
}

function recordOf(request: Request, user: User, origin: SignInOrigin, now: number): SessionRecord {
  const { loginHint, idTokenHint, authContexts } = origin;
  const endsAt = firstLoss(user.roles);
  return {
    userId: user.id,
    email: confirmedEmail(user),
    fullName: user.fullName,
    roles: roleNames(user.roles),
    provider: providerOf(user, origin),
    device: describeDevice(request.get('user-agent')),
    address: parseAddress(request.ip ?? '') ?? '',
    createdAt: now,
    lastSeenAt: now,
    ...(loginHint !== undefined && { loginHint }),
    ...(idTokenHint !== undefined && { idTokenHint }),
    ...(authContexts !== undefined && { authContexts }),
    ...(endsAt !== undefined && { endsAt }),
  };
}

/** Destroys the old session and begins one with a new ID, as each change of privilege needs. */
async function regenerate(request: Request): Promise<void> {
  await promisify(request.session.regenerate.bind(request.session))();
}
