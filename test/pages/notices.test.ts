import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Agent as TestAgent } from 'supertest';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';

let entrance: TestEntrance;
let admin: TestAgent;
beforeAll(async () => {
  entrance = await startTestEntrance();
  admin = await entrance.signIn('admin');
});
afterAll(() => entrance.close());

test('a notice with the longest name of a person and of a team is shown, cut between characters', async () => {
  const user = await entrance.addUser({ fullName: '😀'.repeat(200) });
  await admin
    .post('/admin/teams')
    .type('form')
    .send({ name: '😀'.repeat(100), description: '' })
    .expect(303);
  const [team] = await entrance.deps.teams.list();
  const { headers } = await admin
    .post(`/admin/users/${user.id}/teams`)
    .type('form')
    .send({ team: team?.id })
    .expect(303);
  const { text } = await admin.get(headers.location ?? '').expect(200);
  expect(text).toContain('class="notice tone-success"');
  expect(text.isWellFormed()).toBe(true);
  expect(text).not.toContain('\uFFFD');
});
