import express, { type Request, type RequestHandler } from 'express';

/** Reads a form with a file (`multipart/form-data`), for `uploadedText`. */
export function readUpload(limit: string): RequestHandler {
  return express.raw({ type: 'multipart/form-data', limit });
}

/**
 * The text of the file that a form brought, or, where none was chosen, of the field of this name. What isn't UTF-8 in it
 * stands as U+FFFD. The platform's own parser is enough for a body that is in memory and as small as this.
 */
export async function uploadedText(request: Request, file: string, field: string): Promise<string> {
  if (!Buffer.isBuffer(request.body)) return '';
  const headers = { 'Content-Type': request.get('content-type') ?? '' };
  const form = await new Response(Uint8Array.from(request.body), { headers })
    .formData()
    .catch(() => undefined);
  const [chosen, text] = [form?.get(file), form?.get(field)];
  if (chosen instanceof Blob && chosen.size > 0) return chosen.text();
  return typeof text === 'string' ? text : '';
}
