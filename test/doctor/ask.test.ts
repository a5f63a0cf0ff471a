import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { ask, reasonOf } from '#entrance/providers/inspection/ask.js';

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

async function serve(listener: RequestListener): Promise<string> {
  const listening = createServer(listener).listen(0, '127.0.0.1');
  server = listening;
  await once(listening, 'listening');
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}/`; // a TCP server's
}

test('an answer without an end is read up to a megabyte', async () => {
  const url = await serve((_, response) => {
    const more = () => {
      while (response.write('x'.repeat(65_536)));
      response.once('drain', more);
    };
    more();
  });
  expect((await ask(url)).text).toHaveLength(1_048_576);
});

test('a redirect isn’t followed', async () => {
  const asked: (string | undefined)[] = [];
  const url = await serve((request, response) => {
    asked.push(request.url);
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  expect((await ask(url)).status).toBe(302);
  expect(asked).toEqual(['/']);
});

test('a form is sent as one', async () => {
  const heard: string[] = [];
  const url = await serve((request, response) => {
    request.on('data', (chunk) => heard.push(`${request.headers['content-type']} ${chunk}`));
    request.on('end', () => response.end());
  });
  await ask(url, { method: 'POST', form: { theme: 'dark & light' } });
  expect(heard).toEqual(['application/x-www-form-urlencoded theme=dark+%26+light']);
});

test('a port that browsers don’t ask is asked all the same, and refuses', async () => {
  const error = await ask('http://127.0.0.1:9/').catch((error: unknown) => error);
  expect(reasonOf(error)).toMatch(/^nothing listens at 127\.0\.0\.1:9/);
});

test.each([
  ['a deadline', new DOMException('', 'TimeoutError'), 'no answer within 10 seconds'],
  [
    'an unknown host',
    new TypeError('fetch failed', { cause: { code: 'ENOTFOUND', hostname: 'login.example' } }),
    'the name login.example is unknown to DNS (ENOTFOUND)',
  ],
  ['anything else', new TypeError('fetch failed'), 'the connection failed'],
])('the reason for no answer is told: %s', (_, error, reason) => {
  expect(reasonOf(error)).toBe(reason);
});
