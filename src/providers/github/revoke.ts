import type { Secret } from '../../config/secret.js';
import { EntranceError } from '../../errors.js';
import type { Answer, Question } from '../outbound.js';
import { API_HEADERS } from './api.js';

export interface Revoking {
  readonly apiUrl: string;
  readonly clientId: string;
  readonly secret: Secret | undefined;
  readonly accessToken: Secret;
  readonly ask: (url: string, question: Question) => Promise<Answer>;
}

/**
 * Revokes an access token, since the token of an OAuth app doesn't expire. The person's consent stays, so that they
 * aren't asked again.
 * @throws if GitHub doesn’t revoke it
 */
export async function revoke({ apiUrl, clientId, secret, accessToken, ask }: Revoking): Promise<void> {
  const body = JSON.stringify({ access_token: accessToken.value() });
  let status: number | undefined;
  for (const value of secret?.values() ?? []) {
    const basic = Buffer.from(`${clientId}:${value}`).toString('base64');
    ({ status } = await ask(`${apiUrl}/applications/${encodeURIComponent(clientId)}/token`, {
      method: 'DELETE',
      headers: {
        ...API_HEADERS,
        'user-agent': 'express-entrance',
        authorization: `Basic ${basic}`,
        'content-type': 'application/json',
        // Node.js sets no length for the body of a DELETE by itself.
        'content-length': `${Buffer.byteLength(body)}`,
      },
      body,
    }));
    // After a 401 the next secret is tried.
    if (status !== 401) break;
  }
  if (status !== 204) throw new EntranceError('sso_failed', { cause: { status } });
}
