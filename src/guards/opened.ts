import type { RequestHandler } from 'express';
import { EntranceError } from '../errors.js';
import { isOpened, isSpeculative } from '../requests/navigation.js';

/**
 * Guards addresses that change something on a GET, as those of a sign-in do. A browser that loads ahead of time is told
 * to ask again later, and a scanner’s HEAD is refused, so that neither begins, redeems or ends anything.
 */
export function requireOpened(...methods: readonly string[]): RequestHandler {
  const allowed = ['GET', ...methods].join(', ');
  return (request, response, next) => {
    if (isOpened(request)) return next();
    response.set('Cache-Control', 'no-store');
    if (isSpeculative(request)) return void response.status(503).end();
    response.set('Allow', allowed);
    throw new EntranceError('method_not_allowed');
  };
}
