import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { checkBaseUrl } from '#entrance/doctor/base-url.js';
import type { Finding } from '#entrance/providers/inspection/finding.js';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { freePort } from '../support/free-port.js';

let entrance: TestEntrance | undefined;
afterEach(() => entrance?.close());

async function found(baseUrl: string): Promise<Finding | undefined> {
  entrance = await startTestEntrance({ settings: { BASE_URL: baseUrl, ALLOW_MEMORY_STORE: 'true' } });
  return (await checkBaseUrl(entrance.config))[0];
}

test('an address at which nothing listens says to start the server', async () => {
  const finding = await found(`http://localhost:${await freePort()}`);
  expect(finding).toMatchObject({
    severity: 'could_not_check',
    remedy: expect.stringContaining('Start the server'),
  });
});

test.each([
  [502, 'doesn’t reach Entrance'],
  [504, 'doesn’t reach Entrance'],
  [401, 'asks for a sign-in of its own'],
  [404, 'pass that path on as it is'],
])('a proxy that answers %i says where the way breaks off: %s', async (status, said) => {
  const proxy = createServer((_request, response) => response.writeHead(status).end()).listen(0, 'localhost');
  await once(proxy, 'listening');
  const { port } = proxy.address() as AddressInfo; // a TCP server’s address once it listens
  const finding = await found(`http://localhost:${port}`);
  proxy.closeAllConnections();
  proxy.close();
  expect(finding).toMatchObject({ severity: 'failed', remedy: expect.stringContaining(said) });
});

test('https in BASE_URL where nobody speaks TLS is told as that', async () => {
  const plain = createServer().listen(0, 'localhost');
  await once(plain, 'listening');
  const { port } = plain.address() as AddressInfo; // a TCP server’s address once it listens
  const finding = await found(`https://localhost:${port}`);
  plain.closeAllConnections();
  plain.close();
  expect(finding).toMatchObject({
    severity: 'could_not_check',
    remedy: expect.stringContaining('speaks TLS'),
  });
});
