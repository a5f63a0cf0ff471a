import { parseCookie } from 'cookie';
import type { Request, Response } from 'express';
import type { Config } from '../config/config.js';
import { cookieName } from '../config/cookie-name.js';
import type { EntranceError } from '../errors.js';
import { parseReturnPath } from '../identity/return-path.js';
import { CONSOLE_ROLES, PLATFORM_ADMIN } from '../identity/roles.js';
import { isSafe } from '../requests/navigation.js';
import { requestId } from '../requests/request-id.js';
import type { SessionRecord } from '../session/session-record.js';
import type { Assets } from './assets.js';
import { createFormOwners } from './form-owners.js';
import type { PageFrame } from './frame.js';
import type { ErrorModel } from './models/messages.js';
import { createNotices } from './notices.js';
import { allowFraming } from './security-headers.js';
import type { Templates } from './templates.js';
import type { TextOf } from './texts.js';
import type { Views } from './views.js';
import { waitingAt } from './waiting-people.js';

export interface PageOptions {
  readonly title: string;
  readonly status?: number;
  /** The session of the person who gets the page; without it the page is framed for somebody who isn't signed in. */
  readonly session?: SessionRecord | undefined;
  /** The address to which the choice of a theme leads back, if it isn't the page's own. */
  readonly returnTo?: string;
  readonly section?: Section | undefined;
}

export type Section =
  | 'dashboard'
  | 'users'
  | 'approvals'
  | 'teams'
  | 'sessions'
  | 'roles'
  | 'tokens'
  | 'audit'
  | 'setup';

export type Pages = ReturnType<typeof createPages>;

export interface Wording {
  readonly template: Templates;
  readonly textOf: TextOf;
}

