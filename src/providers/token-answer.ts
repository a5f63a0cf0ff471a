import { decodeJwt, decodeProtectedHeader } from 'jose';
import * as z from 'zod';

/** What an ID token says of itself before anything about it is known: good for choosing what to validate it against. */
export interface Announced {
  readonly kid: string | undefined;
  /** Entra: the directory (tenant) ID that the token claims to come from. */
  readonly tid: unknown;
}

const nothing: Announced = { kid: undefined, tid: undefined };
const answer = z.object({ id_token: z.string() });

/** Leaves the response unread. */
export async function announcedIn(response: Response): Promise<Announced> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  const parsed = answer.safeParse(body);
  if (!parsed.success) return nothing;
  try {
    const { kid } = decodeProtectedHeader(parsed.data.id_token);
    return { kid: typeof kid === 'string' ? kid : undefined, tid: decodeJwt(parsed.data.id_token).tid };
  } catch {
    return nothing;
  }
}

/** The tokens come from another issuer of the same provider than expected: they are to be validated against that one. */
export class OtherIssuer extends Error {
  constructor(
    readonly issuer: string,
    readonly response: Response,
  ) {
    super('the tokens come from another issuer');
  }
}
