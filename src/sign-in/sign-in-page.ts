import type { Request, RequestHandler, Response } from 'express';
import type { EntranceError } from '../errors.js';
import { isShortened } from '../identity/return-path.js';
import type { RefusalPanel, SignInModel } from '../pages/models/sign-in.js';
import type { Notice } from '../pages/notices.js';
import { consoleName, mayOpenConsole } from '../pages/pages.js';
import type { Provider } from '../providers/provider.js';
import type { SessionRecord } from '../session/session-record.js';
import type { SignInDependencies } from './dependencies.js';
import { type Going, goingIn, goingQuery } from './going.js';

/** The refused local sign-in that the page shows again: with the email, never with the password. */
export interface LocalAttempt {
  readonly error: EntranceError;
  readonly email: string;
  readonly next: string | undefined;
  readonly fieldErrors: { readonly email?: string | undefined; readonly password?: string | undefined };
}

/** An address that belongs to no provider, and the reason. */
export interface AddressAttempt {
  readonly address: string;
  readonly problem: string;
}

export interface SignInPage {
  readonly show: RequestHandler;
  answer(request: Request, response: Response, attempt: LocalAttempt): void;
  /** Sends the page again, with the problem of the address that belongs to no provider. */
  askAgain(request: Request, response: Response, going: Going, attempt: AddressAttempt): void;
}

