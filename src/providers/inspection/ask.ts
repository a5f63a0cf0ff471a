import { networkCause } from '../../network-cause.js';
import { headersOf, readBody, send } from '../http-client.js';
import { PROVIDER_DEADLINE_MS } from '../outbound.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The beginning of the body if it is longer than the limit. */
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
  const body = form === undefined ? undefined : new URLSearchParams(form).toString();
  const type = form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
  const request = { method, headers: { ...type, ...headers }, body };
  const response = await send(new URL(url), request, AbortSignal.timeout(PROVIDER_DEADLINE_MS));
  const answeredAt = Date.now();
  const { statusCode: status = 0 } = response;
  const { bytes } = await readBody(response);
  return { status, headers: headersOf(response), text: Buffer.from(bytes).toString(), askedAt, answeredAt };
}

export function reasonOf(error: unknown): string {
  const { fault, words = 'the connection failed' } = networkCause(error) ?? {};
  return fault === 'timeout' ? `no answer within ${PROVIDER_DEADLINE_MS / 1_000} seconds` : words;
}
