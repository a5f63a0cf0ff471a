import { decodeProtectedHeader } from 'jose/decode/protected_header';
import { decodeJwt } from 'jose/jwt/decode';
import * as oauth from 'oauth4webapi';
import * as z from 'zod';
import { type Answer, responseOf } from './outbound.js';

/** An ID token before its validation. It may only choose what to validate the token against. */
export interface UnverifiedIdToken {
  readonly kid: string | undefined;
  readonly claims: Readonly<Record<string, unknown>>;
}

const tokens = z.object({ id_token: z.string() });
const failure = z.object({ error: z.string().min(1), access_token: z.never().optional() }).catchall(z.json());

/** The answer of a token endpoint in the form that the library takes. Some providers send it form-encoded. */
export function tokenResponseOf(answer: Answer): Response {
  const type = answer.headers.get('content-type') ?? '';
  if (answer.status !== 200 || !/^application\/x-www-form-urlencoded\b/i.test(type))
    return responseOf(answer);
  return Response.json(Object.fromEntries(new URLSearchParams(Buffer.from(answer.body ?? []).toString())));
}

/**
 * Reads the ID token in a token endpoint's answer before the library validates it. Undefined if there is no readable ID
 * token.
 * @throws ResponseBodyError for an error that comes with status 200
 */
export async function unverifiedIdTokenIn(answer: Response): Promise<UnverifiedIdToken | undefined> {
  const body = await jsonIn(answer);
  const error = answer.status === 200 ? failure.safeParse(body).data : undefined;
  if (error !== undefined)
    throw new oauth.ResponseBodyError('an error with status 200', { cause: error, response: answer });
  const { id_token } = tokens.safeParse(body).data ?? {};
  return id_token === undefined ? undefined : unverified(id_token);
}

async function jsonIn(answer: Response): Promise<unknown> {
  try {
    return await answer.clone().json();
  } catch {
    return undefined; // the library says what is wrong with it
  }
}

function unverified(idToken: string): UnverifiedIdToken | undefined {
  try {
    const { kid } = decodeProtectedHeader(idToken);
    return { kid: typeof kid === 'string' ? kid : undefined, claims: decodeJwt(idToken) };
  } catch {
    return undefined; // the library says what is wrong with it
  }
}
