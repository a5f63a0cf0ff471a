import type { RequestHandler } from 'express';
import type { Audit } from '../audit/audit.js';
import type { Config } from '../config/config.js';
import { personIn } from '../guards/guards.js';
import type { SignedOutModel } from '../http/page-models.js';
import type { Pages } from '../http/pages.js';
import { originOf } from '../http/request-origin.js';
import type { Provider } from '../providers/provider.js';
import type { ReadSession } from '../session/reading.js';
import type { SessionWriter } from '../session/writing.js';

export interface SigningOutDependencies {
  readonly config: Config;
  readonly providers: readonly Provider[];
  readonly pages: Pages;
  readonly readSession: ReadSession;
  readonly sessionWriter: SessionWriter;
  readonly audit: Audit;
}

export interface SigningOut {
  readonly signOut: RequestHandler;
  readonly signedOutPage: RequestHandler;
}

export function createSigningOut({
  config,
  pages,
  providers,
  readSession,
  sessionWriter,
  audit,
}: SigningOutDependencies): SigningOut {
  const { origin, path } = config.server.baseUrl;

  return {
    async signOut(request, response) {
      const session = await readSession(request);
      if (session !== undefined) {
        const by = { ...originOf(request), user: personIn(session.record) };
        await audit.record({ action: 'user-sign-out', by, provider: session.record.provider });
      }
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
