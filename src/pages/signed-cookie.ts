import { parseCookie } from 'cookie';
import { sign, unsign } from 'cookie-signature';
import type { CookieOptions, Request, Response } from 'express';
import type * as z from 'zod';
import type { BaseUrl } from '../config/config.js';
import { type CookieKind, cookieName } from '../config/cookie-name.js';
import type { Secret } from '../config/secret.js';
import { isOpened } from '../requests/navigation.js';

const LIFETIME = 60_000;

export interface SignedCookie<T> {
  set(response: Response, value: T): void;
  /** The value that a request brings; undefined if it is missing, altered or of another form. */
  read(request: Request): T | undefined;
  /** Reads the value and clears the cookie, unless the browser only loads the page ahead of time. */
  take(request: Request, response: Response): T | undefined;
}

/**
 * A short-lived message from one page to the next (after a redirect). It is signed, so that only we can have written
 * it; it isn't secret.
 */
export function createSignedCookie<T>(
  name: CookieKind,
  schema: z.ZodType<T>,
  { secret, baseUrl }: { readonly secret: Secret; readonly baseUrl: BaseUrl },
): SignedCookie<T> {
  const fullName = cookieName(baseUrl, name);
  const options: CookieOptions = { path: '/', httpOnly: true, sameSite: 'lax', secure: baseUrl.secure };

  return {
    set(response, value) {
      const text = Buffer.from(JSON.stringify(value)).toString('base64url');
      response.cookie(fullName, sign(`${name}.${text}`, secret.value()), { ...options, maxAge: LIFETIME });
    },
    read,
    take(request, response) {
      if (sentBy(request) !== undefined && isOpened(request)) response.clearCookie(fullName, options);
      return read(request);
    },
  };

  function sentBy(request: Request): string | undefined {
    return parseCookie(request.headers.cookie ?? '')[fullName];
  }

  function read(request: Request): T | undefined {
    const sent = sentBy(request);
    if (sent === undefined) return undefined;
    return secret
      .values()
      .map((one) => open(sent, one))
      .find((value) => value !== undefined);
  }

  function open(sent: string, key: string): T | undefined {
    const message = unsign(sent, key);
    if (message === false || !message.startsWith(`${name}.`)) return undefined;
    const parsed = schema.safeParse(
      parseJson(Buffer.from(message.slice(name.length + 1), 'base64url').toString()),
    );
    return parsed.success ? parsed.data : undefined;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
