import { Agent, createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { signInThrough } from '../support/microsoft.js';

const AT_ONCE = 50;
const BATCHES = 60;

/** A callback as Microsoft sends it back, with the cookie of the browser that began. */
interface Begun {
  readonly cookie: string;
  readonly parameters: readonly (readonly [string, string])[];
}

let entrance: TestEntrance;
let server: Server;
let begun: readonly Begun[];
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

beforeAll(async () => {
  entrance = await startTestEntrance({ settings: { TRUST_PROXY: '1', LOG_LEVEL: 'silent' } });
  server = createServer(entrance.app);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  begun = await Promise.all(Array.from({ length: 30 }, begin));
});
afterAll(async () => {
  agent.destroy();
  server.close();
  await entrance.close();
});

const oddText = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({
    unit: fc.constantFrom('\u0000', '\n', '\u202e', '\ufeff', '\ud800', 'é', '字', '😀', '%'),
    maxLength: 20,
  }),
  fc.constantFrom(
    '',
    '0',
    'null',
    '__proto__',
    'constructor',
    '[object Object]',
    '../../',
    '%00',
    '\r\nSet-Cookie: a=b',
  ),
  fc.constantFrom('{"a":1}', 'AADSTS50011: x', '<script>alert(1)</script>', 'a'.repeat(6_000)),
);
const oddName = fc.oneof(
  oddText,
  fc.constantFrom(
    'state',
    'code',
    'error',
    'iss',
    'error_description',
    'id_token',
    'response',
    'state[]',
    'code[a]',
  ),
);
const parameterChange = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), value: oddText }),
  fc.record({ kind: fc.constant('drop' as const) }),
  fc.record({ kind: fc.constant('repeat' as const), value: oddText }),
  fc.record({ kind: fc.constant('flip' as const), position: fc.nat(200) }),
);
/** What a sign-in rests on: never left as it was. */
const essential = fc.oneof(
  fc.record({ name: fc.constantFrom('state', 'code'), change: parameterChange }),
  fc.record({
    cookie: fc.constantFrom('none' as const, 'another' as const, 'cut' as const, 'flipped' as const),
  }),
);
const callback = fc.record({
  origin: fc.nat(29),
  essential,
  beside: fc.array(fc.tuple(oddName, oddText), { maxLength: 3 }),
  method: fc.constantFrom('GET', 'GET', 'GET', 'GET', 'POST', 'HEAD', 'PUT', 'OPTIONS'),
  provider: fc.constantFrom(
    'entra',
    'entra',
    'entra',
    'entra',
    'google',
    '__proto__',
    '%2e%2e',
    'entra%00',
    '%ff',
  ),
  accept: fc.constantFrom('text/html', 'application/json', '*/*', ''),
  address: fc.ipV4(),
});
type MutatedCallback = typeof callback extends fc.Arbitrary<infer T> ? T : never;

test('three thousand mutated callbacks: no crash, no answer of ours with 5xx, and nobody signed in', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(callback, { minLength: AT_ONCE, maxLength: AT_ONCE }), async (callbacks) => {
      for (const answer of await Promise.all(callbacks.map(send))) {
        expect(answer.status).toBeLessThan(500);
        expect(String(answer.headers['set-cookie'] ?? '')).not.toMatch(/(?:^|,)entrance-8000=/);
      }
    }),
    { numRuns: BATCHES, endOnFailure: true },
  );
  const browser = await entrance.signIn('admin');
  await browser.get('/admin').expect(200);
}, 240_000);

async function begin(): Promise<Begun> {
  const answer = await ask('GET', '/auth/sso/login/entra', {});
  const { searchParams } = await signInThrough(String(answer.headers.location), 'admin');
  const [cookie = ''] = answer.headers['set-cookie'] ?? [];
  return { cookie: cookie.split(';')[0] ?? '', parameters: [...searchParams] };
}

function send({ accept, address, beside, essential: made, method, origin, provider }: MutatedCallback) {
  const { cookie: own = '', parameters = [] } = begun[origin] ?? {};
  const cookies = {
    own,
    none: '',
    another: begun[(origin + 1) % begun.length]?.cookie ?? '',
    cut: own.slice(0, -20),
    flipped: flipped(own, 60),
  };
  const changed = 'name' in made ? applied(parameters, made.name, made.change) : parameters;
  return ask(method, `/auth/sso/callback/${provider}?${encode([...changed, ...beside])}`, {
    cookie: cookies['cookie' in made ? made.cookie : 'own'],
    accept,
    'x-forwarded-for': address,
  });
}

function applied(
  parameters: Begun['parameters'],
  changed: string,
  made: typeof parameterChange extends fc.Arbitrary<infer T> ? T : never,
): Begun['parameters'] {
  return parameters.flatMap(([name, value]): Begun['parameters'] => {
    if (name !== changed) return [[name, value]];
    if (made.kind === 'drop') return [];
    if (made.kind === 'set') return [[name, made.value]];
    return made.kind === 'flip'
      ? [[name, flipped(value, made.position)]]
      : [
          [name, value],
          [name, made.value],
        ];
  });
}

function flipped(text: string, position: number): string {
  const at = position % Math.max(1, text.length);
  return `${text.slice(0, at)}${text[at] === 'a' ? 'b' : 'a'}${text.slice(at + 1)}`;
}

/** Percent-encoded, or left as it is where HTTP allows that. */
function encode(parameters: Begun['parameters']): string {
  return parameters.map((parameter) => parameter.map(encodedByte).join('=')).join('&');
}

function encodedByte(text: string): string {
  return Buffer.from(text)
    .toString('latin1')
    .replaceAll(/[^\w.~[\]-]/g, (byte) => {
      return `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`;
    });
}

function ask(method: string, path: string, headers: Readonly<Record<string, string>>) {
  const { port } = server.address() as AddressInfo; // it listens on a port
  return new Promise<{ status: number; headers: IncomingHttpHeaders }>((resolve, reject) => {
    const sent = request({ agent, host: '127.0.0.1', port, method, path, headers }, (response) => {
      response
        .resume()
        .on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
    });
    sent.on('error', reject).end();
  });
}
