import { type IncomingMessage, type RequestOptions, request as requestOverHttp } from 'node:http';
import { request as requestOverHttps } from 'node:https';
import { networkCause } from '../../network-cause.js';
import { headersOf } from '../outbound.js';

/** Milliseconds that one request may take in all. */
const DEADLINE_MS = 10_000;
/** Bytes of an answer that are read; the rest is ignored. */
const LONGEST_ANSWER_BYTES = 1_048_576;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The times of the request and of the beginning of the answer, milliseconds since the Unix epoch. */
  readonly askedAt: number;
  readonly answeredAt: number;
}

export interface Question {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
}

/** Sends an HTTP request without following redirects. Rejects if no answer comes in time. */
export async function ask(
  url: string | URL,
  { method = 'GET', headers = {}, form }: Question = {},
): Promise<Answer> {
  const askedAt = Date.now();
  const content = form === undefined ? undefined : new URLSearchParams(form).toString();
  const type = form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
  const response = await send(new URL(url), { method, headers: { ...type, ...headers } }, content);
  const answeredAt = Date.now();
  const { statusCode: status = 0 } = response;
  return { status, headers: headersOf(response), text: await readText(response), askedAt, answeredAt };
}

/** Uses Node.js’s own client, since `fetch` refuses some ports without saying why. */
function send(url: URL, options: RequestOptions, content = ''): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? requestOverHttps : requestOverHttp;
  return new Promise((resolve, reject) => {
    request(url, { ...options, signal: AbortSignal.timeout(DEADLINE_MS) })
      .on('response', resolve)
      .on('error', reject)
      .on('close', () => reject(new TypeError('no response'))) // nothing else follows a switch of protocols
      .end(content);
  });
}

/** The reason that no answer came, in words. */
export function reasonOf(error: unknown): string {
  const { fault, words = 'the connection failed' } = networkCause(error) ?? {};
  return fault === 'timeout' ? `no answer within ${DEADLINE_MS / 1_000} seconds` : words;
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size >= LONGEST_ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8', 0, LONGEST_ANSWER_BYTES);
}
