import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import { EntranceError } from '../errors.js';

interface Versioned {
  readonly version: number;
}

/**
 * Answers with an entity tag (RFC 9110 §8.8.3). The tag holds the version, which an edit is compared with, and a digest
 * of the whole body, since names in the body may change without the version. Express answers 304 if `If-None-Match`
 * names the tag.
 */
export function sendVersioned(response: Response, { version }: Versioned, body: object): void {
  const digest = createHash('sha256').update(JSON.stringify(body)).digest('base64url').slice(0, 8);
  response.set('ETag', `"${version}-${digest}"`).json(body);
}

/** RFC 9110 §13.1.1. @throws EntranceError `precondition_failed` */
export function assertMatches(request: Pick<Request, 'get'>, { version }: Versioned): void {
  const condition = request.get('if-match');
  if (condition === undefined || condition.trim() === '*') return;
  const versions = condition.split(',').map((tag) => /^"(\d+)-[\w-]*"$/.exec(tag.trim())?.[1]);
  if (versions.includes(`${version}`)) return;
  throw new EntranceError('precondition_failed', { cause: { expected: condition, received: version } });
}