export function createSignInPage(deps: SignInDependencies): SignInPage {
  const { config, pages, providers } = deps;
  const { baseUrl } = config.server;

  return {
    async show(request, response) {
      const going = goingIn(request, baseUrl.path);
      const isRefused = request.query.error !== undefined;
      const session = isRefused ? await sessionIfReadable(request) : await deps.readSession(request);
      // Without an error, a signed-in person without a console role may use this page to change accounts.
      if (session !== undefined && (isRefused || mayOpenConsole(session.record)))
        return leadOn(request, response, going, session.record);
      const straightTo = session === undefined ? straightProvider(request) : undefined;
      if (straightTo !== undefined) return void response.redirect(303, beginHref(straightTo, going));
      send(request, response, going, undefined);
    },
    answer(request, response, attempt) {
      if (attempt.error.retryAfter !== undefined)
        response.set('Retry-After', String(attempt.error.retryAfter));
      send(request, response, { next: attempt.next, authContext: undefined }, attempt);
    },
    askAgain(request, response, going, attempt) {
      send(request, response, going, undefined, attempt);
    },
  };

  /** Not if the person asked for the page, or has to be told something. */
  function straightProvider(request: Request): Provider | undefined {
    const { query } = request;
    const isToStay = query.stay !== undefined || query.error !== undefined;
    if (isToStay || deps.lastProvider.hasSignedOut(request) || isWrongAddress(request)) return undefined;
    return providers.find(({ id }) => id === config.sso.defaultProvider);
  }

  /**
   * Redirects a signed-in person, who is told on the next page if something was just refused. If a step-up was refused,
   * the page that needs it would ask again at once, without end: the person is redirected to their home page instead,
   * and can try again from there.
   */
  function leadOn(request: Request, response: Response, going: Going, session: SessionRecord): void {
    const { authContext, next } = going;
    const home = pages.homeOf(session);
    const isOver = authContext === undefined && request.query.error === 'transaction_invalid';
    const panel =
      isOver || !deps.refusals.isFresh(request) ? undefined : refusal(request, response, going, undefined);
    if (panel !== undefined) pages.leaveNotice(response, noticeOf(panel));
    const canTell = panel === undefined || next?.startsWith(pages.at('/admin'));
    const href = authContext === undefined && canTell ? next : undefined;
    response.redirect(303, href ?? home);
  }

  /** A page that explains an error must not fail because of the store. */
  async function sessionIfReadable(request: Request) {
    try {
      return await deps.readSession(request);
    } catch {
      return undefined;
    }
  }

  function send(
    request: Request,
    response: Response,
    going: Going,
    attempt: LocalAttempt | undefined,
    addressAttempt?: AddressAttempt,
  ): void {
    const panel = refusal(request, response, going, attempt);
    const { next } = going;
    const model: SignInModel = {
      sentence: sentence(),
      providers: deps.lastProvider.inOrder(request).map((provider) => ({
        id: provider.id,
        label: provider.button.label,
        mark: provider.button.mark,
        look: provider.button.look,
        href: beginHref(provider, going),
        unavailable: !provider.health.reachable,
      })),
      addressForm: addressForm(going, addressAttempt),
      local: localForm(next, attempt, panel?.opensLocalForm),
      next,
      isShortened: next !== undefined && isShortened(request.query.next),
      refusal: panel,
      wrongAddress: isWrongAddress(request)
        ? { canonicalUrl: `${baseUrl.origin}${baseUrl.path}/admin/login` }
        : undefined,
    };
    const query = next === undefined ? '' : `?${new URLSearchParams({ next })}`;
    const options = {
      title: 'Sign in',
      status: attempt?.error.status ?? (addressAttempt === undefined ? 200 : 400),
      returnTo: `${pages.at('/admin/login')}${query}`,
    };
    pages.send(request, response, 'sign-in', options, model);
  }

  function sentence(): string {
    const account = providers.length > 0 ? 'your work account' : 'your account';
    return `Use ${account} to manage ${consoleName(config.brand.name)}.`;
  }

  function addressForm(going: Going, attempt: AddressAttempt | undefined): SignInModel['addressForm'] {
    if (config.sso.providerDomains.size === 0 || providers.length === 0) return undefined;
    const query = goingQuery(going).toString();
    return {
      action: `${pages.at('/admin/login/address')}${query === '' ? '' : `?${query}`}`,
      address: attempt?.address ?? '',
      error: attempt?.problem,
    };
  }

  function localForm(
    next: string | undefined,
    attempt: LocalAttempt | undefined,
    isOtherWayShut = false,
  ): SignInModel['local'] {
    if (!config.localAccounts.enabled) return undefined;
    return {
      action: pages.at('/admin/login'),
      email: attempt?.email ?? '',
      next: next ?? '',
      open:
        isOtherWayShut ||
        providers.length === 0 ||
        attempt !== undefined ||
        providers.some(({ health }) => !health.reachable),
      alone: providers.length === 0,
      error: attempt && pages.textOf(attempt.error),
      fieldErrors: attempt?.fieldErrors,
    };
  }

  /** The reason that the person is here again: the text of `?error=`, or that local sign-in is off. */
  function refusal(
    request: Request,
    response: Response,
    going: Going,
    attempt: LocalAttempt | undefined,
  ): SignInModel['refusal'] {
    const [first] = providers;
    if (attempt === undefined) {
      const retryHref = first === undefined ? undefined : beginHref(first, going);
      return (
        deps.refusals.panel(request, response, retryHref) ??
        (first && deps.refusals.providerPanel(request, first, retryHref))
      );
    }
    if (config.localAccounts.enabled) return undefined;
    const { title, detail } = pages.textOf(attempt.error);
    return { title, detail, tone: 'warning', facts: [], actions: [] };
  }

  function beginHref(provider: Provider, going: Going): string {
    const query = goingQuery(going).toString();
    return `${pages.at(`/auth/sso/login/${provider.id}`)}${query === '' ? '' : `?${query}`}`;
  }

  /**
   * Whether the page was opened at an address where our cookies can't work, so that signing in would silently loop.
   * Over https every current browser sends `Sec-Fetch-Site`; over plain http (except on loopback) none does.
   */
  function isWrongAddress(request: Request): boolean {
    if (!/^Mozilla\//.test(request.get('user-agent') ?? '')) return false;
    return baseUrl.secure
      ? request.get('sec-fetch-site') === undefined
      : request.get('host') !== new URL(baseUrl.origin).host;
  }
}

/** A notice travels in a cookie of at most 4 KB, and its link may hold a path that the person chose. */
const LONGEST_ACTION = 1_000;

/** The refusal as a notice, for a person who stays signed in. */
function noticeOf({ actions: [action], detail, reference, title, tone }: RefusalPanel): Notice {
  const fits = action !== undefined && action.href.length <= LONGEST_ACTION;
  return {
    tone,
    text: `${title}. ${detail} You’re still signed in. Reference: ${reference}`,
    ...(fits ? { action } : {}),
  };
}
