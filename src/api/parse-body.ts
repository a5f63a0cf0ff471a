import type { Request } from 'express';
import type * as z from 'zod';
import { EntranceError } from '../errors.js';
import { parseSent } from '../validation.js';
import type { Description } from './operation.js';

/**
 * Parses the body by a schema: JSON, or text if the operation `consumes` another type.
 * @throws EntranceError `invalid_request` that names each member
 */
export function parseBody<T>(
  request: Request,
  schema: z.ZodType<T>,
  { consumes, bodyIsOptional = false }: Pick<Description, 'consumes' | 'bodyIsOptional'>,
): T {
  const isRight = request.is(consumes ?? 'application/json');
  const isEmpty = isRight === null || request.get('content-length') === '0';
  const isLeftOut = isEmpty && bodyIsOptional;
  if (!isRight && !isLeftOut) {
    throw new EntranceError('invalid_request', {
      detail:
        consumes === undefined
          ? 'Send a JSON body with “Content-Type: application/json”.'
          : `Send the file with “Content-Type: ${consumes}”.`,
    });
  }
  return parseSent(schema, isLeftOut ? {} : request.body);
}
