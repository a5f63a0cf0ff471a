import { parseCookie } from 'cookie';
import type { CookieOptions, Request, Response } from 'express';
import type * as z from 'zod';
import type { BaseUrl } from '../config/config.js';
import { type CookieKind, cookieName } from '../config/cookie-name.js';
import type { Secret } from '../config/secret.js';
import { isOpened } from '../requests/navigation.js';
import { createSealing } from '../session/sealing.js';

const LIFETIME_MS = 60_000;

/** A short-lived message from one page to the next (after a redirect). */
export function createSealedCookie<T>(
  name: CookieKind,
  schema: z.ZodType<T>,
  { secret, baseUrl }: { readonly secret: Secret; readonly baseUrl: BaseUrl },
) {
  const fullName = cookieName(baseUrl, name);
  const options: CookieOptions = { path: '/', httpOnly: true, sameSite: 'lax', secure: baseUrl.secure };
  const sealing = createSealing(`entrance cookie ${name}`, secret);

  return {
    set(response: Response, value: T): void {
      const sealed = sealing.seal(JSON.stringify(value));
      response.cookie(fullName, sealed, { ...options, maxAge: LIFETIME_MS });
    },
    read,
    /** Reads the value and clears the cookie, unless the browser only loads the page ahead of time. */
    take(request: Request, response: Response): T | undefined {
      if (sentBy(request) !== undefined && isOpened(request)) response.clearCookie(fullName, options);
      return read(request);
    },
  };

  function sentBy(request: Request): string | undefined {
    return parseCookie(request.headers.cookie ?? '')[fullName];
  }

  /** The value that a request brings; undefined if it is missing, altered or of another form. */
  function read(request: Request): T | undefined {
    const text = sealing.open(sentBy(request) ?? '');
    return text === undefined ? undefined : schema.safeParse(JSON.parse(text)).data;
  }
}
