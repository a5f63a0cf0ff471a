import type { Request, RequestHandler } from 'express';
import type { BaseUrl } from '../config/config.js';
import { EntranceError } from '../errors.js';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses an unsafe method that another site's page sent (contract §11). Browsers say so in `Sec-Fetch-Site`; a browser
 * that doesn't sends `Origin`. A request with neither header is refused.
 */
export function assertSameOrigin(request: Request, baseUrl: BaseUrl): void {
  if (isFromOtherOrigin(request, baseUrl)) {
    const { 'sec-fetch-site': site, origin } = request.headers;
    throw new EntranceError('cross_origin', {
      detail: `This request has to come from a page at ${baseUrl.origin}${baseUrl.path}. Open the console at that address and try again.`,
      cause: { expected: baseUrl.origin, received: { 'sec-fetch-site': site, origin } },
    });
  }
}

/** Whether a request with an unsafe method isn’t known to come from our own origin. */
export function isFromOtherOrigin(request: Request, baseUrl: BaseUrl): boolean {
  if (SAFE_METHODS.has(request.method)) return false;
  const site = request.get('sec-fetch-site');
  if (site === undefined) return request.get('origin') !== baseUrl.origin;
  return site !== 'same-origin' && site !== 'none';
}

export function requireSameOrigin(baseUrl: BaseUrl): RequestHandler {
  return (request, _response, next) => {
    assertSameOrigin(request, baseUrl);
    next();
  };
}
