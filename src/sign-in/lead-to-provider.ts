import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import * as z from 'zod';
import type { Config } from '../config/config.js';
import { storyOf } from '../http/request-log.js';
import { createSignedCookie } from '../http/signed-cookie.js';
import type { AuthorizationOptions, Provider } from '../providers/provider.js';
import { freshSecrets } from './fresh-secrets.js';
import { requestTold } from './story.js';
import type { Transaction, Transactions } from './transaction.js';

export interface LeadToProvider {
  /** Leads to the provider, with a transaction of its own. */
  begin(request: Request, response: Response, provider: Provider, beginning: Beginning): Promise<void>;
  /** A silent attempt failed: the same sign-in goes on at once, and the provider asks. That one isn’t silent, so there is no loop. */
  askInstead(request: Request, response: Response, provider: Provider, failed: Transaction): Promise<void>;
  /** The person took too long and is signed in at the provider by now: the same sign-in begins anew, once. */
  renew(request: Request, response: Response, provider: Provider, expired: Transaction): Promise<void>;
}

/** What a sign-in begins with. */
export interface Beginning extends Pick<Transaction, 'next' | 'renewed'> {
  readonly options: Omit<AuthorizationOptions, 'isInteractive'>;
}

export function createLeadToProvider({
  config,
  transactions,
  log,
}: {
  readonly config: Config;
  readonly transactions: Transactions;
  readonly log: Logger;
}): LeadToProvider {
  const { session, server } = config;
  /** A silent attempt of this browser has just failed: the next ones aren’t silent. */
  const mayAsk = createSignedCookie('may-ask', z.literal(true), {
    secret: session.secret,
    baseUrl: server.baseUrl,
  });

  return {
    async begin(request, response, provider, beginning) {
      await leadOn(request, response, provider, beginning, mayAsk.read(request) !== undefined);
    },

    async askInstead(request, response, provider, { authContext, next, renewed }) {
      log.info(
        { provider: provider.id },
        'a silent sign-in (prompt=none) found that the person has to be asked: it goes on with the question',
      );
      mayAsk.set(response, true);
      await leadOn(request, response, provider, { next, renewed, options: { authContext } }, true);
    },

    async renew(request, response, provider, { authContext, next }) {
      log.info({ provider: provider.id }, 'a sign-in took too long: it begins anew, once');
      const beginning = { next, renewed: true, options: { authContext } };
      await leadOn(request, response, provider, beginning, mayAsk.read(request) !== undefined);
    },
  };

  async function leadOn(
    request: Request,
    response: Response,
    provider: Provider,
    { next, options, renewed }: Beginning,
    isInteractive: boolean,
  ): Promise<void> {
    const secrets = freshSecrets();
    const url = await provider.authorizationUrl(secrets, { ...options, isInteractive });
    storyOf(log, request)('a sign-in began', () => requestTold(provider, url));
    const { authContext } = options;
    transactions.begin(request, response, {
      provider: provider.id,
      ...secrets,
      ...(next === undefined ? {} : { next }),
      ...(authContext === undefined ? {} : { authContext }),
      ...(url.searchParams.get('prompt') === 'none' ? { silent: true } : {}),
      ...(renewed === undefined ? {} : { renewed }),
    });
    response.set('Cache-Control', 'no-store').redirect(302, url.href);
  }
}
