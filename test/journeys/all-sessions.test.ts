import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import request, { type Agent } from 'supertest';
import { LOCAL_ADMIN, startTestEntrance, type TestEntrance } from '../support/entrance.js';

/** Two instances on one Redis, since the end of a session has to be the end everywhere at once. */
let one: TestEntrance;
let other: TestEntrance;
beforeAll(async () => {
  one = await startTestEntrance({ store: 'Redis' });
  if (one.redis === undefined) throw new Error('no Redis');
  other = await startTestEntrance({ redis: one.redis, microsoft: one.microsoft });
});
afterAll(async () => {
  await other.close();
  await one.close();
});
beforeEach(async () => {
  await one.deps.sessions.revokeAll();
});

const signInLocally = async (entrance: TestEntrance): Promise<Agent> => {
  const browser = entrance.browser();
  const { email, password } = LOCAL_ADMIN;
  await browser.post('/admin/login').type('form').send({ email, password }).expect(303);
  return browser;
};
const isSignedIn = async (browser: Agent) =>
  (await browser.get('/auth/me').set('Accept', 'application/json')).status === 200;
const asJson = (browser: Agent, path: string) => browser.get(path).set('Accept', 'application/json');
const lastEnding = async () => (await one.deps.audit.list({ limit: 1, action: 'session-revoke' })).events[0];

test('an administrator sees the sessions of everybody, and finds some by person, provider, device and address', async () => {
  const admin = await signInLocally(one);
  await other.signIn('no-role');
  const page = await admin.get('/admin/sessions').expect(200);
  expect(page.text).toContain('2 sessions');
  expect(page.text.indexOf('Jonas Lindqvist')).toBeLessThan(page.text.indexOf(`${LOCAL_ADMIN.email}</bdi>`));
  const found = async (query: string) => (await admin.get(`/admin/sessions?${query}`).expect(200)).text;
  for (const query of ['q=lindq', 'q=lindqvist%20jonas', 'q=JONAS.lind', 'provider=entra'])
    expect(await found(query)).toContain('Jonas Lindqvist');
  for (const query of ['q=nobody', 'provider=local', 'device=firefox', 'address=203.0.113.'])
    expect(await found(query)).not.toContain('Jonas Lindqvist');
  expect(await found('device=unknown&address=127.0.0')).toContain('Jonas Lindqvist');
  expect(await found('q=nobody')).toContain('No session matches');
});

test('pages of sessions go on where the last one ended', async () => {
  const admin = await signInLocally(one);
  for (let number = 0; number < 3; number += 1) await one.signIn('no-role');
  const first = (await asJson(admin, '/auth/sessions?limit=3').expect(200)).body;
  const second = (await asJson(admin, `/auth/sessions?limit=3&cursor=${first.next_cursor}`).expect(200)).body;
  expect(second.next_cursor).toBeNull();
  const ids = [...first.sessions, ...second.sessions].map(({ id }) => id);
  expect(new Set(ids).size).toBe(4);
  expect(second.sessions[0]).toMatchObject({ current: true, user: { email: LOCAL_ADMIN.email } });
  await asJson(admin, '/auth/sessions?cursor=nonsense').expect(400);
});

test('ending all asks first, names the number and oneself, and signs everybody out on all instances at once', async () => {
  const admin = await signInLocally(one);
  const people = [await one.signIn('no-role'), await other.signIn('admin'), await other.signIn('no-role')];
  for (const person of people) expect(await isSignedIn(person)).toBe(true);
  const question = await admin.get('/admin/sessions/end').expect(200);
  expect(question.text).toContain('End all 4 sessions?');
  expect(question.text).toContain('Your own session is among them');
  expect(await isSignedIn(admin)).toBe(true);
  const ended = await admin.post('/admin/sessions/end').expect(303);
  expect(ended.headers.location).toBe('/admin/login');
  for (const person of [admin, ...people]) expect(await isSignedIn(person)).toBe(false);
  expect(await other.deps.sessions.count()).toBe(0);
  expect((await admin.get('/admin/login').expect(200)).text).toContain('4 sessions ended, yours among them');
  const event = await lastEnding();
  expect(event).toMatchObject({ user: { email: LOCAL_ADMIN.email }, entrance: { sessions: 4 } });
  const again = await signInLocally(one);
  expect((await again.get('/admin/audit').expect(200)).text).toContain(
    'ended the sessions of everybody, 4 in all',
  );
});

