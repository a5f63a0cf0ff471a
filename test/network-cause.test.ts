import { once } from 'node:events';
import { createServer as createHttpsServer, request } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { networkCause } from '#entrance/network-cause.js';
import { makeCertificate, type TestCertificate } from './support/certificates.js';
import { freePort } from './support/free-port.js';

describe('what really happens on the wire has a cause in words', () => {
  const servers: Server[] = [];
  let made: TestCertificate;
  let ports: Readonly<Record<'plain' | 'cut' | 'tls' | 'silent', number>>;

  async function listen(server: Server): Promise<number> {
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port; // a TCP server's
  }

  beforeAll(async () => {
    made = makeCertificate('rsa:2048', '-nodes', '-addext', 'subjectAltName=DNS:other.example');
    ports = {
      plain: await listen(
        createServer((socket) => socket.on('data', () => socket.end('HTTP/1.1 400 No\r\n\r\n'))),
      ),
      cut: await listen(createServer((socket) => socket.destroy())),
      silent: await listen(createServer(() => undefined)),
      tls: await listen(createHttpsServer({ key: made.key, cert: made.certificate })),
    };
  });
  afterAll(() => {
    for (const server of servers) server.close();
  });

  function failure(port: number, options = {}): Promise<unknown> {
    return new Promise((resolve) => {
      request(`https://127.0.0.1:${port}`, options).on('error', resolve).end();
    });
  }

  test('nothing listens there', async () => {
    const port = await freePort();
    expect(networkCause(await failure(port))).toMatchObject({
      fault: 'refused',
      code: 'ECONNREFUSED',
      words: expect.stringContaining(`127.0.0.1:${port}`),
    });
  });

  test('a self-signed certificate, and one for another name, which is told', async () => {
    expect(networkCause(await failure(ports.tls))).toMatchObject({ fault: 'certificate' });
    expect(networkCause(await failure(ports.tls, { ca: made.certificate }))).toMatchObject({
      fault: 'certificate',
      words: expect.stringContaining('other.example'),
    });
  });

  test('the other side speaks no TLS', async () => {
    expect(networkCause(await failure(ports.plain))?.fault).toBe('tls');
  });

  test('the connection is cut', async () => {
    expect(networkCause(await failure(ports.cut))?.fault).toBe('closed');
  });

  test('no answer comes until a deadline', async () => {
    const gone = AbortSignal.abort(new DOMException('', 'TimeoutError'));
    expect(networkCause(await failure(ports.silent, { signal: gone }))?.fault).toBe('timeout');
  });
});

test.each([
  ['ENOTFOUND', 'unknown_host'],
  ['EAI_AGAIN', 'unknown_host'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['EACCES', 'not_permitted'],
  ['ETIMEDOUT', 'timeout'],
  ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
  ['CERT_HAS_EXPIRED', 'certificate'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'certificate'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'certificate'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'tls'],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'tls'],
  ['EPIPE', 'closed'],
  ['UND_ERR_SOCKET', 'closed'],
  ['HPE_INVALID_CONSTANT', 'not_http'],
])('%s, at any depth, is %s, and its code is told', (code, fault) => {
  const error = new Error('outer', {
    cause: new TypeError('fetch failed', { cause: { code, hostname: 'x.example' } }),
  });
  const found = networkCause(error);
  expect(found).toMatchObject({ fault, code });
  expect(found?.words).toContain(code);
});

test('of a name with several addresses the first failure stands for all', () => {
  const errors = [{ code: 'ECONNREFUSED', address: '::1', port: 6379 }];
  expect(
    networkCause(Object.assign(new AggregateError([]), { code: 'ECONNREFUSED', errors }))?.words,
  ).toContain('[::1]:6379');
});

test('property: what was thrown may be anything, and what isn’t of the network has no cause', () => {
  fc.assert(
    fc.property(fc.anything(), (thrown) => {
      expect(networkCause(thrown)).toBeUndefined();
    }),
  );
});

test('names in a stranger’s certificate are cut and cleaned', () => {
  const cert = { subjectaltname: `DNS:\u001b[31m<b>${'x'.repeat(500)}` };
  const { words = '' } = networkCause({ code: 'ERR_TLS_CERT_ALTNAME_INVALID', cert }) ?? {};
  expect(words).not.toMatch(/[\p{Cc}<>]/u);
  expect(words.length).toBeLessThan(300);
});
