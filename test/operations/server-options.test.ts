import { createServer, IncomingMessage, type Server, ServerResponse } from 'node:http';
import { expect, test } from '@jest/globals';
import express, { type Express } from 'express';
import request from 'supertest';
import { serverOptions } from '#entrance/operations/server-options.js';

function serve(app: Express): Server {
  return createServer(serverOptions(app), app);
}

test('Express finds the prototypes of requests and responses as it wants them', async () => {
  const app = express();
  const server = createServer(serverOptions(app));
  let before: unknown[] = [];
  let within: unknown[] = [];
  app.get('/', (req, res) => {
    within = [Object.getPrototypeOf(req), Object.getPrototypeOf(res)];
    res.json(req.query);
  });
  server.on('request', (req, res) => {
    before = [Object.getPrototypeOf(req), Object.getPrototypeOf(res)];
    app(req, res);
  });
  await request(server).get('/?a=1').expect(200, { a: '1' });
  expect(before).toEqual([app.request, app.response]);
  expect(within[0]).toBe(before[0]);
  expect(within[1]).toBe(before[1]);
});

test('what Express and the app add to requests and responses is there, whenever it was added', async () => {
  const app = express();
  Object.assign(app.request, { early: 'early' });
  const server = serve(app);
  Object.assign(app.response, { late: 'late' });
  app.get('/', (req, res) => {
    const { early } = req as typeof req & { early: string };
    const { late } = res as typeof res & { late: string };
    res.json([early, late, req.app === app, res.app === app, req.get('host') !== undefined]);
  });
  await request(server).get('/').expect(200, ['early', 'late', true, true, true]);
});

test('they are Node’s requests and responses still', async () => {
  const app = express();
  app.get('/', (req, res) => {
    res.json([req instanceof IncomingMessage, res instanceof ServerResponse, req.constructor.name]);
  });
  await request(serve(app)).get('/').expect(200, [true, true, 'IncomingMessage']);
});

test('an app inside has requests of its own, and the one around it gets them back', async () => {
  const [app, inner] = [express(), express()];
  Object.assign(inner.request, { inside: true });
  inner.use((req, _res, next) => {
    expect(req).toHaveProperty('inside');
    expect(req.app).toBe(inner);
    next();
  });
  app.use('/inner', inner);
  app.use((req, res) => {
    expect(req).not.toHaveProperty('inside');
    res.json(req.app === app);
  });
  await request(serve(app)).get('/inner').expect(200, 'true');
});

test('an app that is mounted in another one later keeps its own, and its own settings', async () => {
  const [app, inner] = [express(), express()];
  Object.assign(inner.request, { own: 'own' });
  serverOptions(inner);
  app.set('trust proxy', true);
  inner.set('trust proxy', false);
  inner.get('/', (req, res) => {
    const { own } = req as typeof req & { own: string };
    res.json([own, req.app === inner, res.app === inner, req.ip]);
  });
  app.use('/inner', inner);
  const { body } = await request(serve(app)).get('/inner').set('X-Forwarded-For', '203.0.113.6').expect(200);
  expect(body).toEqual(['own', true, true, expect.stringContaining('127.0.0.1')]);
});

test('an app that was mounted before inherits what the one around it is given later', async () => {
  const [app, inner] = [express(), express()];
  inner.get('/', (req, res) => {
    const { late } = req as typeof req & { late: string };
    res.json([late, req.app === inner]);
  });
  app.use('/inner', inner);
  const server = serve(app);
  Object.assign(app.request, { late: 'late' });
  await request(server).get('/inner').expect(200, ['late', true]);
});

test('an app may be behind several servers', async () => {
  const app = express().get('/', (req, res) => {
    res.json(Object.getPrototypeOf(req) === app.request);
  });
  expect(serverOptions(app)).toBe(serverOptions(app));
  for (const server of [serve(app), serve(app)]) await request(server).get('/').expect(200, 'true');
});
