import type * as z from 'zod';
import { EntranceError } from '../errors.js';

/** The text of a cursor, which is opaque to clients. */
export function encodeCursor(...content: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(content)).toString('base64url');
}

/**
 * @param start the end of “Leave it out to start …”
 * @throws EntranceError `invalid_request` for a cursor of another form or another list
 */
export function decodeCursor<T>(
  cursor: string,
  content: z.ZodType<T>,
  { list = 'this list gave', start = 'at the beginning' } = {},
): T {
  try {
    return content.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    const detail = `cursor: not one that ${list}. Leave it out to start ${start}.`;
    throw new EntranceError('invalid_request', { detail });
  }
}
