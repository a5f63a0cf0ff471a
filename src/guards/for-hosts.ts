import type { Request, RequestHandler, Response } from 'express';
import type { Handler } from '../host/handler.js';

/** A handler as a host app mounts it. Express 4 drops the rejection of a promise, so `next` gets it here. */
export function forHosts(handler: RequestHandler): Handler {
  return (request, response, next) => {
    // Express has given both its own methods before it calls a handler.
    const done: unknown = handler(request as Request, response as Response, next);
    if (done instanceof Promise) done.catch(next);
  };
}
