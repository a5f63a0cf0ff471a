import { IncomingMessage } from 'node:http';
import type { Request } from 'express';

const USER: unique symbol = Symbol('user');

declare global {
  namespace Express {
    interface Locals {
      [USER]?: User | undefined;
    }
  }
}

/**
 * Sets `request.user`. With Express that is an accessor of all requests, as `request.ip` is, and the value is kept with the
 * response's locals: behind `app.listen` Express has changed the request's prototype, and since then V8 copies all of its
 * properties whenever it gets another one (up to Node.js 22), which takes longer than everything else that a guard does.
 */
export function setUser(request: Request, user: Express.User): void {
  const prototype: object = Object.getPrototypeOf(request);
  if (!prepared.has(prototype)) {
    prepared.add(prototype);
    defineUser(request);
  }
  request.user = user;
}

/** Prototypes of requests, one of each app, that have the accessor. */
const prepared = new WeakSet<object>();

/** For every app that shares this copy of Express: a guarded request may go on from a mounted app to the one around it. */
function defineUser(request: Request): void {
  const shared = prototypeOfRequests(request);
  if (shared === undefined) return;
  Object.defineProperty(shared, 'user', {
    configurable: true,
    enumerable: true,
    get(this: Request) {
      return this.res?.locals[USER];
    },
    set(this: Request, value: Express.User | undefined) {
      if (this.res !== undefined) this.res.locals[USER] = value;
      else
        Object.defineProperty(this, 'user', { configurable: true, enumerable: true, writable: true, value });
    },
  });
}

/** What Express puts on top of Node.js's own prototype; undefined for a request that no app of Express has handled. */
function prototypeOfRequests(request: Request): object | undefined {
  let prototype: unknown = Object.getPrototypeOf(request);
  while (typeof prototype === 'object' && prototype !== null) {
    const above: unknown = Object.getPrototypeOf(prototype);
    if (above === IncomingMessage.prototype) return prototype;
    prototype = above;
  }
  return undefined;
}
