import type { Request, RequestHandler, Response } from 'express';
import { EntranceError } from '../errors.js';
import { allowFraming } from '../pages/security-headers.js';
import type { LogoutNotice } from '../providers/logout-token.js';
import type { Provider } from '../providers/provider.js';
import { findProvider } from '../providers/registry.js';
import { isOpened } from '../requests/navigation.js';
import { addressOf, originOf, storyOf } from '../requests/request-id.js';
import type { ProviderSession } from '../session/session-store.js';
import type { SignInDependencies } from './dependencies.js';

export interface ProviderSignOut {
  readonly frontChannel: RequestHandler<{ provider: string }>;
  readonly frontChannelAtSignInPage: RequestHandler;
  readonly backChannel: RequestHandler<{ provider: string }>;
}

/** A `sid` is compared as a whole and never shown. A longer one belongs to no session. */
const MAX_SID_LENGTH = 1_024;

/** Signs out at the provider's request. Sessions are found by index, on every instance, so no cookie is needed. */
export function createProviderSignOut(deps: SignInDependencies): ProviderSignOut {
  const { providers, sessions, audit, marks, limiter, backChannelLimiter, clock } = deps;

  return {
    /** OpenID Connect Front-Channel Logout 1.0 §3. The answer never tells whether the session existed. */
    async frontChannel(request, response) {
      const provider = findProvider(providers, request.params.provider);
      limiter.admit(addressOf(request) ?? '');
      await endNamedByFrame(request, provider);
      sendEmptyPage(response);
    },

    /** For an operator who registered the sign-in page as the front-channel logout URL. */
    async frontChannelAtSignInPage(request, response, next) {
      const isSignOut = providers.length > 0 && sidOf(request) !== undefined && isOpened(request);
      if (!isSignOut) return next();
      limiter.admit(addressOf(request) ?? '');
      for (const provider of providers) await endNamedByFrame(request, provider);
      sendEmptyPage(response);
    },

    /** OpenID Connect Back-Channel Logout 1.0 §2.5–2.8. */
    async backChannel(request, response) {
      const provider = findProvider(providers, request.params.provider);
      backChannelLimiter.admit(addressOf(request) ?? '');
      if (provider.signOutNotices === undefined) throw new EntranceError('not_found');
      const notice = await provider.signOutNotices.readLogoutToken(logoutTokenOf(request));
      await useOnce(provider, notice);
      await end(request, { provider: provider.id, ...notice.named });
      response.status(200).end();
    },
  };

  /** Some providers send `sid` alone. If a provider sends `iss` too, it must be the provider's own. */
  async function endNamedByFrame(request: Request, provider: Provider): Promise<void> {
    const { signOutNotices } = provider;
    const sid = sidOf(request);
    const { iss } = request.query;
    if (sid === undefined || signOutNotices === undefined) return;
    if (iss !== undefined && !(typeof iss === 'string' && (await signOutNotices.isIssuer(iss)))) return;
    await end(request, { provider: provider.id, sid });
  }

  async function useOnce({ id }: Provider, { tokenId, expiresAt }: LogoutNotice): Promise<void> {
    const isFirst = await marks.claim(`logout-token:${id}:${tokenId}`, expiresAt - clock.now());
    if (!isFirst) throw new EntranceError('logout_token_invalid', { cause: 'used before' });
  }

  async function end(request: Request, named: ProviderSession): Promise<void> {
    const ended = await sessions.revokeOfProvider(named);
    storyOf(deps.log, request)('the provider signed somebody out', () => ({
      provider: named.provider,
      namedBy: 'sid' in named ? 'sid' : 'sub',
      ended,
    }));
    if (ended === 0) return;
    await audit.record({
      action: 'session-revoke',
      reason: 'signed_out_at_provider',
      by: originOf(request),
      provider: named.provider,
      sessions: ended,
    });
  }
}

function sidOf({ query: { sid } }: Request): string | undefined {
  return typeof sid === 'string' && sid !== '' && sid.length <= MAX_SID_LENGTH ? sid : undefined;
}

function logoutTokenOf(request: Request): string {
  const body: unknown = request.body;
  const token =
    typeof body === 'object' && body !== null && 'logout_token' in body ? body.logout_token : undefined;
  if (typeof token === 'string') return token;
  throw new EntranceError('logout_token_invalid', { cause: 'no logout_token in the form' });
}

function sendEmptyPage(response: Response): void {
  allowFraming(response);
  response.status(200).type('html').end();
}
