import type { Request } from 'express';
import type * as z from 'zod';
import { parseSent } from '../validation.js';

/** Parses a sent form by a schema. Throws EntranceError `invalid_request` that names each wrong field. */
export function parseForm<T>(request: Pick<Request, 'body'>, schema: z.ZodType<T>): T {
  return parseSent(schema, request.body ?? {}, 'form');
}
