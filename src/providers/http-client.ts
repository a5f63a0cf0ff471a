import { type IncomingMessage, request as requestOverHttp } from 'node:http';
import { request as requestOverHttps } from 'node:https';

const MAX_RESPONSE_BYTES = 1_048_576;

export interface HttpRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/**
 * Sends a request, and follows no redirect. Rejects if the connection fails, or no answer begins before the deadline.
 *
 * It uses Node.js's own client. For one request `fetch` takes three times its CPU time, which a sign-in would feel, and
 * `fetch` refuses the ports that browsers refuse without saying why.
 */
export function send(
  url: URL,
  { method, headers, body }: HttpRequest,
  deadline: AbortSignal,
): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? requestOverHttps : requestOverHttp;
  return new Promise((resolve, reject) => {
    request(url, { method, headers, signal: deadline })
      .on('response', resolve)
      .on('error', reject)
      .on('close', () => reject(new TypeError('no response'))) // nothing else follows a switch of protocols
      .end(body);
  });
}

export function headersOf({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  return headers;
}

/** The body, or its beginning if it is longer than the limit. */
export async function readBody(
  response: IncomingMessage,
): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly isComplete: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size > MAX_RESPONSE_BYTES) break;
  }
  return {
    bytes: new Uint8Array(Buffer.concat(chunks).subarray(0, MAX_RESPONSE_BYTES)),
    isComplete: size <= MAX_RESPONSE_BYTES,
  };
}
