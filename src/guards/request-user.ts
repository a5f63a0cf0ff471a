import { IncomingMessage } from 'node:http';
import type { Request, Response } from 'express';
import type { User } from '../host/user.js';

const USER: unique symbol = Symbol('user');

/** Our own view of a request. The global types of Express belong to the host app, so that they stay as they are. */
type WithUser = Request & { user?: unknown };

/**
 * Sets `request.user`. With Express, `user` becomes an accessor on the prototype of all requests, as `ip` is, and the
 * value stands in the response's locals. A property of the request itself would be slow: behind `app.listen` Express
 * has changed the request's prototype, and V8 (up to that of Node.js 22) then copies all properties of the request for
 * each new one. That copy takes longer than everything else that a guard does.
 */
export function setUser(request: Request, user: User): void {
  const prototype: object = Object.getPrototypeOf(request);
  if (!prepared.has(prototype)) {
    prepared.add(prototype);
    defineUser(request);
  }
  const withUser: WithUser = request;
  withUser.user = user;
}

/** The value of `request.user`, whoever set it. */
export function readUser(request: WithUser): unknown {
  return request.user;
}

function localsOf(response: Response): { [USER]?: unknown } {
  return response.locals;
}

/** The prototypes of requests that have the accessor; each app has its own. */
const prepared = new WeakSet<object>();

/** For every app that shares this copy of Express: a request may go on from a mounted app to its parent. */
function defineUser(request: Request): void {
  const shared = prototypeOfRequests(request);
  if (shared === undefined) return;
  Object.defineProperty(shared, 'user', {
    configurable: true,
    enumerable: true,
    get(this: Request) {
      return this.res && localsOf(this.res)[USER];
    },
    set(this: Request, value: unknown) {
      if (this.res !== undefined) localsOf(this.res)[USER] = value;
      else
        Object.defineProperty(this, 'user', { configurable: true, enumerable: true, writable: true, value });
    },
  });
}

/** The prototype that Express adds; undefined for a request that no Express app has handled. */
function prototypeOfRequests(request: Request): object | undefined {
  let prototype: unknown = Object.getPrototypeOf(request);
  while (typeof prototype === 'object' && prototype !== null) {
    const above: unknown = Object.getPrototypeOf(prototype);
    if (above === IncomingMessage.prototype) return prototype;
    prototype = above;
  }
  return undefined;
}
