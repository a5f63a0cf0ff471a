import type { RequestHandler } from 'express';
import type { Config } from '../config/config.js';
import type { SignedOutModel } from '../http/page-models.js';
import type { Pages } from '../http/pages.js';
import type { Provider } from '../providers/provider.js';
import type { SessionWriter } from '../session/writing.js';

export interface SigningOutDependencies {
  readonly config: Config;
  readonly providers: readonly Provider[];
  readonly pages: Pages;
  readonly sessionWriter: SessionWriter;
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
}: SigningOutDependencies): SigningOut {
  const { origin, path } = config.server.baseUrl;

  return {
    async signOut(request, response) {
      await sessionWriter.signOut(request, response);
      response.set('Cache-Control', 'no-store').redirect(303, pages.at('/admin/signed-out'));
    },
    signedOutPage(request, response) {
      const model: SignedOutModel = {
        signInHref: pages.at('/admin/login'),
        providerSignOut: providerSignOut(),
      };
      pages.send(request, response, 'signed-out', { title: 'Signed out' }, model);
    },
  };

  /** The session at the provider goes on, and would let the next person at this screen in without a question. */
  function providerSignOut(): SignedOutModel['providerSignOut'] {
    const [provider] = providers;
    const href = provider?.endSessionUrl(`${origin}${path}/admin/login`);
    return href === undefined ? undefined : { href, label: 'Sign out of Microsoft too' };
  }
}
