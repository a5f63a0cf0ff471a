import { afterAll, beforeAll, expect, test } from '@jest/globals';
import express, { type Express } from 'express';
import request from 'supertest';
import {
  createTestEntrance,
  type SimulatedProvider,
  startSimulatedProvider,
  type TestEntrance,
} from '#entrance/testing.js';

let provider: SimulatedProvider;
let entrance: TestEntrance;
let app: Express;
beforeAll(async () => {
  provider = await startSimulatedProvider();
  entrance = await createTestEntrance({
    settings: { ...provider.settings, SSO_GENERIC_ADMIN_GROUPS: ['administrators'] },
  });
  app = express().use(entrance.routes);
  app.get('/', entrance.requireRole('platform_admin'), (asked, response) => {
    response.send(entrance.guardedUser(asked).email);
  });
});
afterAll(async () => {
  await entrance.close();
  await provider.close();
});

async function signIn() {
  const agent = request.agent(app);
  const begun = await agent.get('/auth/sso/login/simulated').expect(302);
  const answer = await fetch(String(begun.headers.location), { redirect: 'manual' });
  const { pathname, search } = new URL(String(answer.headers.get('location')));
  return { agent, done: await agent.get(pathname + search).expect(303) };
}

test('whom the test sets is signed in', async () => {
  provider.person = {
    sub: 'ada',
    email: 'ada@acmecorp.com',
    email_verified: true,
    name: 'Ada Lovelace',
    groups: ['administrators'],
  };
  const { agent } = await signIn();
  await agent.get('/').expect(200, 'ada@acmecorp.com');
});

test('a sign-in that is cancelled there is told here', async () => {
  provider.person = undefined;
  const { done } = await signIn();
  expect(done.headers.location).toContain('error=sso_cancelled');
});
