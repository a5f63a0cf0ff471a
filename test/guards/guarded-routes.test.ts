import { expect, test } from '@jest/globals';
import express, { type RequestHandler, Router } from 'express';
import request from 'supertest';
import { type GuardedRoutes, guardedRoutes } from '#entrance/guards/guarded-routes.js';

const say =
  (word: string): RequestHandler =>
  (_request, response) =>
    void response.send(word);
const refuse: RequestHandler = (_request, response) => void response.sendStatus(401);
const refusing = { guards: [refuse] } as const;

test('a request meets the guards of a route before its handlers', async () => {
  const router = Router();
  const routes = guardedRoutes(router);
  routes.get('/open', 'anyone', say('open'));
  routes.get('/shut', refusing, say('shut'));
  routes.post(['/shut', '/other'], refusing, say('shut'));
  routes.all('/all', refusing, say('shut'));
  const app = express().use(router);
  await request(app).get('/open').expect(200, 'open');
  await request(app).get('/shut').expect(401);
  await request(app).post('/shut').expect(401);
  await request(app).post('/other').expect(401);
  await request(app).delete('/all').expect(401);
});

test('a route without a guard isn’t taken', () => {
  // Never called: `npm run types` fails if one of these is taken.
  const calls = (routes: GuardedRoutes) => {
    const handler = say('open');
    routes.get('/admin/:id', refusing, handler);
    // @ts-expect-error: it names no guard
    routes.get('/admin/:id', handler);
    // @ts-expect-error: a list of handlers is no guard
    routes.get('/admin/:id', [handler], handler);
    // @ts-expect-error: no guard is among them
    routes.get('/admin/:id', { guards: [] }, handler);
    // @ts-expect-error: there is no such word
    routes.get('/admin/:id', 'everybody', handler);
  };
  expect(calls).toBeDefined();
});
