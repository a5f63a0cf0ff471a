import type { Request, RequestHandler } from 'express';
import type { BaseUrl } from '../config/config.js';
import { EntranceError } from '../errors.js';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses an unsafe method that another site's page sent (contract §11). Browsers say so in `Sec-Fetch-Site`; a browser
 * that doesn't sends `Origin`. A request with neither header is refused.
 */
export function assertSameOrigin(request: Request, baseUrl: BaseUrl): void {
  if (SAFE_METHODS.has(request.method)) return;
  const site = request.get('sec-fetch-site');
  const origin = request.get('origin');
  const isSame = site === undefined ? origin === baseUrl.origin : site === 'same-origin' || site === 'none';
  if (!isSame) {
    throw new EntranceError('cross_origin', {
      detail: `This request has to come from a page at ${baseUrl.origin}${baseUrl.path}. Open the console at that address and try again.`,
      cause: { expected: baseUrl.origin, received: { 'sec-fetch-site': site, origin } },
    });
  }
}

export function requireSameOrigin(baseUrl: BaseUrl): RequestHandler {
  return (request, _response, next) => {
    assertSameOrigin(request, baseUrl);
    next();
  };
}
