import { type IncomingMessage, type RequestOptions, request as requestOverHttp } from 'node:http';
import { request as requestOverHttps } from 'node:https';
import { networkCause } from '../../network-cause.js';
import { headersOf } from '../outbound.js';

/** All that one question may take, milliseconds. */
const DEADLINE = 10_000;
/** Of an answer, bytes; what comes after isn’t read. */
const LONGEST_ANSWER = 1_048_576;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** When it was asked and when the answer began, milliseconds since the Unix epoch. */
  readonly askedAt: number;
  readonly answeredAt: number;
}

export interface Question {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
}

/** Asks over HTTP, without following redirects. Rejects where there is no answer in time. */
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

/** By Node.js’s own client: `fetch` refuses some ports without a word of the reason. */
function send(url: URL, options: RequestOptions, content = ''): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? requestOverHttps : requestOverHttp;
  return new Promise((resolve, reject) => {
    request(url, { ...options, signal: AbortSignal.timeout(DEADLINE) })
      .on('response', resolve)
      .on('error', reject)
      .on('close', () => reject(new TypeError('no response'))) // nothing else follows a switch of protocols
      .end(content);
  });
}

/** Why there was no answer, in words. */
export function reasonOf(error: unknown): string {
  const { fault, words = 'the connection failed' } = networkCause(error) ?? {};
  return fault === 'timeout' ? `no answer within ${DEADLINE / 1_000} seconds` : words;
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size >= LONGEST_ANSWER) break;
  }
  return Buffer.concat(chunks).toString('utf8', 0, LONGEST_ANSWER);
}
