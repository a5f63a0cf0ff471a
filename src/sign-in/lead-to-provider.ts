import type { Request, Response } from 'express';
import * as z from 'zod';
import { createSealedCookie } from '../pages/sealed-cookie.js';
import { freshSecrets } from '../providers/fresh-secrets.js';
import type { AuthorizationOptions, Provider } from '../providers/provider.js';
import { storyOf } from '../requests/request-id.js';
import type { SignInDependencies } from './dependencies.js';
import { requestTold } from './story.js';
import type { Transaction } from './transaction.js';

interface Beginning extends Pick<Transaction, 'next' | 'renewed'> {
  readonly options: Omit<AuthorizationOptions, 'isInteractive'>;
}

export function createLeadToProvider({ config: { session, server }, transactions, log }: SignInDependencies) {
  /** Remembers that a silent attempt of this browser has just failed, so that the next attempts aren’t silent. */
  const mayAsk = createSealedCookie('may-ask', z.literal(true), {
    secret: session.secret,
    baseUrl: server.baseUrl,
  });

  return {
    async begin(
      request: Request,
      response: Response,
      provider: Provider,
      beginning: Beginning,
    ): Promise<void> {
      await leadOn(request, response, provider, beginning, mayAsk.read(request) !== undefined);
    },

    /** The provider may ask the person now. The second attempt isn’t silent, so there is no loop. */
    async askInstead(
      request: Request,
      response: Response,
      provider: Provider,
      failed: Transaction,
    ): Promise<void> {
      const { authContext, next, renewed } = failed;
      log.info(
        { provider: provider.id },
        'a silent sign-in (prompt=none) found that the person has to be asked: it goes on with the question',
      );
      mayAsk.set(response, true);
      await leadOn(request, response, provider, { next, renewed, options: { authContext } }, true);
    },

    /** Repeats a sign-in that took too long, once: by now the person is signed in at the provider. */
    async renew(
      request: Request,
      response: Response,
      provider: Provider,
      expired: Transaction,
    ): Promise<void> {
      const { authContext, next } = expired;
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
    response.redirect(302, url.href);
  }
}
