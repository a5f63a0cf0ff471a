import { createHash } from 'node:crypto';
import { parseCookie } from 'cookie';
import type { CookieOptions, Request, Response } from 'express';
import { jwtDecrypt } from 'jose/jwt/decrypt';
import { EncryptJWT } from 'jose/jwt/encrypt';
import * as z from 'zod';
import type { Clock } from '../clock.js';
import type { Config } from '../config/config.js';
import { EntranceError } from '../errors.js';
import { createDerivedKeys } from '../session/derived-keys.js';
import type { OneTimeMarks } from '../session/one-time-marks.js';

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
  /** The user whose local account is to be linked; without it this signs in. */
  linkTo: z.string().optional(),
  startedAt: z.number(),
});

/** A sign-in under way. It travels in an encrypted cookie of its own; the server stores nothing for it. */
export type Transaction = z.infer<typeof transaction>;

export interface Transactions {
  begin(request: Request, response: Response, transaction: Omit<Transaction, 'startedAt'>): Promise<void>;
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
  const prefix = `${baseUrl.secure ? '__Host-' : ''}entrance-transaction-`;
  const options: CookieOptions = { path: '/', httpOnly: true, sameSite: 'lax', secure: baseUrl.secure };
  const keyOf = createDerivedKeys('entrance transaction');

  return {
    async begin(request, response, begun) {
      await makeRoom(request, response);
      const sealed = await seal({ ...begun, startedAt: clock.now() }, session.secret.value());
      response.cookie(cookieName(begun.state), sealed, {
        ...options,
        maxAge: TRANSACTION_LIFETIME + EXPIRED_MEMORY,
      });
    },

    async take(request, response, provider, state) {
      const sealed =
        state === undefined ? undefined : parseCookie(request.headers.cookie ?? '')[cookieName(state)];
      const found = sealed === undefined ? undefined : await open(sealed);
      if (found === undefined || found.state !== state || found.provider !== provider) {
        throw new EntranceError('transaction_invalid');
      }
      response.clearCookie(cookieName(found.state), options);
      const age = clock.now() - found.startedAt;
      if (age >= TRANSACTION_LIFETIME) throw new EntranceError('transaction_expired');
      const isFirst = await marks.claim(`transaction:${digest(found.state)}`, TRANSACTION_LIFETIME - age);
      if (!isFirst) throw new EntranceError('transaction_invalid', { cause: 'used before' });
      return found;
    },
  };

  /** The cookie's name tells tabs apart and nothing else. */
  function cookieName(state: string): string {
    return `${prefix}${digest(state).slice(0, 16)}`;
  }

  async function makeRoom(request: Request, response: Response): Promise<void> {
    const sent = Object.entries(parseCookie(request.headers.cookie ?? '')).filter(([name]) =>
      name.startsWith(prefix),
    );
    if (sent.length < MAX_TRANSACTIONS) return;
    const aged = await Promise.all(
      sent.map(async ([name, sealed]) => ({ name, startedAt: (await open(sealed ?? ''))?.startedAt ?? 0 })),
    );
    aged.sort((one, other) => other.startedAt - one.startedAt);
    for (const { name } of aged.slice(MAX_TRANSACTIONS - 1)) response.clearCookie(name, options);
  }

  async function open(sealed: string): Promise<Transaction | undefined> {
    for (const secret of session.secret.values()) {
      try {
        const { payload } = await jwtDecrypt(sealed, await keyOf(secret), {
          currentDate: new Date(clock.now()),
          clockTolerance: EXPIRED_MEMORY / 1_000,
          keyManagementAlgorithms: ['dir'],
          contentEncryptionAlgorithms: ['A256GCM'],
        });
        return transaction.parse(payload.transaction);
      } catch {
        // Not sealed with this secret, altered, or long expired: try the next one.
      }
    }
    return undefined;
  }

  async function seal(begun: Transaction, secret: string): Promise<string> {
    return new EncryptJWT({ transaction: begun })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setExpirationTime(Math.floor((begun.startedAt + TRANSACTION_LIFETIME) / 1_000))
      .encrypt(await keyOf(secret));
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
