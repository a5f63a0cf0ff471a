import type { Request, RequestHandler } from 'express';
import type { Config } from '../config/config.js';
import { EntranceError } from '../errors.js';
import { parseReturnPath } from '../identity/return-path.js';
import { isNavigation, isSpeculative } from '../requests/navigation.js';
import type { Guard } from './guards.js';

/**
 * Mounts a guard for a proxy that asks about a request. With `?sign_in=redirect`, a person's window gets a redirect to
 * the sign-in page, and the proxy has to pass that answer on. The error handler answers every other refusal.
 */
export function forProxy(guard: Guard, { server: { baseUrl } }: Pick<Config, 'server'>): RequestHandler {
  return async (request, response, next) => {
    try {
      await guard(request);
    } catch (error) {
      if (!(error instanceof EntranceError) || error.code !== 'not_signed_in' || !wantsRedirect(request))
        throw error;
      return response.redirect(303, `${baseUrl.origin}${signInPath(request)}`);
    }
    next();
  };

  function signInPath(request: Request): string {
    const next = parseReturnPath(request.get('x-forwarded-uri'), baseUrl.path);
    const query = next === undefined ? '' : `?${new URLSearchParams({ next })}`;
    return `${baseUrl.path}/admin/login${query}`;
  }
}

/** The proxy names the client's method. Only a request that reads can be repeated after signing in. */
function wantsRedirect(request: Request): boolean {
  const isAsked = queryOfProxy(request).get('sign_in') === 'redirect';
  const method = request.get('x-forwarded-method') ?? request.method;
  const reads = method === 'GET' || method === 'HEAD';
  return isAsked && reads && isNavigation(request) && !isSpeculative(request);
}

/**
 * The query that the proxy itself set. If anything follows our path, even a slash, the query is the app’s own and is
 * ignored: Envoy appends the app's path and query to its prefix.
 */
export function queryOfProxy({ originalUrl, path }: Pick<Request, 'originalUrl' | 'path'>): URLSearchParams {
  if (/^\/auth\/verify\//i.test(path)) return new URLSearchParams();
  return new URL(originalUrl, 'http://localhost').searchParams;
}
