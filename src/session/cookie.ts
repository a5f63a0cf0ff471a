import { parseCookie } from 'cookie';
import { unsign } from 'cookie-signature';
import type { Request } from 'express';
import type { BaseUrl } from '../config/config.js';
import type { Secret } from '../config/secret.js';

/** Over https the prefix makes browsers insist on Secure, host-only and Path=/ (RFC 6265bis §4.1.3.2). */
export function sessionCookieName(baseUrl: BaseUrl): string {
  return `${baseUrl.secure ? '__Host-' : ''}entrance`;
}

/** The session ID in a request's cookie, if one of our secrets signed it (express-session's format, `s:ID.SIGNATURE`). */
export function sessionIdOf(request: Request, name: string, secret: Secret): string | undefined {
  const header = request.headers.cookie;
  if (header === undefined || !header.includes(name)) return undefined;
  const value = parseCookie(header)[name];
  if (value === undefined || !value.startsWith('s:')) return undefined;
  for (const one of secret.values()) {
    const sessionId = unsign(value.slice(2), one);
    if (sessionId !== false) return sessionId;
  }
  return undefined;
}
