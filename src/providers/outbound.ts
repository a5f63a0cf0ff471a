import type { IncomingMessage } from 'node:http';
import type { CustomFetchOptions } from 'openid-client';
import { EntranceError } from '../errors.js';
import type { HealthRecord } from './health.js';
import { headersOf, readBody, send } from './http-client.js';
import { forLog, parseReport, type Refine } from './reported-error.js';
import { unreachable } from './unreachable.js';

/** Milliseconds that a provider may take for one sign-in step, or for one document. */
export const PROVIDER_DEADLINE_MS = 10_000;

/** Statuses for which a Response accepts no body (Fetch Standard, null body status). */
const WITHOUT_BODY = [204, 205, 304];

/** A provider's answer, completely read. */
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

/** Sends a request to a provider, and refuses an answer that is compressed or larger than the limit. */
export async function askProvider(
  url: string,
  question: Question,
  deadline: AbortSignal,
  { health, now, refine }: OutboundOptions,
): Promise<Answer> {
  const askedAt = now();
  const answer = await converse(url, question, deadline).catch((error: unknown) => {
    throw unreachable(url, error) ?? error;
  });
  const { body, headers, status } = answer;
  health.compareClocks(headers, askedAt);
  if (status >= 500 || status === 429) {
    const report = parseReport(body);
    throw new EntranceError('sso_unavailable', {
      cause: { host: new URL(url).host, status, ...(report === undefined ? {} : forLog(report)) },
      facts: report === undefined ? {} : refine(report).facts,
      remedy:
        'The provider, or a proxy in its place, answers with a fault of its own: see its service health, and try again later.',
    });
  }
  return answer;
}

async function converse(
  url: string,
  { body, headers, method }: Question,
  deadline: AbortSignal,
): Promise<Answer> {
  const request = { method, headers: { ...headers, 'accept-encoding': 'identity' }, body: textOf(body) };
  const response = await send(new URL(url), request, deadline);
  const { statusCode: status = 0 } = response;
  const { 'content-encoding': encoding = 'identity' } = response.headers;
  if (encoding !== 'identity') throw notTaken(response, 'response compressed');
  const { bytes, isComplete } = await readBody(response);
  if (!isComplete) throw notTaken(response, 'response too large');
  return { status, headers: headersOf(response), body: WITHOUT_BODY.includes(status) ? null : bytes };
}

/** The answer in the form that openid-client takes; it can be read once. */
export function responseOf({ status, headers, body }: Answer): Response {
  const response = new Response(body, { status, headers });
  // openid-client would read the challenge in place of the body, and the body says more (RFC 6749 §5.2).
  if (status === 401 && parseReport(body) !== undefined) response.headers.delete('www-authenticate');
  return response;
}

function textOf(body: Question['body']): string | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string' || body instanceof URLSearchParams) return body.toString();
  throw new TypeError('only text is sent to a provider');
}

function notTaken(response: IncomingMessage, reason: string): EntranceError {
  response.destroy();
  return new EntranceError('sso_failed', { cause: { reason } });
}

/** Rejects at the deadline if the promise hasn't settled by then. */
export async function beforeDeadline<T>(deadline: AbortSignal, promise: Promise<T>): Promise<T> {
  deadline.throwIfAborted();
  let stop: () => void = () => undefined;
  const passed = new Promise<never>((_, reject) => {
    stop = () => reject(deadline.reason);
    deadline.addEventListener('abort', stop, { once: true });
  });
  return Promise.race([promise, passed]).finally(() => deadline.removeEventListener('abort', stop));
}
