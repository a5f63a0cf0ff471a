import { request as httpRequest } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import express from 'express';
import { assembleEntrance } from '#entrance/entrance.js';
import { cookiesOf, startTestEntrance, type TestEntrance } from '../support/entrance.js';

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND', 'QUERY'];
const PATHS = ['', '/', '/orders', '/orders/7', '//', '/%2e%2e/me', '.json', 'x', ';v=1'];
/** The condition, and whether it is one. */
const CONDITIONS = [
  ['', 'none'],
  ['?role=platform_admin', 'met'],
  ['?role=editor', 'not met'],
  ['?role=', 'wrong'],
  ['?nonsense=1', 'wrong'],
] as const;
const CREDENTIALS = ['nobody', 'a wrong token', 'a token without the scope', 'an administrator'] as const;

let entrance: TestEntrance;
let server: Server;
let headersOf: Record<(typeof CREDENTIALS)[number], Record<string, string>>;
beforeAll(async () => {
  entrance = await startTestEntrance();
  // A host app whose own routes answer everything: a path that we leave to it would be 200.
  const host = express().use(assembleEntrance(entrance.deps).routes);
  host.use((_request, response) => void response.send('the app'));
  server = host.listen(0, '127.0.0.1');
  headersOf = {
    nobody: {},
    'a wrong token': { Authorization: 'Bearer entrance_nonsense' },
    'a token without the scope': { Authorization: `Bearer ${await entrance.token('users:read')}` },
    'an administrator': { Cookie: cookiesOf(await entrance.signIn('admin')) },
  };
});
afterAll(async () => {
  server.close();
  await entrance.close();
});

test.each(CREDENTIALS)(
  '/auth/verify decides alike about every method, path and condition for %s',
  async (who) => {
    const wrong: string[] = [];
    for (const method of METHODS)
      for (const path of PATHS)
        for (const [query, condition] of CONDITIONS) {
          const asked = `/auth/verify${path}${query}`;
          const status = await statusOf(method, asked, headersOf[who]);
          // Behind a further path, and a slash is one, the query is the app's, and no condition.
          const expected = expectedStatus(who, path.startsWith('/') ? 'none' : condition);
          if (status !== expected) wrong.push(`${method} ${asked}: ${status}, not ${expected}`);
        }
    expect(wrong).toEqual([]);
  },
);

test('a path behind /auth/verify that can’t be decoded is refused', async () => {
  expect(await statusOf('GET', '/auth/verify/%zz', headersOf['an administrator'])).toBe(400);
});

function expectedStatus(who: (typeof CREDENTIALS)[number], condition: string): number {
  if (who === 'nobody' || who === 'a wrong token') return 401;
  if (who === 'a token without the scope') return 403;
  return { none: 204, met: 204, 'not met': 403 }[condition] ?? 400;
}

/** Sends the path as it is: `fetch` would resolve dots and refuses TRACE. */
function statusOf(method: string, path: string, headers: Record<string, string>): Promise<number> {
  const { port } = server.address() as AddressInfo; // a TCP server’s address once it listens
  const accepting = { Accept: 'application/json', 'Sec-Fetch-Site': 'cross-site', ...headers };
  return new Promise((resolve, reject) => {
    const asking = httpRequest({ host: '127.0.0.1', port, method, path, headers: accepting }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
    });
    asking.once('error', reject).end();
  });
}
