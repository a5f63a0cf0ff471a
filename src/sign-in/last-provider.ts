import { parseCookie } from 'cookie';
import type { CookieOptions, Request, Response } from 'express';
import type { Config } from '../config/config.js';
import { cookieName } from '../config/cookie-name.js';
import type { Provider } from '../providers/provider.js';

const ONE_YEAR_MS = 365 * 24 * 60 * 60 * 1_000;
/** Who has signed out wants to see the page, also if the provider leads back to it. */
const SIGNED_OUT_MEMORY_MS = 10 * 60 * 1_000;

/** What a browser remembers of how it was signed in: nothing that tells who, or one person from another. */
export interface LastProvider {
  /** A sign-in with this provider was completed. */
  remember(request: Request, response: Response, provider: Provider): void;
  /** The providers by the order of their buttons, the last used first. */
  inOrder(request: Request): readonly Provider[];
  /** Somebody signed out in this browser. */
  rememberSignOut(response: Response): void;
  hasSignedOut(request: Request): boolean;
}

export function createLastProvider(
  { server: { baseUrl }, sso }: Pick<Config, 'server' | 'sso'>,
  providers: readonly Provider[],
): LastProvider {
  const last = cookieName(baseUrl, 'last-provider');
  const signedOut = cookieName(baseUrl, 'signed-out');
  const options: CookieOptions = { path: '/', httpOnly: true, sameSite: 'lax', secure: baseUrl.secure };

  return {
    remember(request, response, { id }) {
      if (hasSignedOut(request)) response.clearCookie(signedOut, options);
      // With one provider there is nothing to put in order.
      if (providers.length > 1) response.cookie(last, id, { ...options, maxAge: ONE_YEAR_MS });
    },
    inOrder(request) {
      const id = cookieOf(request, last);
      const first = providers.filter((one) => one.id === id);
      return [...first, ...providers.filter((one) => one.id !== id)];
    },
    rememberSignOut(response) {
      // Without a provider that is led to at once the page is shown in any case.
      if (sso.defaultProvider === undefined) return;
      response.cookie(signedOut, '1', { ...options, maxAge: SIGNED_OUT_MEMORY_MS });
    },
    hasSignedOut,
  };

  function hasSignedOut(request: Request): boolean {
    return cookieOf(request, signedOut) !== undefined;
  }
}

function cookieOf(request: Request, name: string): string | undefined {
  return parseCookie(request.headers.cookie ?? '')[name];
}
