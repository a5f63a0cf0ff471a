import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Config } from '../config/config.js';
import type { SignedOutModel } from '../http/page-models.js';
import type { Pages } from '../http/pages.js';
import { createSignedCookie } from '../http/signed-cookie.js';
import type { Provider } from '../providers/provider.js';
import type { Revalidation } from '../revalidation/revalidation.js';
import type { SessionWriter } from '../session/writing.js';

export interface SigningOutDependencies {
  readonly config: Config;
  readonly providers: readonly Provider[];
  readonly pages: Pages;
  readonly sessionWriter: SessionWriter;
  readonly revalidation: Revalidation | undefined;
}

export interface SigningOut {
  readonly signOut: RequestHandler;
  readonly signedOutPage: RequestHandler;
}

export function createSigningOut({
  config,
  pages,
  providers,
  sessionWriter,
  revalidation,
}: SigningOutDependencies): SigningOut {
  const { baseUrl } = config.server;
  const hint = createSignedCookie('logout-hint', z.string(), { secret: config.session.secret, baseUrl });

  return {
    async signOut(request, response) {
      const ended = await sessionWriter.signOut(request, response);
      if (ended !== undefined) await revalidation?.release(ended.userId);
      if (ended?.loginHint !== undefined) hint.set(response, ended.loginHint);
      response.set('Cache-Control', 'no-store').redirect(303, pages.at('/admin/signed-out'));
    },
    signedOutPage(request, response) {
      const model: SignedOutModel = {
        signInHref: pages.at('/admin/login'),
        providerSignOut: providerSignOut(hint.take(request, response)),
      };
      pages.send(request, response, 'signed-out', { title: 'Signed out' }, model);
    },
  };

  /** The session at the provider goes on, and would let the next person at this screen in without a question. */
  function providerSignOut(loginHint: string | undefined): SignedOutModel['providerSignOut'] {
    const [provider] = providers;
    const href = provider?.endSessionUrl(`${baseUrl.origin}${baseUrl.path}/admin/login`, loginHint);
    return href === undefined ? undefined : { href, label: 'Sign out of Microsoft too' };
  }
}