/** Renders the views: `<%=` everywhere, one layout, nothing personal in any cache. */
export function createPages(config: Config, assets: Assets, { template, textOf }: Wording) {
  const { baseUrl } = config.server;
  const themeCookie = cookieName(baseUrl, 'theme');
  /** The address of one of our paths, with the path of `BASE_URL`. */
  const at = (path: string): string => `${baseUrl.path}${path}`;
  const notices = createNotices(config);
  const owners = createFormOwners(config);

  return {
    at,
    /** The texts for people of an error: the host app’s own, or ours. */
    textOf,
    send,
    sendError,
    sendFramed,
    formPath,
    /** The page for a person who asked for no other: the console, or else their own page. */
    homeOf: (session: SessionRecord): string => at(mayOpenConsole(session) ? '/admin' : '/admin/account'),
    /** Leaves a notice that the browser's next page shows (post/redirect/get). */
    leaveNotice: notices.leave,
  };

  function send<View extends keyof Views>(
    request: Request,
    response: Response,
    view: View,
    options: PageOptions,
    model: Views[View],
  ): void {
    const page = frame(request, response, options);
    const rendered = template(view)({ page, ...model });
    const body = options.session === undefined ? rendered : owners.mark(rendered, options.session.userId);
    response
      .status(options.status ?? 200)
      .set('Cache-Control', 'no-store')
      .type('html')
      .send(template('layout')({ page, body }));
  }

  /** A person with a session keeps the navigation. */
  function sendError(
    request: Request,
    response: Response,
    error: EntranceError,
    session: SessionRecord | undefined,
  ): void {
    const { status } = error;
    const { title, detail } = textOf(error);
    const model: ErrorModel = {
      status,
      title,
      detail,
      reference: requestId(request),
      actions: [...backToForm(request), { href: at('/admin'), label: 'Go to the console' }],
    };
    send(request, response, 'error', { title, status, session }, model);
  }

  /**
   * Answers a request for a frame, in which our pages can't be shown: a small page has a link that opens the address in
   * a window.
   */
  function sendFramed(request: Request, response: Response, error: EntranceError): void {
    allowFraming(response);
    response
      .status(error.status)
      .set({ 'Cache-Control': 'no-store', 'WWW-Authenticate': error.challenge })
      .type('html')
      .send(template('framed')({ href: ownPath(request), name: config.brand.name }));
  }

  /** Any page may load this one in a frame, and a browser would follow `//host` to another host. */
  function ownPath({ originalUrl }: Request): string {
    return parseReturnPath(originalUrl, baseUrl.path) ?? at('/admin');
  }

  function backToForm(request: Request): ErrorModel['actions'] {
    const href = isSafe(request) ? undefined : formPath(request);
    return href === undefined ? [] : [{ href, label: 'Back to the form' }];
  }

  /** The page of this origin that sent the form; undefined if the browser doesn't say. */
  function formPath(request: Request): string | undefined {
    const sent = request.get('referer') ?? '';
    if (!URL.canParse(sent)) return undefined;
    const { origin, pathname, search } = new URL(sent);
    return origin === baseUrl.origin ? parseReturnPath(pathname + search, baseUrl.path) : undefined;
  }

  function frame(request: Request, response: Response, options: PageOptions): PageFrame {
    const { session } = options;
    return {
      title: options.title,
      brand: {
        name: config.brand.name,
        logoUrl: assets.brandLogoPath === undefined ? undefined : at(assets.brandLogoPath),
      },
      theme: themeOf(request, themeCookie),
      themeAction: at('/admin/theme'),
      currentUrl: options.returnTo ?? returnPath(request, session),
      icon: assets.icon,
      asset: (name) => at(assets.path(name)),
      person:
        session === undefined
          ? undefined
          : {
              name: session.fullName,
              email: session.email,
              href: at('/admin/account'),
              signOutAction: at('/admin/logout'),
            },
      navigation:
        session !== undefined && mayOpenConsole(session)
          ? navigation(session, options.section, waitingAt(request))
          : [],
      notice: notices.take(request, response),
      reference: requestId(request),
    };
  }

  /** For a visitor this is the path alone: our pages never repeat a visitor's query string, not even in a hidden field. */
  function returnPath(request: Request, session: SessionRecord | undefined): string {
    if (request.method !== 'GET') return at('/admin');
    return session === undefined ? `${request.baseUrl}${request.path}` : request.originalUrl;
  }

  /** The entry of approvals is there if new people may have to wait, or if somebody still waits. */
  function navigation({ roles }: SessionRecord, current: Section | undefined, waiting: number) {
    return [
      { href: at('/admin'), label: 'Dashboard', current: current === 'dashboard' },
      { href: at('/admin/users'), label: 'Users', current: current === 'users' },
      ...(config.sso.requireApproval || waiting > 0
        ? [{ href: at('/admin/approvals'), label: 'Approvals', current: current === 'approvals', waiting }]
        : []),
      { href: at('/admin/teams'), label: 'Teams', current: current === 'teams' },
      { href: at('/admin/sessions'), label: 'Sessions', current: current === 'sessions' },
      { href: at('/admin/roles'), label: 'Roles', current: current === 'roles' },
      ...(roles.includes(PLATFORM_ADMIN)
        ? [{ href: at('/admin/tokens'), label: 'API tokens', current: current === 'tokens' }]
        : []),
      { href: at('/admin/audit'), label: 'Audit', current: current === 'audit' },
      ...(roles.includes(PLATFORM_ADMIN)
        ? [{ href: at('/admin/setup'), label: 'Setup', current: current === 'setup' }]
        : []),
    ];
  }
}

export function mayOpenConsole(session: SessionRecord): boolean {
  return session.roles.some((role) => CONSOLE_ROLES.includes(role));
}

export function consoleName(brand: string): string {
  return brand === 'Admin' ? 'this gateway' : brand;
}

function themeOf(request: Request, cookie: string): PageFrame['theme'] {
  const theme = parseCookie(request.headers.cookie ?? '')[cookie];
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}
