import type { RequestHandler, Response } from 'express';
import helmet from 'helmet';
import type { BaseUrl } from '../config/config.js';

const ONE_YEAR = 365 * 24 * 60 * 60;

/**
 * The headers of all our answers, errors and 404 included. They allow no script and no style inline, no frame, and
 * nothing from another origin.
 */
export function securityHeaders(baseUrl: BaseUrl): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'script-src': ["'self'"],
        'style-src': ["'self'"],
        // The icon of the tab is part of the page.
        'img-src': ["'self'", 'data:'],
        'form-action': ["'self'"],
        'base-uri': ["'none'"],
        'frame-ancestors': ["'none'"],
      },
    },
    strictTransportSecurity: baseUrl.secure ? { maxAge: ONE_YEAR, includeSubDomains: false } : false,
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
  });
}

/** For a page that any site may load in a frame. Such a page may only show text and links. */
export function allowFraming(response: Response): void {
  response
    .set(
      'Content-Security-Policy',
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors *",
    )
    .set('Cross-Origin-Resource-Policy', 'cross-origin')
    .removeHeader('X-Frame-Options');
}

/**
 * For a file that the operator chose. It may show its own styles and pictures, and neither runs nor loads anything,
 * even if somebody opens it by its address.
 */
export function sandbox(response: Response): void {
  response.set(
    'Content-Security-Policy',
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
  );
}

export const noStore: RequestHandler = (_request, response, next) => {
  response.setHeader('Cache-Control', 'no-store');
  next();
};
