import { parseCookie } from 'cookie';
import type { CookieOptions, Request, Response } from 'express';
import * as z from 'zod';
import type { Clock } from '../clock.js';
import type { Config } from '../config/config.js';
import { cookieName } from '../config/cookie-name.js';
import { createSealing } from '../session/sealing.js';

/** Milliseconds within which a new secret has to be shown. */
const LIFETIME_MS = 60_000;

const kept = z.object({ tokenId: z.string(), secret: z.string(), madeAt: z.number() });
type Kept = z.infer<typeof kept>;

/**
 * Carries a new secret from the form that asked for it to the page that shows it (post/redirect/get). No store keeps
 * the secret.
 */
export function createSecretOnce(
  { session, server: { baseUrl } }: Pick<Config, 'session' | 'server'>,
  clock: Clock,
) {
  const sealing = createSealing('entrance new secret', session.secret);
  /** Each token has its own cookie, since two tokens may be made at the same time. */
  const nameOf = (tokenId: string) => `${cookieName(baseUrl, 'new-secret')}.${tokenId}`;
  const options: CookieOptions = { path: '/', httpOnly: true, sameSite: 'lax', secure: baseUrl.secure };

  return {
    /** Leaves the secret for the next page in a cookie that only this person's session can open. */
    leave(response: Response, userId: string, made: Omit<Kept, 'madeAt'>): void {
      const text = JSON.stringify({ ...made, madeAt: clock.now() } satisfies Kept);
      response.cookie(nameOf(made.tokenId), sealing.seal(text, userId), { ...options, maxAge: LIFETIME_MS });
    },

    /** Takes the secret of this token, and clears its cookie, so that the secret is shown once. */
    take(request: Request, response: Response, userId: string, tokenId: string): string | undefined {
      const sealed = parseCookie(request.headers.cookie ?? '')[nameOf(tokenId)];
      if (sealed === undefined) return undefined;
      response.clearCookie(nameOf(tokenId), options);
      const text = sealing.open(sealed, userId);
      const found = text === undefined ? undefined : kept.safeParse(JSON.parse(text)).data;
      const isFresh = found !== undefined && clock.now() - found.madeAt < LIFETIME_MS;
      return isFresh && found.tokenId === tokenId ? found.secret : undefined;
    },
  };
}
