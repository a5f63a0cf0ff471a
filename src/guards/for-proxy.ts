import type { Request, RequestHandler } from 'express';
import type { Config } from '../config/config.js';
import { EntranceError } from '../errors.js';
import { isNavigation, isSpeculative } from '../http/navigation.js';
import { parseReturnPath } from '../identity/return-path.js';
import type { Guard } from './guards.js';

/**
 * Mounts a guard for a proxy that asks about a request. With `?sign_in=redirect` a person's window is sent to sign in and back,
 * by a proxy that passes our answer on; every other refusal is left to the error handler.
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

/** The proxy names the client's method in `X-Forwarded-Method`: only reading can be repeated after signing in. */
function wantsRedirect(request: Request): boolean {
  const isAsked = queryOfProxy(request).get('sign_in') === 'redirect';
  const method = request.get('x-forwarded-method') ?? request.method;
  const reads = method === 'GET' || method === 'HEAD';
  return isAsked && reads && isNavigation(request) && !isSpeculative(request);
}

/**
 * What the proxy itself asks. Behind a further path, and a slash is one, the query is the app’s own and asks nothing: Envoy appends
 * both to its prefix.
 */
export function queryOfProxy({ originalUrl, path }: Pick<Request, 'originalUrl' | 'path'>): URLSearchParams {
  if (/^\/auth\/verify\//i.test(path)) return new URLSearchParams();
  return new URL(originalUrl, 'http://localhost').searchParams;
}
