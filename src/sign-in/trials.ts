import type { Request, Response } from 'express';
import { createKeptTrials } from '../access/kept-trials.js';
import { previewSignIn, type SignInTrial } from '../access/sign-in-trial.js';
import type { ErrorCode } from '../error-codes.js';
import { EntranceError } from '../errors.js';
import { sessionOf } from '../guards/guards.js';
import type { Identity } from '../identity/identity.js';
import { tenantOf } from '../identity/linked-identities.js';
import { refusalRule } from '../identity/refusal-rules.js';
import type { Provider } from '../providers/provider.js';
import { findProvider } from '../providers/registry.js';
import { storyOf } from '../requests/request-id.js';
import { assertAuthContext } from './confirmed-context.js';
import type { SignInDependencies } from './dependencies.js';
import { leadOnFromForm } from './lead-on-from-form.js';
import { shownClaims } from './shown-claims.js';
import { domainTold } from './story.js';
import type { Transaction } from './transaction.js';

/** Errors that say nothing about the sign-in that is tested. */
const NOT_OF_THE_TRIAL: readonly ErrorCode[] = ['store_unavailable', 'transaction_invalid'];

export type Trials = ReturnType<typeof createTrials>;

/** A sign-in that an administrator makes to see what the provider sends, and what it would give. */
export function createTrials(deps: SignInDependencies) {
  const { config, providers, transactions, pages, clock, log } = deps;
  const kept = createKeptTrials(config, deps.keptTexts);

  return {
    /** `POST /admin/setup/try/:provider`, from the page Setup: leads to the provider. */
    async begin(request: Request<{ provider: string }>, response: Response): Promise<void> {
      const provider = findProvider(providers, request.params.provider);
      await leadOnFromForm(deps, request, response, provider, {
        what: 'a test sign-in began',
        purpose: { next: pages.at('/admin/setup/try'), trialOf: sessionOf(request).handle },
      });
    },

    /**
     * Ends a test sign-in at the callback. It keeps what arrived for the session that began it, and does nothing else:
     * nobody is signed in, no account and no team changes, nothing is counted.
     * @throws EntranceError `transaction_invalid` in another session, or if the attempt was used before
     */
    async complete(
      request: Request,
      response: Response,
      provider: Provider,
      parameters: URLSearchParams,
      transaction: Transaction,
    ): Promise<void> {
      const session = await deps.readSession(request);
      if (session === undefined || session.handle !== transaction.trialOf)
        throw new EntranceError('transaction_invalid', {
          cause: 'another session than the one that began the test sign-in',
        });
      const result = await attempt(request, response, provider, parameters, transaction);
      await kept.keep(session.handle, result);
      response.redirect(303, pages.at('/admin/setup/try'));
    },
  };

  async function attempt(
    request: Request,
    response: Response,
    provider: Provider,
    parameters: URLSearchParams,
    transaction: Transaction,
  ): Promise<SignInTrial> {
    const claims: SignInTrial['claims'][number][] = [];
    const arrived = { provider: provider.id, at: clock.now(), claims };
    let identity: Identity | undefined;
    try {
      await transactions.use(response, transaction);
      const completed = await provider.complete(
        parameters,
        transaction,
        storyOf(log, request),
        (from, some) => void claims.push(...shownClaims(from, some)),
      );
      identity = completed;
      assertAuthContext(transaction, completed);
      const preview = await previewSignIn(deps, config, provider.config, completed, clock.now());
      const refusal = preview.code === undefined ? undefined : new EntranceError(preview.code);
      return { ...arrived, preview, failure: refusal && failureOf(refusal, provider, identity) };
    } catch (error) {
      if (!(error instanceof EntranceError) || NOT_OF_THE_TRIAL.includes(error.code)) throw error;
      return { ...arrived, failure: failureOf(error, provider, identity) };
    }
  }
}

function failureOf(
  error: EntranceError,
  provider: Provider,
  identity: Identity | undefined,
): NonNullable<SignInTrial['failure']> {
  const { code, facts } = error;
  const known = provider.failureText(facts);
  const text =
    known?.code === code
      ? { title: known.title, detail: known.visitor }
      : (provider.texts?.[code] ?? error.textFor(provider.config.name));
  const values = {
    tenant: facts.tenantId ?? (identity && tenantOf(identity.key)),
    domain: identity && domainTold(identity),
    domains: provider.config.settings.trustedDomains,
    remedies: provider.refusalRemedies,
  };
  return {
    code,
    title: text.title,
    detail: text.detail,
    remedy: error.remedy ?? refusalRule(code, values)?.remedy,
    providerCode: facts.providerCode,
  };
}
