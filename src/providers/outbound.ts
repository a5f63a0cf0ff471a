import type { CustomFetchOptions } from 'openid-client';
import { EntranceError } from '../errors.js';
import { parseReport, type Refine } from './failures.js';
import type { HealthRecord } from './health.js';

const MAX_RESPONSE_BYTES = 1_048_576;

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

/** Every request to a provider: until the deadline, one megabyte at most (after unpacking), no redirects. */
export async function askProvider(
  url: string,
  { body, headers, method }: Pick<CustomFetchOptions, 'body' | 'headers' | 'method'>,
  deadline: AbortSignal,
  { health, now, refine }: OutboundOptions,
): Promise<Answer> {
  const askedAt = now();
  const response = await fetch(url, {
    method,
    headers,
    body: body ?? null,
    redirect: 'manual',
    signal: deadline,
  });
  health.toldTheTime(response.headers, askedAt);
  const answer = { status: response.status, headers: response.headers, body: await readBounded(response) };
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

async function readBounded(response: Response): Promise<Uint8Array<ArrayBuffer> | null> {
  if (response.body === null || response.status === 204 || response.status === 304) return null;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > MAX_RESPONSE_BYTES) {
      throw new EntranceError('sso_failed', { cause: { reason: 'response too large' } });
    }
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
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
