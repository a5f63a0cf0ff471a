import type { Request } from 'express';
import type * as z from 'zod';
import { EntranceError } from '../errors.js';

/** The JSON body in the form that a schema describes. Throws EntranceError `invalid_request` that names each member. */
export function parseBody<T>(request: Request, schema: z.ZodType<T>): T {
  if (!request.is('application/json')) {
    throw new EntranceError('invalid_request', {
      detail: 'Send a JSON body with “Content-Type: application/json”.',
    });
  }
  const parsed = schema.safeParse(request.body);
  if (parsed.success) return parsed.data;
  throw new EntranceError('invalid_request', {
    detail: parsed.error.issues
      .map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`)
      .join('; '),
  });
}