test('ending those of a person asks first, and leaves everybody else’s', async () => {
  const admin = await signInLocally(one);
  const [first, second] = [await one.signIn('no-role'), await other.signIn('no-role')];
  const listed = (await asJson(admin, '/auth/sessions?q=jonas').expect(200)).body.sessions;
  const user = listed[0].user.id;
  const question = await admin.get(`/admin/sessions/end?user=${user}`).expect(200);
  expect(question.text).toContain('Jonas Lindqvist');
  expect(question.text).toContain('2 devices');
  await admin.post('/admin/sessions/end').type('form').send({ user }).expect(303);
  for (const person of [first, second]) expect(await isSignedIn(person)).toBe(false);
  expect(await isSignedIn(admin)).toBe(true);
  expect(await lastEnding()).toMatchObject({ user: { target: { id: user } }, entrance: { sessions: 2 } });
});

test('ending one leads back to the list with its search', async () => {
  const admin = await signInLocally(one);
  const person = await other.signIn('no-role');
  const [row] = (await asJson(admin, '/auth/sessions?q=jonas').expect(200)).body.sessions;
  const ended = await admin
    .post(`/admin/users/${row.user.id}/sessions/${row.id}/end`)
    .set('Referer', 'http://localhost:8000/admin/sessions?q=jonas')
    .expect(303);
  expect(ended.headers.location).toBe('/admin/sessions?q=jonas');
  expect(await isSignedIn(person)).toBe(false);
});

test('a viewer sees them, and ends none', async () => {
  const viewer = await one.signIn('no-role');
  const me = (await asJson(viewer, '/auth/me').expect(200)).body;
  const known = await one.deps.directory.find(me.id);
  if (known === undefined) throw new Error('nobody');
  await one.deps.directory.update(known, { roles: [{ name: 'platform_viewer', origin: 'manual' }] }, {});
  const again = await one.signIn('no-role');
  const page = await again.get('/admin/sessions').expect(200);
  expect(page.text).not.toContain('/admin/sessions/end');
  expect(page.text).not.toMatch(/sessions\/[^"]*end"/);
  await again.get('/admin/sessions/end').expect(403);
  await again.post('/admin/sessions/end').expect(403);
  await asJson(again, '/auth/sessions').expect(403);
  expect(await isSignedIn(viewer)).toBe(true);
});

test('a token ends all with sessions:write and admins:write, and not with the first alone', async () => {
  const person = await other.signIn('no-role');
  const end = async (...scopes: Parameters<TestEntrance['token']>) =>
    (
      await request(one.app)
        .delete('/auth/sessions')
        .set('Authorization', `Bearer ${await one.token(...scopes)}`)
    ).status;
  expect(await end('users:write')).toBe(403);
  expect(await end('sessions:write')).toBe(403);
  expect(await isSignedIn(person)).toBe(true);
  expect(await end('sessions:write', 'admins:write')).toBe(204);
  expect(await isSignedIn(person)).toBe(false);
});

test('somebody without a role ends their own sessions on their account, one or all others', async () => {
  const here = await one.signIn('no-role');
  const [second, third] = [await other.signIn('no-role'), await other.signIn('no-role')];
  const admin = await one.signIn('admin');
  const page = (await here.get('/admin/account').expect(200)).text;
  const [action = ''] = /\/admin\/account\/sessions\/[\w-]+\/end/.exec(page) ?? [];
  expect(page).not.toContain('Your API tokens');
  await here.post(action).expect(303);
  expect([await isSignedIn(second), await isSignedIn(third)].filter(Boolean)).toHaveLength(1);
  await one.signIn('no-role');
  await here.post('/admin/account/sessions/end').expect(303);
  expect([await isSignedIn(second), await isSignedIn(third)]).toEqual([false, false]);
  expect(await isSignedIn(here)).toBe(true);
  const foreign = (await asJson(admin, '/auth/sessions?q=okafor').expect(200)).body.sessions[0].id;
  await here.post(`/admin/account/sessions/${foreign}/end`).expect(303);
  expect(await isSignedIn(admin)).toBe(true);
  expect((await admin.get('/admin/account').expect(200)).text).toContain('Your API tokens');
});
