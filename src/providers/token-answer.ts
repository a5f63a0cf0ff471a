import { decodeProtectedHeader } from 'jose/decode/protected_header';
import { decodeJwt } from 'jose/jwt/decode';
import * as z from 'zod';

/** What an ID token says of itself before it is validated: good for choosing what to validate it against, and for nothing else. */
export interface UnverifiedIdToken {
  readonly kid: string | undefined;
  readonly claims: Readonly<Record<string, unknown>>;
}

const tokens = z.object({ id_token: z.string() });

/** Undefined if the token endpoint's answer holds no ID token that can be read. */
export async function unverifiedIdTokenIn(answer: Response): Promise<UnverifiedIdToken | undefined> {
  try {
    const { id_token } = tokens.parse(await answer.clone().json());
    const { kid } = decodeProtectedHeader(id_token);
    return { kid: typeof kid === 'string' ? kid : undefined, claims: decodeJwt(id_token) };
  } catch {
    return undefined; // the validation says what is wrong with the answer
  }
}
