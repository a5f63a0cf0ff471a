import express, { type Request, type RequestHandler } from 'express';

/** Reads a form with a file (`multipart/form-data`), for `uploadedFile`. */
export function readUpload(limit: string): RequestHandler {
  return express.raw({ type: 'multipart/form-data', limit });
}

/**
 * Reads a CSV file as it is: its first bytes say what it is if it isn’t CSV. Where the request names another encoding
 * than UTF-8, it is decoded by that.
 */
export function readCsv(limit: string): RequestHandler {
  const bytes = express.raw({ type: 'text/csv', limit });
  const text = express.text({ type: 'text/csv', limit });
  return (request, response, next) =>
    (OTHER_CHARSET.test(request.get('content-type') ?? '') ? text : bytes)(request, response, next);
}

const OTHER_CHARSET = /;\s*charset\s*=\s*"?(?!utf-?8\b)/i;

/**
 * The bytes of the file that a form brought, or, where none was chosen, the text of the field of this name. The platform's own parser is enough for a body that is in memory and as small as this.
 */
export async function uploadedFile(
  request: Request,
  file: string,
  field: string,
): Promise<Uint8Array | string> {
  if (!Buffer.isBuffer(request.body)) return '';
  const headers = { 'Content-Type': request.get('content-type') ?? '' };
  const form = await new Response(Uint8Array.from(request.body), { headers })
    .formData()
    .catch(() => undefined);
  const [chosen, text] = [form?.get(file), form?.get(field)];
  if (chosen instanceof Blob && chosen.size > 0) return new Uint8Array(await chosen.arrayBuffer());
  return typeof text === 'string' ? text : '';
}
