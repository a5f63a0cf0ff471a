import type { Request, Response } from 'express';
import { EntranceError } from '../errors.js';
import type { Identity } from '../identity/identity.js';
import { tenantOf } from '../identity/linked-identities.js';
import type { Provider } from '../providers/provider.js';
import { storyOf } from '../requests/request-id.js';
import type { SignInDependencies } from './dependencies.js';
import { recordRefusal } from './record-refusal.js';
import { isSignInError, type RefusedSignIn } from './refusals.js';
import { domainTold } from './story.js';

export interface Flow {
  readonly provider: Provider;
  next: string | undefined;
  authContext: string | undefined;
  /** True if the sign-in links the account of the person who is signed in. */
  links?: boolean;
  identity?: Pick<Identity, 'domain' | 'email' | 'fullName' | 'key'>;
}

/** Runs a step of a sign-in, and answers the request if the step refuses the person. */
export type Refusing = (
  request: Request,
  response: Response,
  flow: Flow,
  step: () => Promise<void>,
) => Promise<void>;

/** To the sign-in page; if a signed-in person repeats a callback, to the page that they wanted. */
export function createRefusing(deps: SignInDependencies): Refusing {
  const { pages, refusals } = deps;

  return async (request, response, flow, step) => {
    try {
      await step();
    } catch (error) {
      if (flow.links && error instanceof EntranceError && (isSignInError(error) || error.status < 500)) {
        return refuseToLink(request, response, flow, error);
      }
      if (!isSignInError(error)) throw error;
      const session = error.code === 'transaction_invalid' ? await deps.readSession(request) : undefined;
      if (session !== undefined) {
        storyOf(deps.log, request)('a repeated callback led on');
        const href = flow.next ?? pages.homeOf(session.record);
        return response.redirect(303, href);
      }
      deps.countSignIn?.(flow.provider.id, error.code);
      refusals.log(request, error, refusedIn(flow));
      await recordRefusal(deps, request, error, { identity: flow.identity, provider: flow.provider.id });
      refusals.redirect(request, response, error, flow);
    }
  };

  /** Redirects to the person's own page, which explains the refusal. */
  async function refuseToLink(
    request: Request,
    response: Response,
    flow: Flow,
    error: EntranceError,
  ): Promise<void> {
    const { identity, provider, next } = flow;
    refusals.log(request, error, refusedIn(flow));
    const of = { action: 'user-link', identity, provider: provider.id } as const;
    await recordRefusal(deps, request, error, of);
    const ofProvider = provider.texts?.[error.code];
    const { detail, title } = pages.textOf(error, provider.config.name, ofProvider);
    pages.leaveNotice(response, { tone: 'danger', text: `${title}. ${detail}` });
    response.redirect(303, next ?? pages.at('/admin'));
  }
}

function refusedIn({ identity, links, provider }: Flow): RefusedSignIn {
  return {
    provider,
    tenant: identity && tenantOf(identity.key),
    domain: identity && domainTold(identity),
    links: links ?? false,
  };
}
