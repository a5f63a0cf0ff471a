import type { Request, Response } from 'express';
import * as z from 'zod';
import { type ErrorCode, errorStatuses } from '../error-codes.js';
import type { ErrorText } from '../error-texts.js';
import type { EntranceError } from '../errors.js';
import { requestId } from '../requests/request-id.js';

const codes = Object.keys(errorStatuses) as ErrorCode[]; // the keys of a record of all codes

/** A problem document (RFC 9457) with a stable code, and the ID that finds the request in the log. */
export const problemSchema = z
  .strictObject({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What happened and what to do next.'),
    code: z.enum(codes),
    request_id: z.string(),
  })
  .meta({ id: 'Problem', description: 'What went wrong (RFC 9457).' });

/** Answers with an error as `application/problem+json` (RFC 9457); `request_id` finds the request in the log. */
export function sendProblem(
  request: Request,
  response: Response,
  error: EntranceError,
  { title, detail }: ErrorText = error,
): void {
  const problem: z.infer<typeof problemSchema> = {
    type: 'about:blank',
    title,
    status: error.status,
    detail,
    code: error.code,
    request_id: requestId(request),
  };
  response
    .status(error.status)
    .set('Cache-Control', 'no-store')
    .type('application/problem+json')
    .send(JSON.stringify(problem));
}
