import type { RequestHandler } from 'express';
import * as z from 'zod';
import { addressIn, domainOf, emailProblem, parseEmail } from '../identity/email.js';
import { parseSent } from '../validation.js';
import type { SignInDependencies } from './dependencies.js';
import { goingIn, goingQuery } from './going.js';
import type { SignInPage } from './sign-in-page.js';

const form = z.object({ address: z.string().max(4_096).catch('').transform(addressIn) });

/**
 * `POST /admin/login/address`: leads an email address to the provider of its domain. The domain alone decides and no
 * account is looked up, so the answer is the same whether or not somebody has this address.
 */
export function createAddressForm({
  config,
  providers,
  pages,
  signInPage,
}: SignInDependencies & { readonly signInPage: SignInPage }): RequestHandler {
  const { providerDomains } = config.sso;

  return (request, response) => {
    const { address } = parseSent(form, request.body ?? {}, 'form');
    const going = goingIn(request, config.server.baseUrl.path);
    const email = parseEmail(address);
    if (email === undefined) {
      const problem = address === '' ? 'Enter your email address' : `This ${emailProblem(address)}`;
      return signInPage.askAgain(request, response, going, { address, problem });
    }
    const id = providerDomains.get(domainOf(email));
    const provider = providers.find((one) => one.id === id);
    if (provider === undefined) {
      const problem = `There’s no way to sign in for ${domainOf(email)} here. Check the address, or choose another way on this page.`;
      return signInPage.askAgain(request, response, going, { address: email, problem });
    }
    const query = goingQuery(going);
    query.set('login_hint', email);
    const href = `${pages.at(`/auth/sso/login/${provider.id}`)}?${query}`;
    // Our Content-Security-Policy lets no form lead to another origin, not even by a redirect, so this page goes on by
    // itself.
    response.set('Refresh', `0; url=${href}`);
    const heading = `On to ${provider.config.name}`;
    const model = { heading, href, label: provider.button.label };
    pages.send(request, response, 'continue', { title: heading }, model);
  };
}
