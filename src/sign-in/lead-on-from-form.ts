import type { Request, Response } from 'express';
import { sessionOf } from '../guards/guards.js';
import { freshSecrets } from '../providers/fresh-secrets.js';
import type { Provider } from '../providers/provider.js';
import { storyOf } from '../requests/request-id.js';
import type { SignInDependencies } from './dependencies.js';
import { requestTold } from './story.js';
import type { Transaction } from './transaction.js';

interface Leading {
  /** The step of the request’s story. */
  readonly what: string;
  readonly purpose: Pick<Transaction, 'linkTo' | 'next' | 'trialOf'>;
}

/**
 * Leads a signed-in person from a form to the provider. Our CSP lets no form lead to another origin, not even by a
 * redirect, so the page of this answer goes on by itself.
 */
export async function leadOnFromForm(
  { log, pages, transactions }: SignInDependencies,
  request: Request<{ provider: string }>,
  response: Response,
  provider: Provider,
  { purpose, what }: Leading,
): Promise<void> {
  const secrets = freshSecrets();
  const { name, requiredAuthContext: authContext } = provider.config;
  const url = await provider.authorizationUrl(secrets, { selectAccount: true, authContext });
  storyOf(log, request)(what, () => requestTold(provider, url));
  transactions.begin(request, response, {
    provider: provider.id,
    ...secrets,
    ...purpose,
    ...(authContext === undefined ? {} : { authContext }),
  });
  response.set('Refresh', `0; url=${url.href}`);
  const heading = `On to ${name}`;
  const model = { heading, href: url.href, label: provider.button.label };
  const { record: session } = sessionOf(request);
  pages.send(request, response, 'continue', { title: heading, session }, model);
}
