import { createSecretKey, type KeyObject } from 'node:crypto';
import { parseCookie } from 'cookie';
import { unsign } from 'cookie-signature';
import type { Request } from 'express';
import { createBoundedCache } from '../bounded-cache.js';
import type { Secret } from '../config/secret.js';
import { handleOf } from './session-store.js';

/** The most `Cookie` headers with a valid signature that are kept in memory, and the longest one. */
const MAX_VERIFIED = 20_000;
const MAX_REMEMBERED_LENGTH = 512;

/**
 * Reads a request's cookie, and gives the handle of the session in it if one of our secrets signed the session ID (in
 * the format of express-session, `s:ID.SIGNATURE`). A browser sends the same header with every request, so each header
 * is verified only once while the secrets stay the same.
 */
export function createCookieReader(name: string, secret: Secret): (request: Request) => string | undefined {
  const verified = createBoundedCache<string>(MAX_VERIFIED);
  let secrets: readonly string[] = [];
  let keys: readonly KeyObject[] = [];

  return ({ headers: { cookie } }) => {
    if (cookie === undefined || !cookie.includes(name)) return undefined;
    followRotation();
    return verified.get(cookie) ?? verify(cookie);
  };

  function followRotation(): void {
    const current = secret.values();
    if (current === secrets) return;
    keys = current.map((one) => createSecretKey(one, 'utf8'));
    verified.clear();
    secrets = current;
  }

  function verify(cookie: string): string | undefined {
    const value = parseCookie(cookie)[name];
    if (value === undefined || !value.startsWith('s:')) return undefined;
    for (const key of keys) {
      const sessionId = unsign(value.slice('s:'.length), key);
      if (sessionId !== false) return remember(cookie, handleOf(sessionId));
    }
    return undefined;
  }

  function remember(cookie: string, handle: string): string {
    if (cookie.length > MAX_REMEMBERED_LENGTH) return handle;
    verified.set(cookie, handle);
    return handle;
  }
}
