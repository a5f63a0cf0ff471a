import type { Request, RequestHandler } from 'express';
import type { Logger } from 'pino';
import * as z from 'zod';
import type { Audit } from '../audit/audit.js';
import type { Config } from '../config/config.js';
import { personIn } from '../guards/guards.js';
import type { SignedOutModel } from '../http/page-models.js';
import type { Pages } from '../http/pages.js';
import { storyOf } from '../http/request-log.js';
import { originOf } from '../http/request-origin.js';
import { createSignedCookie } from '../http/signed-cookie.js';
import type { Provider } from '../providers/provider.js';
import type { Revalidation } from '../revalidation/revalidation.js';
import type { ReadSession } from '../session/reading.js';
import type { SessionRecord } from '../session/session-record.js';
import type { SessionWriter } from '../session/writing.js';
import type { LastProvider } from './last-provider.js';

/** What a session that was signed out leaves for the page after it. */
const leftBehind = z.object({ provider: z.string(), loginHint: z.string().optional() });
type LeftBehind = z.infer<typeof leftBehind>;

export interface SigningOutDependencies {
  readonly config: Config;
  readonly providers: readonly Provider[];
  readonly pages: Pages;
  readonly readSession: ReadSession;
  readonly sessionWriter: SessionWriter;
  readonly audit: Audit;
  readonly log: Logger;
  readonly revalidation: Revalidation | undefined;
  readonly lastProvider: LastProvider;
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
  log,
  revalidation,
  lastProvider,
}: SigningOutDependencies): SigningOut {
  const { baseUrl } = config.server;
  const hint = createSignedCookie('logout-hint', leftBehind, { secret: config.session.secret, baseUrl });

  return {
    async signOut(request, response) {
      const session = await readSession(request);
      const ended = await sessionWriter.signOut(request, response);
      storyOf(log, request)('somebody signed out', () => ({
        userId: session?.record.userId,
        provider: session?.record.provider,
        hadSession: session !== undefined,
      }));
      if (session !== undefined) await recordSignOut(request, session.record);
      if (ended !== undefined) await revalidation?.release(ended.userId);
      if (session !== undefined) {
        const { loginHint } = ended ?? {};
        hint.set(response, {
          provider: session.record.provider,
          ...(loginHint !== undefined && { loginHint }),
        });
      }
      lastProvider.rememberSignOut(response);
      response.set('Cache-Control', 'no-store').redirect(303, pages.at('/admin/signed-out'));
    },
    signedOutPage(request, response) {
      const model: SignedOutModel = {
        signInHref: pages.at(config.sso.defaultProvider === undefined ? '/admin/login' : '/admin/login?stay'),
        providerSignOut: providerSignOut(hint.take(request, response)),
      };
      pages.send(request, response, 'signed-out', { title: 'Signed out' }, model);
    },
  };

  /** Nobody stays signed in because the log is out of reach. */
  async function recordSignOut(request: Request, record: SessionRecord): Promise<void> {
    const by = { ...originOf(request), user: personIn(record) };
    const happening = { action: 'user-sign-out', by, provider: record.provider } as const;
    await audit.record(happening).catch((error: unknown) => {
      log.error({ err: error, ...happening }, 'a sign-out could not be recorded');
    });
  }

  /** The session at the provider goes on, and would let the next person at this screen in without a question. */
  function providerSignOut({
    loginHint,
    provider: id,
  }: Partial<LeftBehind> = {}): SignedOutModel['providerSignOut'] {
    const provider =
      providers.find((one) => one.id === id) ?? (providers.length === 1 ? providers[0] : undefined);
    const returnTo = `${baseUrl.origin}${baseUrl.path}/admin/login`;
    const href = provider?.endSessionUrl?.({ returnTo, loginHint });
    return href === undefined ? undefined : { href, label: `Sign out of ${provider?.config.name} too` };
  }
}
