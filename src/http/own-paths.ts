import { type RequestHandler, Router } from 'express';

const OWN_PATHS = /^\/(?:admin|auth)(?:[/?]|$)/i;

/**
 * Serves `routes` below a path. Requests for other paths pass by at the price of one comparison, and those that no route
 * answers leave as they came: a host app's pages have headers of their own.
 */
export function onOwnPaths(routes: Router, path: string): RequestHandler {
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
  return path === '' ? own : Router().use(path, own);
}
