import { decodeJwt } from 'jose';
import * as z from 'zod';
import { EntranceError } from '../errors.js';
import { CLOCK_TOLERANCE_SECONDS, type JwtSigner, verifyJwt } from './jwt.js';

/** Seconds after its issue for which a logout token is accepted. The mark of a used token is kept for as long. */
const MAX_AGE_SECONDS = 10 * 60;
const BACKCHANNEL_LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** The request in a provider's logout token. */
export interface LogoutNotice {
  /** The session to end, or the person whose sessions end. */
  readonly named: { readonly sid: string } | { readonly subject: string };
  /** `jti`: a token may be used once. */
  readonly tokenId: string;
  /** The time from which the token is refused, milliseconds since the epoch. */
  readonly expiresAt: number;
}

const text = z.string().min(1).max(1_024);
const logoutClaims = z.object({
  jti: text,
  iat: z.number(),
  exp: z.number(),
  sid: text.optional(),
  sub: text.optional(),
  events: z.object({ [BACKCHANNEL_LOGOUT_EVENT]: z.looseObject({}) }),
  nonce: z.never().optional(),
});

/**
 * Validates a logout token (OpenID Connect Back-Channel Logout 1.0 §2.6). The caller checks whether the token was used
 * before.
 * @throws EntranceError `logout_token_invalid`; the error of `keysFor` if the keys can’t be read
 */
export async function readLogoutToken(
  token: string,
  { clientId, ...signer }: JwtSigner & { readonly clientId: string },
): Promise<LogoutNotice> {
  const expected = { audience: clientId, maxTokenAge: MAX_AGE_SECONDS };
  const { payload, protectedHeader } = await verifyJwt(token, signer, expected, invalid);
  if (!/^(?:(?:application\/)?logout\+jwt|JWT)$/i.test(protectedHeader.typ ?? 'JWT')) throw invalid('typ');
  const { data, error } = logoutClaims.safeParse(payload);
  if (data === undefined) throw invalid(error.issues[0]?.path.join('.'));
  return noticeOf(data);
}

/** The issuer that a token claims to come from. It isn't verified yet. */
export function issuerIn(token: string): string {
  let iss: unknown;
  try {
    iss = decodeJwt(token).iss;
  } catch {
    throw invalid('form');
  }
  if (typeof iss !== 'string') throw invalid('iss');
  return iss;
}

/** A token with `sid` ends that session; a token with only `sub` ends all sessions of the person. */
function noticeOf({ jti, sid, sub, exp, iat }: z.infer<typeof logoutClaims>): LogoutNotice {
  const expiresAt = (Math.min(exp, iat + MAX_AGE_SECONDS) + CLOCK_TOLERANCE_SECONDS) * 1_000;
  if (sid !== undefined) return { named: { sid }, tokenId: jti, expiresAt };
  if (sub !== undefined) return { named: { subject: sub }, tokenId: jti, expiresAt };
  throw invalid('sid');
}

function invalid(what: string | undefined): EntranceError {
  return new EntranceError('logout_token_invalid', { cause: { claim: what } });
}
