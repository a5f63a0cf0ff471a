import type { Request, RequestHandler, Response, Router } from 'express';
import type { Logger } from 'pino';
import createRouter from 'router';
import { EntranceError } from '../errors.js';
import { type AnswerError, errorHandler } from '../pages/answer-error.js';

const OWN_PATHS = /^\/(?:admin|auth)(?:[/?]|$)/i;
const BASE_ITSELF = /^\/?(?:\?|$)/;

export interface Mount {
  /** The path of `BASE_URL`; empty if there is none. */
  readonly path: string;
  readonly log: Logger;
  readonly answerError: AnswerError;
  readonly ownHeaders: readonly RequestHandler[];
}

/**
 * Serves `routes` below a path. A request for another path costs one comparison. A request that no route answers goes
 * on without our headers, since a host app's pages have their own. A wrong mount is logged once. Routes that are
 * mounted at another path refuse requests: their links, cookies and redirect URIs would lead elsewhere, so that nobody
 * could sign in.
 */
export function onOwnPaths(routes: Router, { path, log, answerError, ownHeaders }: Mount): RequestHandler {
  const report = reportWrongMounts(path, log);
  const refusing = createRouter().use(
    [...ownHeaders],
    ({ baseUrl }: Request) => {
      const detail = `These pages are mounted at ${baseUrl}, and BASE_URL leads to ${path || '/'}. ${remedyBelow(baseUrl)}`;
      throw new EntranceError('not_found', { detail });
    },
    errorHandler(answerError),
  );
  const refuse: RequestHandler = (request, response, next) => {
    report.mountedBelow(request);
    const { url } = request;
    const isBelowPath = url.toLowerCase().startsWith(path.toLowerCase());
    const isOurs = OWN_PATHS.test(url) || (isBelowPath && OWN_PATHS.test(url.slice(path.length)));
    if (isOurs) refusing(request, response, next);
    else next();
  };
  const own: RequestHandler = (request, response, next) => {
    if (!OWN_PATHS.test(request.url)) return next();
    const before = response.getHeaders();
    routes(request, response, (error?: unknown) => {
      for (const name of response.getHeaderNames()) response.removeHeader(name);
      for (const [name, value] of Object.entries(before))
        if (value !== undefined) response.setHeader(name, value);
      next(error);
    });
  };
  if (path === '') {
    return (request, response, next) => {
      (request.baseUrl === '' ? own : refuse)(request, response, next);
    };
  }

  const withinPath: RequestHandler = (request, response, next) => {
    const isBase = BASE_ITSELF.test(request.url) && (request.method === 'GET' || request.method === 'HEAD');
    if (isBase) response.redirect(303, `${path}/admin`);
    else own(request, response, next);
  };
  const atPath = createRouter().use(path, withinPath);
  return (request, response, next) => {
    // If a host mounts the routes at the path of BASE_URL, Express has removed that path from the URL already.
    const isAtPath = request.baseUrl.toLowerCase() === path.toLowerCase();
    const isBelow = !isAtPath && request.baseUrl !== '';
    if (!isAtPath && !isBelow && OWN_PATHS.test(request.url)) report.withoutPath(request, response);
    (isAtPath ? withinPath : isBelow ? refuse : atPath)(request, response, next);
  };
}

function remedyBelow(mountedAt: string): string {
  return `Mount them without a path, app.use(entrance.routes), and let BASE_URL end in the path that people type; or let BASE_URL end in ${mountedAt}.`;
}

function reportWrongMounts(path: string, log: Logger) {
  const told = new Set<string>();
  const tellOnce = (what: string, facts: Readonly<Record<string, string>>, remedy: string) => {
    if (told.has(what)) return;
    told.add(what);
    log.warn({ ...facts, remedy }, what);
  };
  return {
    mountedBelow({ baseUrl }: Request): void {
      tellOnce(
        'The routes are mounted at another path than that of BASE_URL: signing in and links lead elsewhere',
        { mountedAt: baseUrl, pathOfBaseUrl: path || '/' },
        remedyBelow(baseUrl),
      );
    },
    /** The path may be a page of the host app. The mount is wrong only if no handler answers. */
    withoutPath(request: Request, response: Response): void {
      const [requested = ''] = request.originalUrl.split('?');
      response.once('finish', () => {
        if (response.statusCode !== 404) return;
        tellOnce(
          'A request arrived without the path of BASE_URL, so nothing answers it: a proxy seems to take that path off',
          { path: requested, pathOfBaseUrl: path },
          `Let the proxy pass the path on as it is (nginx: proxy_pass without a / at its end), or leave ${path} out of BASE_URL if people don’t type it.`,
        );
      });
    },
  };
}
