import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { checkBaseUrl } from '#entrance/doctor/base-url.js';
import type { Severity } from '#entrance/providers/inspection/finding.js';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';

/** What a proxy between `BASE_URL` and the console does. */
interface Proxy {
  readonly path?: (path: string) => string;
  readonly takes?: (request: IncomingMessage) => void;
  readonly gives?: (answer: IncomingMessage) => void;
  readonly answers?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

const servers: Server[] = [];
let entrance: TestEntrance | undefined;
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
  await entrance?.close();
  entrance = undefined;
});

async function listen(server: Server): Promise<number> {
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return (server.address() as AddressInfo).port; // a TCP server's
}

/** Starts the console behind a proxy and gives what the doctor finds through it, by check. */
async function found(proxy: Proxy = {}, settings: Record<string, string> = {}, path = '') {
  const inner = createServer();
  const innerPort = await listen(inner);
  const front = createServer((incoming, response) => forward(incoming, response, innerPort, proxy));
  const base = `http://localhost:${await listen(front)}${path}`;
  entrance = await startTestEntrance({ settings: { BASE_URL: base, ...settings } });
  inner.on('request', entrance.app);
  const findings = await checkBaseUrl(entrance.config);
  for (const { severity, why, remedy } of findings) {
    if (severity !== 'ok') expect([why, remedy]).toEqual([expect.any(String), expect.any(String)]);
  }
  return findings.map(({ check, severity }): [string, Severity] => [check, severity]);
}

function forward(incoming: IncomingMessage, response: ServerResponse, port: number, proxy: Proxy): void {
  if (proxy.answers?.(incoming, response)) return;
  proxy.takes?.(incoming);
  const path = proxy.path?.(incoming.url ?? '') ?? incoming.url;
  const onward = request({
    host: '127.0.0.1',
    port,
    path,
    method: incoming.method,
    headers: incoming.headers,
  });
  onward.on('response', (answer) => {
    proxy.gives?.(answer);
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  incoming.pipe(onward);
}

const healthy: [string, Severity][] = [
  ['base_url', 'ok'],
  ['proxy_headers', 'ok'],
  ['proxy_headers', 'ok'],
  ['cookies', 'ok'],
  ['request_size', 'ok'],
];

test('a proxy that passes everything on is found healthy, under a path too', async () => {
  expect(await found()).toEqual(healthy);
  await entrance?.close();
  expect(await found({}, {}, '/console')).toEqual(healthy);
});

test('a server that isn’t running is not a failure, but can’t be checked', async () => {
  const port = await listen(createServer());
  servers.splice(0).map((server) => server.close());
  entrance = await startTestEntrance({ settings: { BASE_URL: `http://localhost:${port}` } });
  expect(await checkBaseUrl(entrance.config)).toMatchObject([
    { check: 'base_url', severity: 'could_not_check', what: expect.stringContaining('ECONNREFUSED') },
  ]);
});

test.each<[string, Proxy]>([
  [
    'something else that answers',
    { answers: (_, response) => Boolean(response.end('<html data-theme="dark">Apache</html>')) },
  ],
  [
    'a redirect to another address',
    {
      answers: (_, response) =>
        Boolean(response.writeHead(301, { location: 'https://www.acmecorp.com/admin/login' }).end()),
    },
  ],
  ['a path that is stripped', { path: (path) => path.replace('/console', '') }],
])('%s fails', async (_, proxy) => {
  expect(await found(proxy, {}, '/console')).toEqual([['base_url', 'failed']]);
});

test('security headers that are lost are warned of', async () => {
  const proxy = { gives: ({ headers }: IncomingMessage) => void delete headers['content-security-policy'] };
  expect((await found(proxy))[1]).toEqual(['proxy_headers', 'warning']);
});

test('an origin that is lost fails', async () => {
  const proxy = { takes: ({ headers }: IncomingMessage) => void delete headers.origin };
  expect((await found(proxy))[2]).toEqual(['proxy_headers', 'failed']);
});

test.each<[string, Proxy]>([
  ['Set-Cookie', { gives: ({ headers }) => void delete headers['set-cookie'] }],
  ['Cookie', { takes: ({ headers }) => void delete headers.cookie }],
])('%s that is lost fails', async (_, proxy) => {
  expect(await found(proxy)).toContainEqual(['cookies', 'failed']);
});

test('a limit on the size of requests is warned of', async () => {
  const answers = ({ headers }: IncomingMessage, response: ServerResponse) =>
    (headers.cookie?.length ?? 0) > 4_096 && Boolean(response.writeHead(400).end());
  expect(await found({ answers })).toContainEqual(['request_size', 'warning']);
});

test('a proxy that doesn’t say whom it forwards opens /metrics to everybody, which fails', async () => {
  expect(await found({}, { TRUST_PROXY: '1' })).toContainEqual(['metrics_exposure', 'failed']);
});

test('a proxy that says whom it forwards keeps /metrics closed', async () => {
  const takes = ({ headers }: IncomingMessage) => {
    headers['x-forwarded-for'] = '203.0.113.7';
  };
  expect(await found({ takes }, { TRUST_PROXY: '1' })).toContainEqual(['metrics_exposure', 'ok']);
});
