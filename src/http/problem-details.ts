import type { Request, Response } from 'express';
import type { EntranceError } from '../errors.js';
import { requestId } from './request-log.js';

/** Answers an error as `application/problem+json` (RFC 9457); `request_id` finds the request in the log. */
export function sendProblem(request: Request, response: Response, error: EntranceError): void {
  if (error.status === 401) response.set('WWW-Authenticate', error.challenge);
  response
    .status(error.status)
    .set('Cache-Control', 'no-store')
    .type('application/problem+json')
    .send(
      JSON.stringify({
        type: 'about:blank',
        title: error.title,
        status: error.status,
        detail: error.detail,
        code: error.code,
        request_id: requestId(request),
      }),
    );
}
