import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import type { AuditEvent } from '#entrance/audit/event.js';
import { MOST_EXPORTS, sendExport } from '#entrance/audit/send-export.js';
import { until } from '../support/timing.js';

let server: Server | undefined;

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
});

const event = { '@timestamp': 'x'.repeat(1_000_000) } as AuditEvent; // only its size matters
let given = 0;

async function* endless() {
  for (;;) {
    given += 1;
    yield [event];
  }
}

async function listen(): Promise<number> {
  const app = express();
  app.get('/stalled', (_request, response) =>
    sendExport(response, endless(), 'ndjson', { stallTimeoutMs: 50 }),
  );
  app.get('/export', (_request, response) => sendExport(response, endless(), 'ndjson'));
  app.get('/short', (_request, response) => sendExport(response, none(), 'ndjson'));
  app.use(((error, _request, response, _next) =>
    response.status(error.status).end()) as express.ErrorRequestHandler);
  server = createServer(app).listen(0, '127.0.0.1');
  await until(() => server?.listening === true);
  return (server.address() as AddressInfo).port; // it listens on a port
}

async function* none(): AsyncGenerator<readonly AuditEvent[]> {}

/** Asks, and reads nothing of the answer. */
function neverRead(port: number, path: string) {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined).pause();
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
  return socket;
}

const connections = () =>
  new Promise<number>((resolve) => server?.getConnections((_error, count) => resolve(count)));

test('an export whose reader takes nothing is closed', async () => {
  const port = await listen();
  const before = given;
  neverRead(port, '/stalled');
  await until(() => given > before);
  await until(async () => (await connections()) === 0);
});

test('exports under way are bounded, and a place is free when one ends', async () => {
  const port = await listen();
  const before = given;
  const readers = Array.from({ length: MOST_EXPORTS }, () => neverRead(port, '/export'));
  await until(() => given >= before + MOST_EXPORTS);
  await until(async () => (await request(`http://127.0.0.1:${port}`).get('/short')).status === 429);
  readers[0]?.destroy();
  await until(async () => (await request(`http://127.0.0.1:${port}`).get('/short')).status === 200);
});
