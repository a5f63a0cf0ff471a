import { decodeProtectedHeader } from 'jose/decode/protected_header';
import { decodeJwt } from 'jose/jwt/decode';
import * as z from 'zod';
import type { PublishedKey } from './key-cache.js';
import type { Answer } from './outbound.js';

/** What an ID token says of itself before anything about it is known: good for choosing what to validate it against. */
export interface Announced {
  readonly kid: string | undefined;
  /** Entra: the directory (tenant) ID that the token claims to come from. */
  readonly tid: unknown;
}

const tokens = z.object({ id_token: z.string() });

/** Undefined where there is no ID token, or none that can be read. */
export function announcedIn({ body }: Answer): Announced | undefined {
  try {
    const { id_token } = tokens.parse(JSON.parse(Buffer.from(body ?? []).toString()));
    const { kid } = decodeProtectedHeader(id_token);
    return { kid: typeof kid === 'string' ? kid : undefined, tid: decodeJwt(id_token).tid };
  } catch {
    return undefined;
  }
}

/** What tokens are validated against. */
export interface Expectation {
  readonly issuer: string;
  /** All that are published; those of another issuer than this one don't count. */
  readonly keys: readonly PublishedKey[];
}

/** The tokens come from another issuer of the same provider than expected, or may be signed by a newer key. */
export class OtherExpectation extends Error {
  constructor(
    readonly expectation: Expectation,
    readonly answer: Answer,
  ) {
    super('the tokens are to be validated against something else');
  }
}
