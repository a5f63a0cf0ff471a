import type { Request } from 'express';
import type * as z from 'zod';
import { parseSent } from '../validation.js';

/** What a form sent, in the form that a schema describes. Throws EntranceError `invalid_request` that names each field. */
export function parseForm<T>(request: Pick<Request, 'body'>, schema: z.ZodType<T>): T {
  return parseSent(schema, request.body ?? {}, 'form');
}
