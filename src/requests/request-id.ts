import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Actor } from '../audit/event.js';
import { parseAddress } from '../identity/network.js';
import type { Tell } from '../log.js';

const REQUEST_ID = /^[\w.-]{8,128}$/;
const ids = new WeakMap<Request, string>();

/** The ID that finds this request in the log; people quote it as their reference. */
export function requestId(request: Request): string {
  const known = ids.get(request);
  if (known !== undefined) return known;
  const sent = request.get('x-request-id');
  const id = sent !== undefined && REQUEST_ID.test(sent) ? sent : randomUUID();
  ids.set(request, id);
  return id;
}

export function storyOf(log: Logger, request: Request): Tell {
  if (!log.isLevelEnabled('debug')) return () => undefined;
  return (step, particulars) => log.debug({ requestId: requestId(request), ...particulars?.() }, step);
}

/** The client's IP address, as the app's `trust proxy` determines it; undefined if a trusted proxy names none. */
export function addressOf({ ip }: Request): string | undefined {
  return ip === undefined ? undefined : parseAddress(ip);
}

export const identifyRequest: RequestHandler = (request, response, next) => {
  response.setHeader('X-Request-Id', requestId(request));
  next();
};

export type OriginOf = (request: Request) => Omit<Actor, 'user' | 'token'>;

export const originOf: OriginOf = (request) => ({
  ip: addressOf(request),
  userAgent: request.get('user-agent'),
  requestId: requestId(request),
});
