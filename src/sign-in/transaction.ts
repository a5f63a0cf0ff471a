import { createHash } from 'node:crypto';
import { parseCookie } from 'cookie';
import type { CookieOptions, Request, Response } from 'express';
import * as z from 'zod';
import type { Clock } from '../clock.js';
import type { Config } from '../config/config.js';
import { cookieName } from '../config/cookie-name.js';
import { EntranceError } from '../errors.js';
import { SIGN_IN_MINUTES } from '../lifetimes.js';
import type { OneTimeMarks } from '../session/one-time-marks.js';
import { createSealing } from '../session/sealing.js';

/** Milliseconds within which a sign-in has to be completed. */
export const TRANSACTION_LIFETIME_MS = SIGN_IN_MINUTES * 60_000;
/** The most sign-ins that one browser may have pending. A further sign-in replaces the oldest. */
export const MAX_TRANSACTIONS = 5;
/** Of all pending sign-ins together: proxies accept headers of 8 KB, and other cookies have to fit in too. */
const MAX_COOKIE_LENGTH = 7_000;
/** Milliseconds for which an expired transaction is still recognised, so that the page can explain it. */
const EXPIRED_MEMORY_MS = 60 * 60 * 1_000;

const transaction = z.object({
  provider: z.string(),
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  next: z.string().optional(),
  authContext: z.string().optional(),
  /** True if the attempt began with `prompt=none`: the provider may ask the person nothing. */
  silent: z.boolean().optional(),
  /** True if this sign-in replaced one that took too long. It is replaced only once. */
  renewed: z.boolean().optional(),
  /** The user whose account is to be linked; without it this is a sign-in. */
  linkTo: z.string().optional(),
  /** The handle of the administrator’s session that tests the sign-in, so that it signs nobody in. */
  trialOf: z.string().optional(),
  startedAt: z.number(),
});

/** A pending sign-in. It travels in an encrypted cookie of its own; the server stores nothing for it. */
export type Transaction = z.infer<typeof transaction>;

export type Transactions = ReturnType<typeof createTransactions>;

export function createTransactions(
  { session, server: { baseUrl } }: Pick<Config, 'session' | 'server'>,
  marks: OneTimeMarks,
  clock: Clock,
) {
  const prefix = `${cookieName(baseUrl, 'transaction')}.`;
  const options: CookieOptions = { path: '/', httpOnly: true, sameSite: 'lax', secure: baseUrl.secure };
  const sealing = createSealing('entrance transaction', session.secret);

  return {
    begin(request: Request, response: Response, begun: Omit<Transaction, 'startedAt'>): void {
      const sealed = sealing.seal(JSON.stringify({ ...begun, startedAt: clock.now() } satisfies Transaction));
      const name = nameOf(begun.state);
      makeRoom(request, response, lengthOf(name, sealed));
      response.cookie(name, sealed, {
        ...options,
        maxAge: TRANSACTION_LIFETIME_MS + EXPIRED_MEMORY_MS,
      });
    },

    /**
     * Reads the attempt from this browser's cookie; the attempt may have expired or been used.
     * @throws EntranceError `transaction_invalid`
     */
    find(request: Request, provider: string, state: string | undefined): Transaction {
      const sealed =
        state === undefined ? undefined : parseCookie(request.headers.cookie ?? '')[nameOf(state)];
      const found = sealed === undefined ? undefined : open(sealed);
      if (found === undefined || found.state !== state || found.provider !== provider) {
        throw new EntranceError('transaction_invalid');
      }
      return found;
    },

    /** @throws EntranceError `transaction_expired`, or `transaction_invalid` if it was used before */
    async use(response: Response, { startedAt, state }: Transaction): Promise<void> {
      response.clearCookie(nameOf(state), options);
      const age = clock.now() - startedAt;
      if (age >= TRANSACTION_LIFETIME_MS) throw new EntranceError('transaction_expired');
      const isFirst = await marks.claim(`transaction:${digest(state)}`, TRANSACTION_LIFETIME_MS - age);
      if (!isFirst) throw new EntranceError('transaction_invalid', { cause: 'used before' });
    },
  };

  /** The cookie's name distinguishes tabs; it has no other meaning. */
  function nameOf(state: string): string {
    return `${prefix}${digest(state).slice(0, 16)}`;
  }

  /** Removes the oldest cookies that don't fit beside the new one. */
  function makeRoom(request: Request, response: Response, needed: number): void {
    const sent = Object.entries(parseCookie(request.headers.cookie ?? ''))
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, sealed = '']) => ({
        name,
        length: lengthOf(name, sealed),
        startedAt: open(sealed)?.startedAt ?? 0,
      }));
    sent.sort((one, other) => other.startedAt - one.startedAt);
    let length = needed;
    for (const [newer, one] of sent.entries()) {
      length += one.length;
      if (newer >= MAX_TRANSACTIONS - 1 || length > MAX_COOKIE_LENGTH)
        response.clearCookie(one.name, options);
    }
  }

  function open(sealed: string): Transaction | undefined {
    const text = sealing.open(sealed);
    if (text === undefined) return undefined;
    return transaction.safeParse(JSON.parse(text)).data;
  }
}

/** The length with the equals sign, the semicolon and the space. */
function lengthOf(name: string, value: string): number {
  return name.length + value.length + 3;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
