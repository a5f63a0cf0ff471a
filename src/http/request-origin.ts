import type { Request } from 'express';
import type { Actor } from '../audit/event.js';
import { addressOf, requestId } from './request-log.js';

export type OriginOf = (request: Request) => Omit<Actor, 'user' | 'token'>;

export const originOf: OriginOf = (request) => ({
  ip: addressOf(request),
  userAgent: request.get('user-agent'),
  requestId: requestId(request),
});
