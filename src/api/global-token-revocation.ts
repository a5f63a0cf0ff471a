import * as z from 'zod';
import { EntranceError } from '../errors.js';
import { createRequestLimiter } from '../guards/request-limit.js';
import { waysInOf } from '../identity/linked-identities.js';
import { findProvider } from '../providers/registry.js';
import { addressOf, originOf, storyOf } from '../requests/request-id.js';
import { endAndForget } from '../revalidation/end-and-forget.js';
import type { Dependencies } from '../stores.js';
import { bearerToken } from '../tokens/bearer-token.js';
import { type Operation, operation } from './operation.js';

const text = z.string().min(1).max(1_024);
const requestSchema = z
  .looseObject({
    sub_id: z
      .looseObject({ format: z.literal('iss_sub'), iss: text, sub: text })
      .describe('Whose sessions end (RFC 9493 §3.2.3). No other format is understood.'),
  })
  .meta({ id: 'GlobalTokenRevocation' });

/**
 * `POST /auth/sso/{provider}/global-token-revocation`: a provider asks that all sessions of a person end
 * (draft-parecki-oauth-global-token-revocation). The sessions are found by account, so that sessions that the same
 * person began with another provider end too.
 */
export function createRevocationOperation({
  config,
  directory,
  sessions,
  refreshGrants,
  audit,
  providers,
  log,
}: Dependencies): Operation {
  const { origin, path } = config.server.baseUrl;
  // A provider’s servers send the requests about all its people from a few addresses.
  const limiter = createRequestLimiter({ most: 6_000 });

  return operation({
    id: 'revokeEverythingAtProvidersWord',
    method: 'post',
    path: '/auth/sso/{provider}/global-token-revocation',
    summary:
      'A provider ends all sessions of a person (Global Token Revocation); its own signed JWT is the bearer token',
    access: 'anyone',
    body: requestSchema,
    answers: { 204: { description: 'All sessions of the person have ended; there may have been none.' } },
    problems: ['sso_disabled', 'provider_unknown', 'not_found', 'token_invalid', 'too_many_requests'],
    async handle(request, response, { sub_id }) {
      limiter.admit(addressOf(request) ?? '');
      const { id, globalRevocation } = findProvider(providers, request.params.provider);
      if (globalRevocation === undefined) throw new EntranceError('not_found');
      const endpoint = `${origin}${path}/auth/sso/${id}/global-token-revocation`;
      const key = await globalRevocation.identityNamed(bearerToken(request), endpoint, sub_id);
      const user = key === undefined ? undefined : await directory.findByIdentity(key);
      if (user === undefined)
        throw new EntranceError('not_found', { detail: 'Nobody is known by this subject identifier.' });
      const ended = await endAndForget({ refreshGrants }, user.id, waysInOf(user), () =>
        sessions.revokeOfUser(user.id),
      );
      storyOf(log, request)('the provider ended everything of somebody', () => ({ provider: id, ended }));
      const by = originOf(request);
      if (ended > 0)
        await audit.record({
          action: 'session-revoke',
          reason: 'signed_out_at_provider',
          by,
          target: user,
          provider: id,
          sessions: ended,
        });
      response.status(204).end();
    },
  });
}
