import bodyParser from 'body-parser';
import type { Request, RequestHandler } from 'express';
import * as z from 'zod';
import { EntranceError } from '../errors.js';
import { parseSent } from '../validation.js';

/** Reads a form with a file (`multipart/form-data`), for `uploadedFile`. */
export function readUpload(limit: string): RequestHandler {
  return bodyParser.raw({ type: 'multipart/form-data', limit });
}

/** Reads a form without a file in the same way. Its limit is small, because parsing can't be interrupted. */
export function readForm(limit: string): RequestHandler {
  return bodyParser.urlencoded({ extended: false, limit, parameterLimit: MOST_PARTS });
}

/** As bytes, since the first ones show whether it is CSV; decoded if the request names another encoding. */
export function readCsv(limit: string): RequestHandler {
  const bytes = bodyParser.raw({ type: 'text/csv', limit });
  const text = bodyParser.text({ type: 'text/csv', limit });
  return (request, response, next) =>
    (OTHER_CHARSET.test(request.get('content-type') ?? '') ? text : bytes)(request, response, next);
}

const OTHER_CHARSET = /;\s*charset\s*=\s*"?(?!utf-?8\b)/i;

/**
 * The bytes of the field `file` of a form or, if no file was chosen, the text of the field `csv`. The platform’s own
 * parser is enough for a small body that is in memory.
 * @throws EntranceError `invalid_request` for a form that isn’t ours
 */
export async function uploadedFile(request: Request): Promise<Uint8Array | string> {
  const [, boundary = ''] = BOUNDARY.exec(request.get('content-type') ?? '') ?? [];
  if (!Buffer.isBuffer(request.body))
    return parseSent(z.object({ csv: z.string() }), request.body, 'form').csv;
  if (!isSmallForm(request.body, boundary)) throw new EntranceError('invalid_request', { detail: NOT_OURS });
  // The parser gets exactly the boundary that was checked here.
  const headers = { 'Content-Type': `multipart/form-data; boundary=${boundary}` };
  const form = await new Response(Uint8Array.from(request.body), { headers })
    .formData()
    .catch(() => undefined);
  const [chosen, text] = [form?.get('file'), form?.get('csv')];
  if (chosen instanceof Blob && chosen.size > 0) return new Uint8Array(await chosen.arrayBuffer());
  return typeof text === 'string' ? text : '';
}

const NOT_OURS = 'This isn’t a form of this page. Open the page again, and choose the file there.';
const BOUNDARY = /^multipart\/form-data\s*;\s*boundary=([\w'()+,./:=?-]{1,70})$/i;
const MOST_PARTS = 10;
const MOST_HEADER_BYTES = 4 * 1_024;

/** Accepts a few parts, each with a short header, because the parser takes long for many. */
function isSmallForm(body: Buffer, boundary: string): boolean {
  if (boundary === '') return false;
  const delimiter = `--${boundary}`;
  let parts = 0;
  for (let start = body.indexOf(delimiter); start >= 0; start = body.indexOf(delimiter, start + 1)) {
    parts += 1;
    const headerEnd = body.subarray(start, start + MOST_HEADER_BYTES).indexOf('\r\n\r\n');
    const isLast = start + delimiter.length + MOST_END_BYTES >= body.length;
    if (parts > MOST_PARTS || (headerEnd < 0 && !isLast)) return false;
  }
  return true;
}

/** Two hyphens and a line break. */
const MOST_END_BYTES = 4;
