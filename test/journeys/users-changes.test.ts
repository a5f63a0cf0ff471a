import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Agent as TestAgent } from 'supertest';
import request from 'supertest';
import { LOCAL_ADMIN, startTestEntrance, storeKinds, type TestEntrance } from '../support/entrance.js';

const json = { Accept: 'application/json' };

describe.each(storeKinds)('changing users through the API, on %s', (store) => {
  let entrance: TestEntrance;
  let token: string;
  beforeAll(async () => {
    entrance = await startTestEntrance({ store });
    token = await entrance.token('users:read', 'users:write', 'admins:write', 'teams:write', 'audit:read');
  });
  afterAll(() => entrance.close());

  const send = (
    method: 'get' | 'post' | 'patch' | 'delete',
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ) =>
    request(entrance.app)
      [method](path)
      .set({ Authorization: `Bearer ${token}`, ...headers })
      .send(body);
  const idOf = async (browser: TestAgent) => (await browser.get('/auth/me').set(json).expect(200)).body.id;
  const eventsOf = async (user: string) => {
    const { events } = await entrance.deps.audit.list({ user, limit: 50 });
    return events.toReversed();
  };

  test('a name, roles and teams change in one step, and each change is recorded with who made it', async () => {
    for (const name of ['Red', 'Blue']) await send('post', '/auth/teams', { name }).expect(201);
    const { id } = await entrance.addUser({
      roles: [
        {
          name: 'reader',
          origin: 'sso',
          sources: [{ kind: 'app_role', value: 'r' }],
          confirmedAt: '2026-01-01T00:00:00.000Z',
        },
        { name: 'old', origin: 'manual' },
      ],
    });
    const path = `/auth/users/${id}`;
    const changed = await send('patch', path, {
      full_name: ' Grace Hopper ',
      roles: ['reader', 'writer', 'writer'],
      teams: ['RED', 'blue'],
    }).expect(200);
    expect(changed.body).toMatchObject({
      full_name: 'Grace Hopper',
      roles: [
        { name: 'reader', origin: 'sso' },
        { name: 'reader', origin: 'manual' },
        { name: 'writer', origin: 'manual' },
      ],
      teams: ['Blue', 'Red'],
    });
    expect((await send('patch', path, { teams: ['Red'], roles: [] }).expect(200)).body).toMatchObject({
      roles: [{ name: 'reader', origin: 'sso' }],
      teams: ['Red'],
    });
    await send('patch', path, { teams: ['Red'], roles: [], full_name: 'Grace Hopper' }).expect(200);
    const events = await eventsOf(id);
    expect(
      events.map(({ event, entrance: own, group }) => [event.action, own.roles ?? group?.name ?? null]),
    ).toEqual([
      ['user-update', null],
      ['user-roles-change', { added: ['reader', 'writer'], removed: ['old'] }],
      ['team-member-add', 'Red'],
      ['team-member-add', 'Blue'],
      ['user-roles-change', { added: [], removed: ['reader', 'writer'] }],
      ['team-member-remove', 'Blue'],
    ]);
    expect(events.every((event) => event.entrance.acting_token?.name === 'test')).toBe(true);
  });

  test.each([
    [{ full_name: '' }, 'full_name'],
    [{ status: 'pending' }, 'status'],
    [{ roles: ['a,b'] }, 'roles'],
    [{ roles: [''] }, 'roles'],
    [{ roles: Array.from({ length: 101 }, (_, index) => `r${index}`) }, 'roles'],
    [{ teams: ['No such team'] }, 'No such team'],
    [{ id: 'x' }, 'id'],
  ])('refuses %j', async (body, named) => {
    const { id } = await entrance.addUser();
    expect((await send('patch', `/auth/users/${id}`, body).expect(400)).body.detail).toContain(named);
    expect(await entrance.deps.directory.find(id)).toMatchObject({ version: 1 });
  });

  test('who waits for a decision is neither enabled nor disabled', async () => {
    for (const status of ['pending', 'rejected'] as const) {
      const { id } = await entrance.addUser({ status });
      for (const wanted of ['active', 'disabled'])
        await send('patch', `/auth/users/${id}`, { status: wanted }).expect(400);
    }
  });

  test('other roles end the sessions that carry the old ones; another name doesn’t', async () => {
    const person = await entrance.signIn('no-role');
    const id = await idOf(person);
    await send('patch', `/auth/users/${id}`, { full_name: 'Another Name' }).expect(200);
    await idOf(person);
    await send('patch', `/auth/users/${id}`, { roles: ['platform_viewer'] }).expect(200);
    await person.get('/auth/me').set(json).expect(401);
    const viewer = await entrance.signIn('no-role');
    await viewer.get('/auth/users').set(json).expect(200);
    await send('patch', `/auth/users/${id}`, { roles: [] }).expect(200);
    await viewer.get('/auth/users').set(json).expect(401);
    expect((await eventsOf(id)).at(-1)).toMatchObject({
      event: { action: 'session-revoke', reason: 'roles_changed' },
    });
  });

  test('a deleted user is gone with sessions and tokens, and comes back as somebody new', async () => {
    await send('post', '/auth/teams', { name: 'Left behind' });
    const person = await entrance.signIn('no-role');
    const id = await idOf(person);
    await send('patch', `/auth/users/${id}`, { teams: ['Left behind'] }).expect(200);
    await send('delete', `/auth/users/${id}`).expect(204);
    await person.get('/auth/me').set(json).expect(401);
    await send('get', `/auth/users/${id}`).expect(404);
    await send('delete', `/auth/users/${id}`).expect(404);
    const [team] = (await send('get', '/auth/teams?q=left')).body.teams;
    expect(team.members).toBe(0);
    expect(await idOf(await entrance.signIn('no-role'))).not.toBe(id);
    expect((await eventsOf(id)).slice(-2)).toMatchObject([
      { event: { action: 'user-delete' }, user: { target: { id } } },
      { event: { action: 'session-revoke', reason: 'user_deleted' } },
    ]);
  });

  test('a change that was decided on an older version is refused', async () => {
    const { id } = await entrance.addUser();
    const path = `/auth/users/${id}`;
    const etag = String((await send('get', path)).headers.etag);
    await send('get', path, undefined, { 'If-None-Match': etag }).expect(304);
    await send('patch', path, { full_name: 'First' }, { 'If-Match': etag }).expect(200);
    await send('patch', path, { full_name: 'Second' }, { 'If-Match': etag }).expect(412);
    await send('delete', path, undefined, { 'If-Match': etag }).expect(412);
    await send('get', path, undefined, { 'If-None-Match': etag }).expect(200);
    const now = String((await send('get', path)).headers.etag);
    await send('delete', path, undefined, { 'If-Match': now }).expect(204);
  });

  test('a team’s new name is news to who asks for its members’ users', async () => {
    const { body: team } = await send('post', '/auth/teams', { name: 'Before' }).expect(201);
    const { id } = await entrance.addUser({ teams: [{ name: team.id, origin: 'manual' }] });
    const etag = String((await send('get', `/auth/users/${id}`)).headers.etag);
    await send('patch', `/auth/teams/${team.id}`, { name: 'After' }).expect(200);
    const seen = await send('get', `/auth/users/${id}`, undefined, { 'If-None-Match': etag }).expect(200);
    expect(seen.body.teams).toEqual(['After']);
    await send('patch', `/auth/users/${id}`, { full_name: 'Same version' }, { 'If-Match': etag }).expect(200);
  });

  test('a token gives no role that may do more than itself, but leaves and takes it', async () => {
    const { id } = await entrance.addUser();
    const path = `/auth/users/${id}`;
    const refused = await send('patch', path, { roles: ['platform_admin', 'developer'] }).expect(403);
    expect(refused.body).toMatchObject({
      code: 'scope_missing',
      detail: expect.stringContaining('platform_admin'),
    });
    const all = { Authorization: `Bearer ${await entrance.token('*')}` };
    await send('patch', path, { roles: ['platform_admin'] }, all).expect(200);
    await send('patch', path, { roles: ['platform_admin', 'developer'] }).expect(200);
    await send('patch', path, { roles: [] }).expect(200);
    const writer = { Authorization: `Bearer ${await entrance.token('users:write')}` };
    await send('patch', path, { roles: ['platform_viewer'] }, writer).expect(403);
  });

  test('of two administrators who demote each other, one is told no', async () => {
    const [microsoft, root] = [
      await entrance.signIn('admin'),
      await entrance.deps.directory.findByEmail(LOCAL_ADMIN.email),
    ];
    const ids = [await idOf(microsoft), root?.id];
    const demote = async (id: unknown, index: number) =>
      index === 0
        ? await send('patch', `/auth/users/${id}`, { status: 'disabled' })
        : await send('patch', `/auth/users/${id}`, { roles: [] });
    const answers = await Promise.all(ids.map(demote));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('last_admin');
  });
});

test('with local sign-in off, a local administrator is no way in', async () => {
  const entrance = await startTestEntrance({ settings: { SSO_PRESERVE_ADMIN_AUTH: 'false' } });
  const { id } = await entrance.addUser({ roles: [{ name: 'platform_admin', origin: 'manual' }] });
  const bearer = { Authorization: `Bearer ${await entrance.token('users:write', 'admins:write')}` };
  const root = await entrance.deps.directory.findByEmail(LOCAL_ADMIN.email);
  await request(entrance.app).delete(`/auth/users/${id}`).set(bearer).expect(409);
  await request(entrance.app).delete(`/auth/users/${root?.id}`).set(bearer).expect(204);
  await entrance.close();
});
