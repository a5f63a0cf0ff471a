import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Agent as TestAgent } from 'supertest';
import { removeEndedGrants } from '#entrance/access/ended-grants.js';
import type { User } from '#entrance/directory/directory.js';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';

const HOUR = 3_600_000;
const JSON_ONLY = { Accept: 'application/json' };

let one: TestEntrance;
let other: TestEntrance;
let admin: TestAgent;
beforeAll(async () => {
  one = await startTestEntrance({ store: 'Redis' });
  if (one.redis === undefined) throw new Error('no Redis');
  other = await startTestEntrance({ redis: one.redis, microsoft: one.microsoft });
  admin = await one.signIn('admin');
});
afterAll(async () => {
  await other.close();
  await one.close();
});

const MINUTE = 60_000;

function pass(milliseconds: number): void {
  one.pass(milliseconds);
  other.pass(milliseconds);
}

async function userNamed(id: string): Promise<User> {
  const user = await other.deps.directory.find(id);
  if (user === undefined) throw new Error('nobody');
  return user;
}

async function idOf(browser: TestAgent): Promise<string> {
  const { body } = await browser.get('/auth/me').set(JSON_ONLY).expect(200);
  return body.id;
}

async function events(action: string, id: string): Promise<readonly { event: { action: string } }[]> {
  const token = await one.token('audit:read');
  const { body } = await one
    .browser()
    .get(`/auth/audit?action=${action}&user=${id}`)
    .set({ ...JSON_ONLY, Authorization: `Bearer ${token}` })
    .expect(200);
  return body.events;
}

test('a role until a date ends by itself on two instances, in that moment, and the end is recorded once', async () => {
  const id = await idOf(await one.signIn('no-role'));
  const token = await one.token('users:write', 'users:read', 'admins:write', '*');
  const given = await one
    .browser()
    .put(`/auth/users/${id}/roles/platform_viewer`)
    .set({ ...JSON_ONLY, Authorization: `Bearer ${token}` })
    .send({ until: new Date(one.deps.clock.now() + 20 * MINUTE).toISOString() })
    .expect(200);
  expect(given.body.roles).toEqual([
    { name: 'platform_viewer', origin: 'manual', until: expect.stringMatching(/^\d{4}-.*Z$/) },
  ]);
  const page = await admin.get(`/admin/users/${id}`).expect(200);
  expect(page.text).toContain('Given here, until ');

  const onOne = await one.signIn('no-role');
  const onOther = await other.signIn('no-role');
  pass(19 * MINUTE);
  await onOne.get('/admin/users').expect(200);
  await onOther.get('/admin/users').expect(200);
  pass(2 * MINUTE);
  // Nobody has removed anything yet: the clock alone decides.
  await onOne.get('/auth/me').set(JSON_ONLY).expect(401);
  await onOther.get('/auth/me').set(JSON_ONLY).expect(401);
  expect((await userNamed(id)).roles).toEqual([]);
  const again = await other.signIn('no-role');
  await again.get('/admin/users').expect(403);
  await again.get('/auth/me').set(JSON_ONLY).expect(200);

  await Promise.all([one, other].map(({ deps }) => removeEndedGrants(deps, deps.clock)));
  expect(await removeEndedGrants(one.deps, one.deps.clock)).toBe(0);
  expect(await events('role-end', id)).toHaveLength(1);
  await again.get('/auth/me').set(JSON_ONLY).expect(200);
  const log = await (await one.signIn('admin')).get(`/admin/audit?user=${id}`).expect(200);
  expect(log.text).toContain('ended, as was set when it was given');
  expect(await one.deps.directory.countInRoles().then((roles) => roles.get('platform_viewer'))).toBe(
    undefined,
  );
});

test('a membership until a date ends by itself, and its end names the team', async () => {
  const admins = await one.signIn('admin');
  await admins.post('/admin/teams').type('form').send({ name: 'Until crew' }).expect(303);
  const team = (await one.deps.teams.list()).find(({ name }) => name === 'Until crew');
  const person = await one.addUser({ fullName: 'Mem Ber' });
  const today = new Date(one.deps.clock.now()).toISOString().slice(0, 10);
  await admins
    .post(`/admin/users/${person.id}/teams`)
    .type('form')
    .send({ team: team?.id, until: today })
    .expect(303);
  expect((await userNamed(person.id)).teams).toHaveLength(1);
  expect((await admins.get(`/admin/users/${person.id}`)).text).toContain('By hand, until ');
  pass(24 * HOUR);
  expect((await userNamed(person.id)).teams).toEqual([]);
  const listed = await one.deps.directory.list({
    team: team?.id ?? '',
    sort: 'email',
    descending: false,
    limit: 5,
  });
  expect(listed.users).toEqual([]);
  await removeEndedGrants(other.deps, other.deps.clock);
  const [end] = await events('membership-end', person.id);
  expect(end).toMatchObject({ group: { name: 'Until crew' } });
});

test('a change of a person whose role has ended records the end, whoever makes the change', async () => {
  const person = await one.addUser({
    roles: [
      { name: 'billing', origin: 'manual', until: new Date(one.deps.clock.now() + HOUR).toISOString() },
    ],
  });
  pass(2 * HOUR);
  const token = await one.token('*');
  const answered = await other
    .browser()
    .patch(`/auth/users/${person.id}`)
    .set({ ...JSON_ONLY, Authorization: `Bearer ${token}` })
    .send({ full_name: 'Changed' })
    .expect(200);
  expect(answered.body.roles).toEqual([]);
  expect(await events('role-end', person.id)).toHaveLength(1);
  expect(await removeEndedGrants(one.deps, one.deps.clock)).toBe(0);
});

test('an administrator until a date doesn’t count as the one who remains, and a past date is refused', async () => {
  const until = new Date(one.deps.clock.now() + HOUR).toISOString();
  const temporary = await one.addUser({ roles: [{ name: 'platform_admin', origin: 'manual', until }] });
  expect(await one.deps.directory.isLastAdmin(temporary)).toBe(false);
  const lasting = (
    await one.deps.directory.list({
      role: 'platform_admin',
      status: 'active',
      sort: 'email',
      descending: false,
      limit: 50,
    })
  ).users.filter(({ id }) => id !== temporary.id);
  const [last, ...rest] = lasting;
  for (const user of rest) await one.deps.directory.update(user, { status: 'disabled' });
  if (last === undefined) throw new Error('no administrator');
  expect(await one.deps.directory.isLastAdmin(last)).toBe(true);
  expect(await one.deps.directory.update(last, { status: 'disabled' }, { keepAnAdmin: true })).toEqual({
    conflict: 'last_admin',
  });
  const token = await one.token('*');
  const refused = await one
    .browser()
    .put(`/auth/users/${temporary.id}/roles/billing`)
    .set({ ...JSON_ONLY, Authorization: `Bearer ${token}` })
    .send({ until: '2020-01-01T00:00:00Z' })
    .expect(400);
  expect(refused.body.detail).toContain('until');
});
