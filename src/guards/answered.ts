import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { EntranceError } from '../errors.js';
import type { ProviderId } from '../identity/user.js';
import { type AnswerError, logError } from '../pages/answer-error.js';
import type { Pages } from '../pages/pages.js';
import { noStore } from '../pages/security-headers.js';
import { isForFrame, isNavigation, isSafe, isSpeculative } from '../requests/navigation.js';
import { requestId } from '../requests/request-id.js';
import type { ReadSession } from '../session/reading.js';
import type { AtOnceOrLater } from '../session/session-store.js';
import { AuthContextRequired } from './auth-context-required.js';
import type { Guard } from './guards.js';

/** For the API: the error handler answers a refusal, and never redirects to the sign-in page. */
export function throwing(guard: Guard): RequestHandler {
  return async (request, _response, next) => {
    await guard(request);
    next();
  };
}

/** Mounts a guard on a route and answers its refusals here, so that a host app needs no error handler of ours. */
export type Answered = (guard: Guard) => RequestHandler;

/**
 * A person whose window opens an address without a session is redirected to the sign-in page, and back afterwards. A
 * person without the role gets a page that says so, with sign-out and switch-account, so that no loop arises. Every
 * other request gets a problem document. A request that passes gets `Cache-Control: no-store`.
 * @param stepUpProviders the IDs of the providers that can prove an authentication context
 */
export function createAnswered(
  pages: Pages,
  readSession: ReadSession,
  answerError: AnswerError,
  ownHeaders: readonly RequestHandler[],
  log: Logger,
  stepUpProviders: readonly ProviderId[] = [],
): Answered {
  return (guard) => (request, response, next) => {
    let passing: AtOnceOrLater<void>;
    try {
      passing = guard(request);
    } catch (error) {
      return refuse(request, response, error);
    }
    if (!(passing instanceof Promise)) return pass(response, next);
    return passing.then(
      () => pass(response, next),
      (error: unknown) => refuse(request, response, error),
    );
  };

  function pass(response: Response, next: NextFunction): void {
    response.setHeader('Cache-Control', 'no-store');
    next();
  }

  async function refuse(request: Request, response: Response, thrown: unknown): Promise<void> {
    const isInVain = thrown instanceof AuthContextRequired && stepUpProviders.length === 0;
    const error = isInVain ? sayingInVain(thrown) : thrown;
    for (const setHeaders of [...ownHeaders, noStore]) setHeaders(request, response, ignore);
    if (!(error instanceof EntranceError)) return answerError(request, response, error);
    const isPage = isNavigation(request) && !isSpeculative(request);
    if (!isPage) return answerError(request, response, error, 'problem');
    if (error.status === 401 && isForFrame(request)) return pages.sendFramed(request, response, error);
    if (error.code === 'not_signed_in') {
      response.redirect(303, signInPath(request));
    } else if (error instanceof AuthContextRequired && isSafe(request)) {
      response.redirect(303, stepUpPath(request, error, stepUpProviderOf(error)));
    } else if (error.code === 'no_access') {
      await sendNoAccess(request, response, error);
    } else {
      answerError(request, response, isSafe(request) ? error : sayingNotDone(error), 'page');
    }
  }

  /** After a form was refused, the sign-in page says that nothing was done, and leads back to the form. */
  function signInPath(request: Request): string {
    const query = new URLSearchParams(isSafe(request) ? {} : { error: 'session_ended' });
    const next = isSafe(request) ? request.originalUrl : pages.formPath(request);
    if (next !== undefined) query.set('next', next);
    return `${pages.at('/admin/login')}?${query}`;
  }

  /** The callback refuses a session without the context, so there is no loop. */
  function stepUpPath(
    { originalUrl: next }: Request,
    { authContext, loginHint }: AuthContextRequired,
    provider: ProviderId,
  ): string {
    const query = new URLSearchParams({ next, auth_context: authContext });
    if (loginHint !== undefined) query.set('login_hint', loginHint);
    return `${pages.at(`/auth/sso/login/${provider}`)}?${query}`;
  }

  /** The provider that the person signed in with, if it can step up; otherwise the first provider that can. */
  function stepUpProviderOf({ provider }: AuthContextRequired): ProviderId {
    return stepUpProviders.includes(provider) ? provider : (stepUpProviders[0] ?? provider);
  }

  async function sendNoAccess(request: Request, response: Response, error: EntranceError): Promise<void> {
    logError(log, request, error);
    const session = await readSession(request);
    const { title, detail } = pages.textOf(error);
    pages.send(
      request,
      response,
      'no-access',
      { title, status: error.status, session: session?.record },
      {
        heading: title,
        detail: isSafe(request) ? detail : `${detail} ${NOT_DONE}`,
        email: session?.record.email ?? '',
        signOutAction: pages.at('/admin/logout'),
        switchHref: pages.at('/admin/login'),
        reference: requestId(request),
      },
    );
  }
}

const NOT_DONE = 'What you sent wasn’t done, and nothing was changed.';

/** A guard refuses before anything is done, and the answer to a form says so. */
function sayingNotDone({ code, detail, cause, remedy, retryAfter }: EntranceError): EntranceError {
  return new EntranceError(code, {
    detail: `${detail} ${NOT_DONE}`,
    cause,
    remedy,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

/** The context can't be proved with any provider, so the person isn't sent to one. */
function sayingInVain({ authContext, cause, challenge, code }: AuthContextRequired): EntranceError {
  return new EntranceError(code, {
    detail:
      'This asks for more than a password, such as a second factor, and no way to sign in here can confirm it. Tell whoever runs this app, and quote the reference below.',
    cause,
    challenge,
    remedy: `requireAuthContext('${authContext}') lets nobody pass: no provider that is on confirms authentication contexts. Turn one on that does, or give a provider of the app’s own code stepsUp (docs/extending/provider.md).`,
  });
}

function ignore(): void {}
