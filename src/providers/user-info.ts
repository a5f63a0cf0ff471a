import { decodeProtectedHeader } from 'jose/decode/protected_header';
import * as oauth from 'oauth4webapi';
import type { Secret } from '../config/secret.js';
import type { EntranceError } from '../errors.js';
import { memberOf } from '../network-cause.js';
import { signingAlgorithms, verifySignature } from './jwt.js';
import { beforeDeadline, responseOf } from './outbound.js';
import type { PublishedMetadata } from './published-metadata.js';

/** The answer of the UserInfo endpoint about the person (OpenID Connect Core §5.3). */
export type UserInfo =
  | { readonly outcome: 'answered'; readonly claims: Readonly<Record<string, unknown>> }
  /** Status 401: the endpoint doesn't accept the access token. */
  | { readonly outcome: 'unauthorized' }
  /** Status 403: the access token may not be used for this. */
  | { readonly outcome: 'forbidden' }
  /** Anything else: the result is unknown. */
  | { readonly outcome: 'failed'; readonly error: EntranceError };

export interface UserInfoRequest {
  readonly accessToken: Secret;
  readonly subject: string;
  readonly deadline: AbortSignal;
}

/** @throws EntranceError `sso_failed` if the endpoint answers about another subject (§5.3.2) */
export async function fetchUserInfo(
  published: PublishedMetadata,
  client: oauth.Client,
  { accessToken, subject, deadline }: UserInfoRequest,
): Promise<UserInfo> {
  try {
    const metadata = await beforeDeadline(deadline, published.metadata());
    const answer = await oauth.userInfoRequest(metadata, client, accessToken.value(), {
      [oauth.customFetch]: async (url, { method, headers }) =>
        responseOf(await published.ask(url, { method, headers, body: undefined }, deadline)),
      [oauth.allowInsecureRequests]: published.allowHttp,
    });
    if (answer.status === 401) return { outcome: 'unauthorized' };
    if (answer.status === 403) return { outcome: 'forbidden' };
    const server = { ...metadata, userinfo_signing_alg_values_supported: algorithmsOf(metadata) };
    const { kid } = await headerOf(answer);
    const claims = await oauth.processUserInfoResponse(server, client, subject, answer);
    if (isJwt(answer))
      await verifySignature(
        server,
        answer,
        await beforeDeadline(deadline, published.signingKeys(server.issuer, kid)),
      );
    return { outcome: 'answered', claims };
  } catch (error) {
    const failure = published.meaningOf(error);
    if (memberOf(error, 'code') === oauth.JSON_ATTRIBUTE_COMPARISON) throw failure;
    return { outcome: 'failed', error: failure };
  }
}

function algorithmsOf(metadata: oauth.AuthorizationServer): string[] {
  return signingAlgorithms(
    metadata.userinfo_signing_alg_values_supported ?? metadata.id_token_signing_alg_values_supported,
  );
}

function isJwt(answer: Response): boolean {
  return /^application\/jwt\b/i.test(answer.headers.get('content-type') ?? '');
}

async function headerOf(answer: Response): Promise<{ readonly kid?: string }> {
  if (!isJwt(answer)) return {};
  return decodeProtectedHeader(await answer.clone().text());
}
