import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import * as z from 'zod';
import type { Clock } from '../clock.js';
import type { Config } from '../config/config.js';
import { EntranceError } from '../errors.js';
import type { CountSignIn } from '../http/metrics.js';
import type { Pages } from '../http/pages.js';
import type { RequestLimiter } from '../http/request-limit.js';
import { addressOf, storyOf } from '../http/request-log.js';
import { originOf } from '../http/request-origin.js';
import { createSignedCookie } from '../http/signed-cookie.js';
import type { AdmissionPolicy } from '../identity/admission.js';
import { parseAuthContext } from '../identity/auth-context.js';
import type { Identity } from '../identity/identity.js';
import { parseReturnPath } from '../identity/return-path.js';
import { searchText } from '../identity/text.js';
import type { AuthorizationOptions, CompletedSignIn, Provider } from '../providers/provider.js';
import { findProvider } from '../providers/registry.js';
import type { Revalidation } from '../revalidation/revalidation.js';
import type { ReadSession } from '../session/reading.js';
import type { Teams } from '../teams/teams.js';
import { type Admitted, admitUser } from './admit-user.js';
import { beginSession, type SessionBeginning } from './begin-session.js';
import { freshSecrets } from './fresh-secrets.js';
import { currentGrantPolicy } from './grant-policy.js';
import { linkIdentity } from './linking.js';
import { noticeLostAdministrators } from './lost-administrators.js';
import { recordRefusal } from './record-refusal.js';
import { isSignInError, type Refusals, type RefusedSignIn } from './refusals.js';
import { admissionTold, answerTold, domainTold, identityTold, requestTold, sessionTold } from './story.js';
import type { Transaction, Transactions } from './transaction.js';

