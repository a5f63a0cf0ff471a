import { parseCookie } from 'cookie';
import { unsign } from 'cookie-signature';
import type { Request } from 'express';
import type { BaseUrl } from '../config/config.js';
import type { Secret } from '../config/secret.js';
import { handleOf } from './session-store.js';

/** Cookies whose signature is remembered to be right, about 200 bytes each. */
const MAX_VERIFIED = 20_000;

/** Over https the prefix makes browsers insist on Secure, host-only and Path=/ (RFC 6265bis §4.1.3.2). */
export function sessionCookieName(baseUrl: BaseUrl): string {
  return `${baseUrl.secure ? '__Host-' : ''}entrance`;
}

/**
 * Gives the handle of the session whose ID is in a request's cookie, if one of our secrets signed it (express-session's
 * format, `s:ID.SIGNATURE`). The same cookie comes with every request of a browser, so it is verified once per secret.
 */
export function createCookieReader(name: string, secret: Secret): (request: Request) => string | undefined {
  const verified = new Map<string, string>();
  let secrets = secret.values();

  return ({ headers: { cookie } }) => {
    if (cookie === undefined || !cookie.includes(name)) return undefined;
    const value = parseCookie(cookie)[name];
    if (value === undefined || !value.startsWith('s:')) return undefined;
    forgetAtRotation();
    return verified.get(value) ?? verify(value);
  };

  function forgetAtRotation(): void {
    const current = secret.values();
    if (current !== secrets) verified.clear();
    secrets = current;
  }

  function verify(value: string): string | undefined {
    for (const one of secrets) {
      const sessionId = unsign(value.slice('s:'.length), one);
      if (sessionId !== false) return remember(value, handleOf(sessionId));
    }
    return undefined;
  }

  function remember(value: string, handle: string): string {
    const [oldest] = verified.keys();
    if (verified.size >= MAX_VERIFIED && oldest !== undefined) verified.delete(oldest);
    verified.set(value, handle);
    return handle;
  }
}
