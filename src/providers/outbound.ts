import { type IncomingMessage, request as requestOverHttp } from 'node:http';
import { request as requestOverHttps } from 'node:https';
import type { CustomFetchOptions } from 'openid-client';
import { EntranceError } from '../errors.js';
import type { HealthRecord } from './health.js';
import { parseReport, type Refine } from './reported-error.js';

/** All that a provider may take for one sign-in step, or for one document, milliseconds. */
export const PROVIDER_DEADLINE = 10_000;

const MAX_RESPONSE_BYTES = 1_048_576;
/** What a Response takes no body for (Fetch Standard, null body status). */
const WITHOUT_BODY = [204, 205, 304];

/** What a provider answered, wholly read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer> | null;
}

export interface OutboundOptions {
  readonly health: HealthRecord;
  readonly refine: Refine;
  readonly now: () => number;
}

export type Question = Pick<CustomFetchOptions, 'body' | 'headers' | 'method'>;

/**
 * Every request to a provider: until the deadline, one megabyte at most, nothing compressed, no redirects. By Node.js's own
 * client, since `fetch` costs twice its time.
 */
export async function askProvider(
  url: string,
  question: Question,
  deadline: AbortSignal,
  { health, now, refine }: OutboundOptions,
): Promise<Answer> {
  const askedAt = now();
  const response = await send(url, question, deadline);
  const { statusCode: status = 0 } = response;
  const headers = headersOf(response);
  health.toldTheTime(headers, askedAt);
  const answer = { status, headers, body: await readBounded(response) };
  if (answer.status >= 500 || answer.status === 429) {
    const report = parseReport(answer.body);
    throw new EntranceError('sso_unavailable', {
      cause: { status: answer.status, ...report },
      facts: report === undefined ? {} : refine(report).facts,
    });
  }
  return answer;
}

/** The answer as openid-client takes it, to be read once. */
export function responseOf({ status, headers, body }: Answer): Response {
  return new Response(body, { status, headers });
}

function send(
  url: string,
  { body, headers, method }: Question,
  deadline: AbortSignal,
): Promise<IncomingMessage> {
  const request = url.startsWith('https:') ? requestOverHttps : requestOverHttp;
  const content = contentOf(body);
  return new Promise((resolve, reject) => {
    request(url, { method, headers: { ...headers, 'accept-encoding': 'identity' }, signal: deadline })
      .on('response', resolve)
      .on('error', reject)
      .on('close', () => reject(new TypeError('no response'))) // nothing else follows a switch of protocols
      .end(content);
  });
}

function contentOf(body: Question['body']): string | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string' || body instanceof URLSearchParams) return body.toString();
  throw new TypeError('only text is sent to a provider');
}

function headersOf({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  return headers;
}

async function readBounded(response: IncomingMessage): Promise<Uint8Array<ArrayBuffer> | null> {
  const { 'content-encoding': encoding = 'identity' } = response.headers;
  if (encoding !== 'identity') throw notTaken(response, 'response compressed');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > MAX_RESPONSE_BYTES) throw notTaken(response, 'response too large');
    chunks.push(chunk);
  }
  return WITHOUT_BODY.includes(response.statusCode ?? 0) ? null : new Uint8Array(Buffer.concat(chunks));
}

function notTaken(response: IncomingMessage, reason: string): EntranceError {
  response.destroy();
  return new EntranceError('sso_failed', { cause: { reason } });
}

/** Settles as the promise does, but not after the deadline. */
export async function within<T>(deadline: AbortSignal, promise: Promise<T>): Promise<T> {
  deadline.throwIfAborted();
  let stop: () => void = () => undefined;
  const passed = new Promise<never>((_, reject) => {
    stop = () => reject(deadline.reason);
    deadline.addEventListener('abort', stop, { once: true });
  });
  return Promise.race([promise, passed]).finally(() => deadline.removeEventListener('abort', stop));
}
