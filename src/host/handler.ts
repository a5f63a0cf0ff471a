import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * A handler for Express 4 and 5. It names no type of Express, so that the app’s own version of those types fits, and so
 * that no global type changes.
 */
export type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;
