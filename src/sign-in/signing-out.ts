import type { Request, RequestHandler, Response } from 'express';
import * as z from 'zod';
import { personIn } from '../guards/guards.js';
import type { SignedOutModel } from '../pages/models/messages.js';
import { createSealedCookie } from '../pages/sealed-cookie.js';
import type { EndOfSession } from '../providers/provider.js';
import { originOf, storyOf } from '../requests/request-id.js';
import type { SessionRecord } from '../session/session-record.js';
import type { SignInDependencies } from './dependencies.js';

const leftBehind = z.object({ provider: z.string(), loginHint: z.string().optional() });

/** The data of the ended session that the provider gets. */
interface Ended extends Omit<z.infer<typeof leftBehind>, 'loginHint'>, Omit<EndOfSession, 'returnTo'> {}

export function createSigningOut({
  config,
  pages,
  providers,
  readSession,
  sessionWriter,
  audit,
  hooks,
  log,
  revalidation,
  lastProvider,
}: SignInDependencies) {
  const { baseUrl } = config.server;
  const hint = createSealedCookie('logout-hint', leftBehind, { secret: config.session.secret, baseUrl });

  return {
    async signOut(request, response) {
      const session = await readSession(request);
      const ended = await sessionWriter.signOut(request, response);
      storyOf(log, request)('somebody signed out', () => ({
        userId: session?.record.userId,
        provider: session?.record.provider,
        hadSession: session !== undefined,
      }));
      if (session !== undefined) {
        await recordSignOut(request, session.record);
        const { userId: id, email, fullName, roles, provider } = session.record;
        hooks.signedOut({ user: { id, email, fullName, roles }, provider });
      }
      if (ended !== undefined) await revalidation?.release(ended.userId);
      lastProvider.rememberSignOut(response);
      // An ID token is too large for a cookie, so this answer is itself the page that links to the provider.
      if (session !== undefined && ended?.idTokenHint !== undefined) {
        const { loginHint, idTokenHint } = ended;
        return sendPage(request, response, { provider: session.record.provider, loginHint, idTokenHint });
      }
      if (session !== undefined) {
        const { loginHint } = ended ?? {};
        hint.set(response, {
          provider: session.record.provider,
          ...(loginHint !== undefined && { loginHint }),
        });
      }
      response.redirect(303, pages.at('/admin/signed-out'));
    },
    signedOutPage(request, response) {
      sendPage(request, response, hint.take(request, response));
    },
  } satisfies Readonly<Record<string, RequestHandler>>;

  function sendPage(request: Request, response: Response, left: Ended | undefined): void {
    const model: SignedOutModel = {
      signInHref: pages.at(config.sso.defaultProvider === undefined ? '/admin/login' : '/admin/login?stay'),
      providerSignOut: providerSignOut(left),
    };
    const returnTo = pages.at('/admin/signed-out');
    pages.send(request, response, 'signed-out', { title: 'Signed out', returnTo }, model);
  }

  /** Writes the audit event. A person is signed out even if the audit log can't be reached. */
  async function recordSignOut(request: Request, record: SessionRecord): Promise<void> {
    const by = { ...originOf(request), user: personIn(record) };
    const happening = { action: 'user-sign-out', by, provider: record.provider } as const;
    await audit.record(happening).catch((error: unknown) => {
      log.error({ err: error, ...happening }, 'a sign-out could not be recorded');
    });
  }

  /** Otherwise the next person at this screen could sign in without being asked. */
  function providerSignOut({
    loginHint,
    idTokenHint,
    provider: id,
  }: Partial<Ended> = {}): SignedOutModel['providerSignOut'] {
    const provider =
      providers.find((one) => one.id === id) ?? (providers.length === 1 ? providers[0] : undefined);
    const returnTo = `${baseUrl.origin}${baseUrl.path}/admin/login`;
    const href = provider?.endSessionUrl?.({ returnTo, loginHint, idTokenHint });
    return href === undefined ? undefined : { href, label: `Sign out of ${provider?.config.name} too` };
  }
}
