import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { addressOf, requestId } from '../requests/request-id.js';

/** Never holds a query string, a body or a cookie, because these carry codes and passwords. */
export function requestLog(log: Logger): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    const path = request.path;
    response.on('finish', () => {
      const level = response.statusCode >= 500 ? 'warn' : 'info';
      log[level](
        {
          requestId: requestId(request),
          method: request.method,
          path,
          status: response.statusCode,
          durationMs: Math.round((performance.now() - startedAt) * 10) / 10,
          address: addressOf(request),
        },
        'request',
      );
    });
    next();
  };
}
