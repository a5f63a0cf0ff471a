import type { Request, RequestHandler } from 'express';
import type { Directory } from '../directory/directory.js';

const counts = new WeakMap<Request, number>();

/**
 * Counts the people who wait for approval, for the navigation of the page that follows. If the count fails, the page is
 * shown without it.
 */
export function countWaiting(directory: Directory): RequestHandler {
  return async (request, _response, next) => {
    counts.set(request, await directory.countWithStatus('pending').catch(() => 0));
    next();
  };
}

/** The number of waiting people that `countWaiting` found. */
export function waitingAt(request: Request): number {
  return counts.get(request) ?? 0;
}
