import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Agent as TestAgent } from 'supertest';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';

/** What the console and the API both do is done by the same functions, so it is recorded and refused alike. */

let entrance: TestEntrance;
let admin: TestAgent;
beforeAll(async () => {
  entrance = await startTestEntrance();
  admin = await entrance.signIn('admin');
});
afterAll(() => entrance.close());

const post = (path: string, form: Record<string, string> = {}) => admin.post(path).type('form').send(form);
const actionsOnTeams = async () =>
  (await entrance.deps.audit.list({ limit: 50 })).events
    .map(({ event }) => event.action)
    .filter((action) => action.startsWith('team-'));

test('a form of a team that changes nothing is not recorded', async () => {
  await post('/admin/teams', { name: 'Platform', description: 'Runs it' }).expect(303);
  const [team] = await entrance.deps.teams.list();
  await post(`/admin/teams/${team?.id}`, { name: 'Platform', description: 'Runs it' }).expect(303);
  expect(await actionsOnTeams()).toEqual(['team-create']);
  await post(`/admin/teams/${team?.id}`, { name: 'Platform', description: 'Runs it well' }).expect(303);
  expect(await actionsOnTeams()).toEqual(['team-update', 'team-create']);
});

test('administrators can’t take the role from themselves', async () => {
  const { body: me } = await admin.get('/auth/me').set('Accept', 'application/json').expect(200);
  const path = `/admin/users/${me.id}`;
  await post(`${path}/roles`, { role: 'platform_admin', confirmed: 'yes' }).expect(303);
  await post(`${path}/roles/take`, { role: 'platform_admin' }).expect(303);
  const roles = (await entrance.deps.directory.find(me.id))?.roles;
  expect(roles).toContainEqual({ name: 'platform_admin', origin: 'manual' });
});

test('what is done to a user who isn’t there is a 404', async () => {
  const nobody = '0198c1f2-7d3e-7a41-9c55-2f60b8e4d913';
  await post(`/admin/users/${nobody}/enable`).expect(404);
  await post(`/admin/users/${nobody}/disable`).expect(404);
  await post(`/admin/users/${nobody}/delete`).expect(404);
  await post(`/admin/users/${nobody}/sessions/end`).expect(404);
  await post(`/admin/users/${nobody}/sessions/none/end`).expect(404);
});
