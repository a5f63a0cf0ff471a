import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type { LocalAccountsConfig, ProviderConfig } from '../config/config.js';
import { EntranceError } from '../errors.js';
import type { AdmissionPolicy } from '../identity/admission.js';
import { parseAuthContext } from '../identity/auth-context.js';
import type { Identity } from '../identity/identity.js';
import { parseReturnPath } from '../identity/return-path.js';
import { searchText } from '../identity/text.js';
import type { Provider } from '../providers/provider.js';
import { findProvider } from '../providers/registry.js';
import { addressOf, originOf, storyOf } from '../requests/request-id.js';
import { type Admitted, admitUser } from './admit-user.js';
import { createAnswerOnce } from './answer-once.js';
import { beginSession } from './begin-session.js';
import { assertAuthContext } from './confirmed-context.js';
import type { SignInDependencies } from './dependencies.js';
import { currentGrantPolicy } from './grant-policy.js';
import { createLeadToProvider } from './lead-to-provider.js';
import { linkIdentity } from './linking.js';
import { createRefusing, type Flow } from './refusing.js';
import { admissionTold, answerTold, identityTold, sessionTold } from './story.js';
import type { Transaction } from './transaction.js';
import type { Trials } from './trials.js';

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

/** The authorization code flow as the browser sees it: begin, return. */
export function createSingleSignOn(deps: SignInDependencies & { readonly trials: Trials }): SingleSignOn {
  const { config, pages, providers, transactions } = deps;
  const { baseUrl } = config.server;
  const leadToProvider = createLeadToProvider(deps);
  const refusing = createRefusing(deps);
  const answerOnce = createAnswerOnce();

  return {
    requireSso(_request, _response, next) {
      if (!config.sso.enabled) throw new EntranceError('sso_disabled');
      next();
    },

    async begin(request, response) {
      const provider = findProvider(providers, request.params.provider);
      await deps.limiter.admit(addressOf(request) ?? '');
      const next = parseReturnPath(request.query.next, baseUrl.path);
      const asked = parseAuthContext(request.query.auth_context);
      const authContext = asked ?? provider.config.requiredAuthContext;
      await refusing(request, response, { provider, next, authContext }, () =>
        leadToProvider.begin(request, response, provider, {
          next,
          options: { ...optionsOf(request), authContext },
        }),
      );
    },

    async callback(request, response) {
      const provider = findProvider(providers, request.params.provider);
      await deps.limiter.admit(addressOf(request) ?? '');
      const flow: Flow = { provider, next: undefined, authContext: undefined };
      await refusing(request, response, flow, async () => {
        const parameters = authorizationResponse(request);
        const transaction = transactions.find(request, provider.id, parameters.get('state') ?? undefined);
        flow.next = transaction.next;
        flow.authContext = transaction.authContext;
        flow.links = transaction.linkTo !== undefined;
        const complete = () =>
          transaction.trialOf === undefined
            ? completing(request, response, flow, parameters, transaction)
            : deps.trials.complete(request, response, provider, parameters, transaction);
        await answerOnce(
          // The session's cookie is part of the key, because the answer carries a session: only the same browser may
          // share it.
          JSON.stringify([transaction.state, `${parameters}`, request.headers.cookie]),
          response,
          // A refusal is an answer too, and a repeated request gets the same one.
          () => refusing(request, response, flow, complete),
          () => storyOf(deps.log, request)('a repeated callback waits for the answer to the first'),
        );
      });
    },
  };

  async function completing(
    request: Request,
    response: Response,
    flow: Flow,
    parameters: URLSearchParams,
    transaction: Transaction,
  ): Promise<void> {
    const { provider } = flow;
    const tell = storyOf(deps.log, request);
    tell('the browser came back from the provider', () =>
      answerTold(provider, parameters, transaction, deps.clock.now()),
    );
    try {
      await transactions.use(response, transaction);
    } catch (error) {
      if (!mayRenew(error, parameters, transaction)) throw error;
      return leadToProvider.renew(request, response, provider, transaction);
    }
    const identity = await provider.complete(parameters, transaction, tell).catch((error: unknown) => {
      if (!transaction.silent || !isQuestion(error)) throw error;
      return undefined;
    });
    if (identity === undefined) return leadToProvider.askInstead(request, response, provider, transaction);
    flow.identity = identity;
    tell('the identity is known', () => identityTold(identity, transaction));
    assertAuthContext(transaction, identity);
    const policy = { ...config.sso, trustedDomains: provider.config.trustedDomains };
    const admitted = await admitOrLink(request, transaction, provider, identity, policy);
    tell('the person was admitted', () => admissionTold(admitted));
    noticeLostAdministrators(deps.log, admitted, provider.config, config.localAccounts);
    await beginSession(deps, request, response, admitted, identity);
    tell('the session began', () => sessionTold(admitted.user));
    await deps.revalidation?.keep(admitted.user.id, provider, identity.refreshToken);

    if (flow.links) leaveLinked(response, provider);
    deps.lastProvider.remember(request, response, provider);
    deps.countSignIn?.(provider.id, 'success');
    response.redirect(303, transaction.next ?? pages.at('/admin'));
  }

  /** A person who links their account gets a new session with the new identity. */
  async function admitOrLink(
    request: Request,
    { linkTo }: Transaction,
    provider: Provider,
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
      await currentGrantPolicy(
        provider.config,
        config.sso.autoAdminDomains,
        deps.teams,
        deps.clock,
        deps.log,
      ),
      deps.clock,
      originOf(request),
    );
  }

  function leaveLinked(response: Response, { config: { name } }: Provider): void {
    pages.leaveNotice(response, {
      tone: 'success',
      text: `Your account is linked: you can sign in with ${name} from now on.`,
    });
  }
}

/** With a code, they are signed in at the provider. Only the person themselves may begin to link. */
function mayRenew(error: unknown, parameters: URLSearchParams, { linkTo, renewed }: Transaction): boolean {
  const isExpired = error instanceof EntranceError && error.code === 'transaction_expired';
  return isExpired && parameters.has('code') && linkTo === undefined && renewed === undefined;
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

/**
 * Logs an error if a sign-in took `platform_admin` from the last person who held it and could sign in. The role goes
 * even then, since the provider was certain about it (contract §11). A local administrator who can sign in counts as
 * one who is left.
 */
function noticeLostAdministrators(
  log: Logger,
  { user, tookLastAdmin }: Admitted,
  provider: ProviderConfig,
  localAccounts: LocalAccountsConfig,
): void {
  if (tookLastAdmin === undefined) return;
  log.error(
    { userId: user.id },
    `no platform_admin is left who can sign in: the last one came without a group, app role or domain that gives it. Give somebody one at ${provider.name} (${provider.settings.adminGroups}), or ${localWayBack(localAccounts)} and restart`,
  );
}

function localWayBack({ enabled, administrator }: LocalAccountsConfig): string {
  if (enabled) return 'set PLATFORM_ADMIN_EMAIL to a new local administrator';
  return administrator === undefined
    ? 'set SSO_PRESERVE_ADMIN_AUTH=true and PLATFORM_ADMIN_EMAIL to a new local administrator'
    : `set SSO_PRESERVE_ADMIN_AUTH=true, so that ${administrator.email} can sign in with a password`;
}
