import { networkCause } from '../network-cause.js';

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
  const response = await fetch(url, {
    method,
    headers: { ...headers },
    body: form === undefined ? null : new URLSearchParams(form),
    redirect: 'manual',
    signal: AbortSignal.timeout(DEADLINE),
  });
  const answeredAt = Date.now();
  const { status, headers: answered } = response;
  return { status, headers: answered, text: await readText(response), askedAt, answeredAt };
}

/** Why there was no answer, in words. */
export function reasonOf(error: unknown): string {
  const { fault, words = 'the connection failed' } = networkCause(error) ?? {};
  return fault === 'timeout' ? `no answer within ${DEADLINE / 1_000} seconds` : words;
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size >= LONGEST_ANSWER) break;
  }
  return Buffer.concat(chunks).toString('utf8', 0, LONGEST_ANSWER);
}
