import { parseCookie } from 'cookie';
import type { CookieOptions, Request, Response } from 'express';
import * as z from 'zod';
import type { Clock } from '../clock.js';
import type { Config } from '../config/config.js';
import { cookieName } from '../config/cookie-name.js';
import { createSealing } from '../session/sealing.js';

/** From making a secret to showing it, milliseconds. */
const LIFETIME_MS = 60_000;

const kept = z.object({ tokenId: z.string(), secret: z.string(), madeAt: z.number() });

/** A new secret on its way from the form that asked for it to the page that shows it (post/redirect/get). No store keeps it. */
export interface SecretOnce {
  /** Gives it along, sealed, for this person alone. */
  leave(
    response: Response,
    userId: string,
    made: { readonly tokenId: string; readonly secret: string },
  ): void;
  /** The secret of this token, the first time that somebody opens the page. */
  take(request: Request, response: Response, userId: string, tokenId: string): string | undefined;
}

export function createSecretOnce(
  { session, server: { baseUrl } }: Pick<Config, 'session' | 'server'>,
  clock: Clock,
): SecretOnce {
  const sealing = createSealing('entrance new secret', session.secret);
  /** One for each token: two may be made at the same time. */
  const nameOf = (tokenId: string) => `${cookieName(baseUrl, 'new-secret')}.${tokenId}`;
  const options: CookieOptions = { path: '/', httpOnly: true, sameSite: 'lax', secure: baseUrl.secure };

  return {
    leave(response, userId, made) {
      const text = JSON.stringify({ ...made, madeAt: clock.now() } satisfies z.infer<typeof kept>);
      response.cookie(nameOf(made.tokenId), sealing.seal(text, userId), { ...options, maxAge: LIFETIME_MS });
    },

    take(request, response, userId, tokenId) {
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
