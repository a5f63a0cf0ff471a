import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import express, { type Express } from 'express';
import request from 'supertest';
import { createTestEntrance, signInAs, type TestEntrance } from '#entrance/testing.js';
import { scopes } from '#entrance/tokens/api-token.js';

/** What docs/library.md says to a host app, and no compiler sees. */

const guide = readFileSync(new URL('../../docs/library.md', import.meta.url), 'utf8');

let entrance: TestEntrance;
let app: Express;
beforeAll(async () => {
  entrance = await createTestEntrance();
  app = express();
  app.use(entrance.routes);
  app.get('/people', entrance.requireScope('users:read'), (_asked, response) => response.json([]));
});
afterAll(() => entrance.close());

test('names all scopes, and none that doesn’t exist', () => {
  const [, paragraph = ''] = /^The scopes are those of Entrance(.*?)\. Choose/ms.exec(guide) ?? [];
  const named = [...paragraph.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
  expect(named).toEqual(scopes);
});

test('tests a route that asks for a scope, with a token that a person of the test made', async () => {
  const [code = ''] = [...guide.matchAll(/^```js\n(.*?)^```/gms)]
    .map(([, one]) => one)
    .filter((one) => one?.includes('signInAs'));
  await request(app).get('/people').expect(401);
  const run = new Function('request', 'app', 'signInAs', `return (async () => {${code}})()`);
  await run(request, app, signInAs);
  expect(code).toContain(".get('/people')");
});
