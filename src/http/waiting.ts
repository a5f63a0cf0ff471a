import type { Request, RequestHandler } from 'express';
import type { Directory } from '../directory/directory.js';

const counts = new WeakMap<Request, number>();

/** Counts who waits for approval, for the navigation of the page that follows. A page doesn't fail over it. */
export function countWaiting(directory: Directory): RequestHandler {
  return async (request, _response, next) => {
    counts.set(request, await directory.countWithStatus('pending').catch(() => 0));
    next();
  };
}

/** How many wait, as `countWaiting` found. */
export function waitingAt(request: Request): number {
  return counts.get(request) ?? 0;
}