export interface SingleSignOnDependencies extends SessionBeginning {
  readonly config: Config;
  readonly providers: readonly Provider[];
  readonly teams: Teams;
  readonly transactions: Transactions;
  readonly refusals: Refusals;
  readonly readSession: ReadSession;
  readonly revalidation: Revalidation | undefined;
  readonly limiter: RequestLimiter;
  readonly pages: Pages;
  readonly countSignIn?: CountSignIn;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface SingleSignOn {
  readonly requireSso: RequestHandler;
  readonly begin: RequestHandler<{ provider: string }>;
  readonly callback: RequestHandler<{ provider: string }>;
}

/** The provider's errors if it has to ask the person something (OpenID Connect Core §3.1.2.6). */
const QUESTIONS: ReadonlySet<string | undefined> = new Set([
  'login_required',
  'interaction_required',
  'consent_required',
  'account_selection_required',
]);

/** What is known of a sign-in as it goes on. */
interface Flow {
  readonly provider: Provider;
  next: string | undefined;
  /** It links the account of whoever is signed in. */
  links?: boolean;
  identity?: Pick<Identity, 'email' | 'fullName' | 'key'>;
}

/** The authorization code flow as the browser sees it: begin, return. */
export function createSingleSignOn(deps: SingleSignOnDependencies): SingleSignOn {
  const { config, pages, providers, transactions } = deps;
  const { baseUrl } = config.server;
  /** A silent attempt of this browser has just failed: the next ones aren’t silent. */
  const mayAsk = createSignedCookie('may-ask', z.literal(true), { secret: config.session.secret, baseUrl });

  return {
    requireSso(_request, _response, next) {
      if (!config.sso.enabled) throw new EntranceError('sso_disabled');
      next();
    },

    async begin(request, response) {
      const provider = findProvider(providers, request.params.provider);
      await deps.limiter.admit(addressOf(request) ?? '');
      const next = parseReturnPath(request.query.next, baseUrl.path);
      await refusing(request, response, { provider, next }, async () => {
        const authContext =
          parseAuthContext(request.query.auth_context) ?? config.sso.entra?.requiredAuthContext;
        const isInteractive = mayAsk.read(request) !== undefined;
        await leadOn(request, response, provider, next, {
          ...optionsOf(request),
          authContext,
          isInteractive,
        });
      });
    },

    async callback(request, response) {
      const provider = findProvider(providers, request.params.provider);
      await deps.limiter.admit(addressOf(request) ?? '');
      await completing(request, response, provider);
    },
  };

  /** Leads to the provider, with a transaction of its own. */
  async function leadOn(
    request: Request,
    response: Response,
    provider: Provider,
    next: string | undefined,
    options: AuthorizationOptions,
  ): Promise<void> {
    const secrets = freshSecrets();
    const url = await provider.authorizationUrl(secrets, options);
    storyOf(deps.log, request)('a sign-in began', () => requestTold(provider, url));
    const { authContext } = options;
    transactions.begin(request, response, {
      provider: provider.id,
      ...secrets,
      ...(next === undefined ? {} : { next }),
      ...(authContext === undefined ? {} : { authContext }),
      ...(url.searchParams.get('prompt') === 'none' ? { silent: true } : {}),
    });
    response.set('Cache-Control', 'no-store').redirect(302, url.href);
  }

  async function completing(request: Request, response: Response, provider: Provider): Promise<void> {
    const flow: Flow = { provider, next: undefined };
    const tell = storyOf(deps.log, request);
    await refusing(request, response, flow, async () => {
      const parameters = authorizationResponse(request);
      const transaction = await transactions.take(
        request,
        response,
        provider.id,
        parameters.get('state') ?? undefined,
      );
      flow.next = transaction.next;
      flow.links = transaction.linkTo !== undefined;
      tell('the browser came back from the provider', () =>
        answerTold(provider, parameters, transaction, deps.clock.now()),
      );
      const identity = await provider.complete(parameters, transaction, tell).catch((error: unknown) => {
        if (!transaction.silent || !isQuestion(error)) throw error;
        return undefined;
      });
      if (identity === undefined) return askInstead(request, response, provider, transaction);
      flow.identity = identity;
      tell('the identity is known', () => identityTold(identity, transaction));
      assertAuthContext(transaction, identity);
      const policy = { ...config.sso, allowedTenants: await provider.allowedTenants() };
      const admitted = await admit(request, transaction, identity, policy);
      tell('the person was admitted', () => admissionTold(admitted));
      noticeLostAdministrators(deps.log, admitted, config.localAccounts);
      await beginSession(deps, request, response, admitted, identity);
      tell('the session began', () => sessionTold(admitted.user));
      await deps.revalidation?.keep(admitted.user.id, provider, identity.refreshToken);

      if (flow.links) leaveLinked(response);
      deps.countSignIn?.(provider.id, 'success');
      response.set('Cache-Control', 'no-store').redirect(303, transaction.next ?? pages.at('/admin'));
    });
  }

  /** A silent attempt failed: the same sign-in goes on at once, and the provider asks. That one isn’t silent, so there is no loop. */
  async function askInstead(
    request: Request,
    response: Response,
    provider: Provider,
    { authContext, next }: Transaction,
  ): Promise<void> {
    deps.log.info(
      { provider: provider.id },
      'a silent sign-in (prompt=none) found that the person has to be asked: it goes on with the question',
    );
    mayAsk.set(response, true);
    await leadOn(request, response, provider, next, { authContext, isInteractive: true });
  }

  /** Who has linked their account is signed in anew, with the identity that it has now. */
  async function admit(
    request: Request,
    { linkTo }: Transaction,
    identity: Identity,
    policy: AdmissionPolicy,
  ): Promise<Admitted> {
    if (linkTo !== undefined) {
      const user = await linkIdentity(deps, request, identity, policy, linkTo);
      return { user, before: user };
    }
    return admitUser(
      deps,
      identity,
      policy,
      await currentGrantPolicy(config.sso, deps.teams, deps.clock, deps.log),
      deps.clock,
      originOf(request),
    );
  }

  function leaveLinked(response: Response): void {
    pages.leaveNotice(response, {
      tone: 'success',
      text: 'Your account is linked. From now on you sign in with Microsoft.',
    });
  }

  /** A refused sign-in leads back to the sign-in page; a repeated callback of somebody who is in leads on to the console. */
  async function refusing(
    request: Request,
    response: Response,
    flow: Flow,
    step: () => Promise<void>,
  ): Promise<void> {
    try {
      await step();
    } catch (error) {
      if (flow.links && error instanceof EntranceError && (isSignInError(error) || error.status < 500)) {
        await refuseToLink(request, response, flow, error);
        return;
      }
      if (!isSignInError(error)) throw error;
      const isRepeated =
        error.code === 'transaction_invalid' && (await deps.readSession(request)) !== undefined;
      if (isRepeated) storyOf(deps.log, request)('a repeated callback led on to the console');
      if (isRepeated) return response.set('Cache-Control', 'no-store').redirect(303, pages.at('/admin'));
      deps.countSignIn?.(flow.provider.id, error.code);
      deps.refusals.log(request, error, refusedIn(flow));
      await recordRefusal(deps, request, error, { identity: flow.identity, provider: flow.provider.id });
      deps.refusals.redirect(request, response, error, flow.next);
    }
  }

  /** Leads back to the person's own page, which says why. */
  async function refuseToLink(
    request: Request,
    response: Response,
    flow: Flow,
    error: EntranceError,
  ): Promise<void> {
    const { identity, provider, next } = flow;
    deps.refusals.log(request, error, refusedIn(flow));
    const of = { action: 'user-link', identity, provider: provider.id } as const;
    await recordRefusal(deps, request, error, of);
    pages.leaveNotice(response, { tone: 'danger', text: `${error.title}. ${error.detail}` });
    response.set('Cache-Control', 'no-store').redirect(303, next ?? pages.at('/admin'));
  }
}

function refusedIn({ identity, links, provider }: Flow): RefusedSignIn {
  return {
    provider: provider.id,
    tenant: identity?.key.tenantId,
    domain: identity && domainTold(identity),
    links: links ?? false,
  };
}

/** What was asked for may not have been done: a tenant without a policy for the context, a request that was altered. */
function assertAuthContext({ authContext }: Transaction, { authContexts = [] }: CompletedSignIn): void {
  if (authContext === undefined || authContexts.includes(authContext)) return;
  throw new EntranceError('auth_context_missing', {
    cause: { expected: authContext, received: authContexts },
  });
}

function isQuestion(error: unknown): boolean {
  return error instanceof EntranceError && QUESTIONS.has(error.facts.error);
}

function optionsOf({ query }: Request) {
  const hint = query.login_hint;
  const isHint = typeof hint === 'string' && hint.length <= 320 && !/\p{Cc}/u.test(hint);
  return {
    loginHint: (isHint && searchText(hint)) || undefined,
    selectAccount: query.prompt === 'select_account',
  };
}

/** The query of the authorization response (RFC 6749 §3.1: no parameter more than once). */
function authorizationResponse(request: Request): URLSearchParams {
  const parameters = new URL(request.originalUrl, 'https://entrance.invalid').searchParams;
  const names = [...parameters.keys()];
  if (new Set(names).size !== names.length)
    throw new EntranceError('sso_failed', { cause: 'a repeated parameter' });
  return parameters;
}
