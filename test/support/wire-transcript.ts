import { Socket } from 'node:net';

/** Everything that goes over sockets of this process, both ways where both ends are in it. */
export interface WireTranscript {
  readonly text: () => string;
  stop(): void;
}

export function recordWire(): WireTranscript {
  const parts: string[] = [];
  const { write } = Socket.prototype;
  Socket.prototype.write = function (this: Socket, ...args: Parameters<typeof write>) {
    const [chunk] = args;
    parts.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('latin1'));
    return write.apply(this, args);
  } as typeof write; // the overloads of `write` differ in what follows the chunk
  return {
    text: () => parts.join(''),
    stop() {
      Socket.prototype.write = write;
    },
  };
}

const FIELDS = [
  'access_token',
  'client_assertion',
  'client_secret',
  'code',
  'code_verifier',
  'id_token',
  'logout_token',
  'nonce',
  'password',
  'refresh_token',
  'state',
] as const;

/** Secrets between the two ends, by their place: fields of forms, queries and JSON, cookies, bearer tokens. */
export function secretsIn(transcript: string): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const add = (kind: string, value: string) => {
    // A shorter text is no secret, and would be found anywhere.
    if (value.length < 8) return;
    found.set(kind, (found.get(kind) ?? new Set()).add(value));
  };
  for (const field of FIELDS) {
    const inForm = new RegExp(`(?<![\\w-])${field}=([^&\\s"'<;]+)`, 'g');
    const inJson = new RegExp(`"${field}" ?: ?"([^"]+)"`, 'g');
    for (const [, value = ''] of transcript.matchAll(inForm)) {
      add(field, value);
      add(field, decodeURIComponent(value.replaceAll('+', ' ')));
    }
    for (const [, value = ''] of transcript.matchAll(inJson)) add(field, value);
  }
  for (const [, value = ''] of transcript.matchAll(/^set-cookie: [^=\r\n]+=([^;\r\n]*)/gim))
    add('cookie', value);
  for (const [, value = ''] of transcript.matchAll(/^authorization: \w+ (\S+)/gim)) add('bearer', value);
  return found;
}
