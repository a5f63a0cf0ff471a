import { parseCookie } from 'cookie';
import type { CookieOptions, Request, Response } from 'express';
import type { Config } from '../config/config.js';
import { cookieName } from '../config/cookie-name.js';
import type { Provider } from '../providers/provider.js';

const ONE_YEAR_MS = 365 * 24 * 60 * 60 * 1_000;
/** After signing out, a person wants to see the sign-in page, even if the provider leads back to it. */
const SIGNED_OUT_MEMORY_MS = 10 * 60 * 1_000;

export type LastProvider = ReturnType<typeof createLastProvider>;

/** Remembers in the browser how it was last used to sign in. The cookies hold nothing that identifies a person. */
export function createLastProvider(
  { server: { baseUrl }, sso }: Pick<Config, 'server' | 'sso'>,
  providers: readonly Provider[],
) {
  const last = cookieName(baseUrl, 'last-provider');
  const signedOut = cookieName(baseUrl, 'signed-out');
  const options: CookieOptions = { path: '/', httpOnly: true, sameSite: 'lax', secure: baseUrl.secure };

  return {
    remember(request: Request, response: Response, { id }: Provider): void {
      if (hasSignedOut(request)) response.clearCookie(signedOut, options);
      // A single provider needs no order.
      if (providers.length > 1) response.cookie(last, id, { ...options, maxAge: ONE_YEAR_MS });
    },
    /** The providers in the order of their buttons, but the last used one first. */
    inOrder(request: Request): readonly Provider[] {
      const id = cookieOf(request, last);
      const first = providers.filter((one) => one.id === id);
      return [...first, ...providers.filter((one) => one.id !== id)];
    },
    rememberSignOut(response: Response): void {
      // If no provider is redirected to at once, the sign-in page is shown in any case.
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
