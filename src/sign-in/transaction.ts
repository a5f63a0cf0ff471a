import { createHash } from 'node:crypto';
import { parseCookie } from 'cookie';
import type { CookieOptions, Request, Response } from 'express';
import * as z from 'zod';
import type { Clock } from '../clock.js';
import type { Config } from '../config/config.js';
import { cookieName } from '../config/cookie-name.js';
import { EntranceError } from '../errors.js';
import type { OneTimeMarks } from '../session/one-time-marks.js';
import { createSealing } from '../session/sealing.js';

/** A sign-in has to be completed within this, milliseconds. */
export const TRANSACTION_LIFETIME = 10 * 60 * 1_000;
/** Sign-ins that one browser may have under way; the oldest gives way. */
export const MAX_TRANSACTIONS = 5;
/** An expired transaction is still recognised for this long, so that the page can say so. Milliseconds. */
const EXPIRED_MEMORY = 60 * 60 * 1_000;

const transaction = z.object({
  provider: z.string(),
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  next: z.string().optional(),
  /** The authentication context that Microsoft has to confirm. */
  authContext: z.string().optional(),
  /** Set if the attempt began with `prompt=none`: the provider may ask the person nothing. */
  silent: z.boolean().optional(),
  /** The user whose local account is to be linked; without it this signs in. */
  linkTo: z.string().optional(),
  startedAt: z.number(),
});

/** A sign-in under way. It travels in an encrypted cookie of its own; the server stores nothing for it. */
export type Transaction = z.infer<typeof transaction>;

export interface Transactions {
  begin(request: Request, response: Response, transaction: Omit<Transaction, 'startedAt'>): void;
  /**
   * Reads, checks, marks as used and deletes the transaction that a callback's `state` belongs to.
   * @throws EntranceError `transaction_invalid` or `transaction_expired`
   */
  take(
    request: Request,
    response: Response,
    provider: string,
    state: string | undefined,
  ): Promise<Transaction>;
}

export function createTransactions(
  { session, server: { baseUrl } }: Pick<Config, 'session' | 'server'>,
  marks: OneTimeMarks,
  clock: Clock,
): Transactions {
  const prefix = `${cookieName(baseUrl, 'transaction')}.`;
  const options: CookieOptions = { path: '/', httpOnly: true, sameSite: 'lax', secure: baseUrl.secure };
  const sealing = createSealing('entrance transaction', session.secret);

  return {
    begin(request, response, begun) {
      makeRoom(request, response);
      const sealed = sealing.seal(JSON.stringify({ ...begun, startedAt: clock.now() } satisfies Transaction));
      response.cookie(nameOf(begun.state), sealed, {
        ...options,
        maxAge: TRANSACTION_LIFETIME + EXPIRED_MEMORY,
      });
    },

    async take(request, response, provider, state) {
      const sealed =
        state === undefined ? undefined : parseCookie(request.headers.cookie ?? '')[nameOf(state)];
      const found = sealed === undefined ? undefined : open(sealed);
      if (found === undefined || found.state !== state || found.provider !== provider) {
        throw new EntranceError('transaction_invalid');
      }
      response.clearCookie(nameOf(found.state), options);
      const age = clock.now() - found.startedAt;
      if (age >= TRANSACTION_LIFETIME) throw new EntranceError('transaction_expired');
      const isFirst = await marks.claim(`transaction:${digest(found.state)}`, TRANSACTION_LIFETIME - age);
      if (!isFirst) throw new EntranceError('transaction_invalid', { cause: 'used before' });
      return found;
    },
  };

  /** The cookie's name tells tabs apart and nothing else. */
  function nameOf(state: string): string {
    return `${prefix}${digest(state).slice(0, 16)}`;
  }

  function makeRoom(request: Request, response: Response): void {
    const sent = Object.entries(parseCookie(request.headers.cookie ?? '')).filter(([name]) =>
      name.startsWith(prefix),
    );
    if (sent.length < MAX_TRANSACTIONS) return;
    const aged = sent.map(([name, sealed]) => ({ name, startedAt: open(sealed ?? '')?.startedAt ?? 0 }));
    aged.sort((one, other) => other.startedAt - one.startedAt);
    for (const { name } of aged.slice(MAX_TRANSACTIONS - 1)) response.clearCookie(name, options);
  }

  function open(sealed: string): Transaction | undefined {
    const text = sealing.open(sealed);
    if (text === undefined) return undefined;
    return transaction.safeParse(JSON.parse(text)).data;
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
