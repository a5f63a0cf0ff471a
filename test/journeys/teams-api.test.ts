import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { startTestEntrance, storeKinds, type TestEntrance } from '../support/entrance.js';
import { wordsOf } from '../support/words-of.js';

describe.each(storeKinds)('teams through the API, on %s', (store) => {
  let entrance: TestEntrance;
  let token: string;
  beforeAll(async () => {
    entrance = await startTestEntrance({ store });
    token = await entrance.token('users:read', 'teams:write');
  });
  afterAll(() => entrance.close());

  type Method = 'get' | 'post' | 'patch' | 'put' | 'delete';
  const send = (method: Method, path: string, body?: object, headers: Record<string, string> = {}) =>
    request(entrance.app)
      [method](path)
      .set({ Authorization: `Bearer ${token}`, ...headers })
      .send(body);
  const create = async (name: string) => (await send('post', '/auth/teams', { name }).expect(201)).body;

  test('are created, found, renamed and deleted', async () => {
    const made = await send('post', '/auth/teams', { name: ' Platform ', description: 'Runs it' }).expect(
      201,
    );
    expect(made.body).toEqual({
      id: expect.any(String),
      name: 'Platform',
      description: 'Runs it',
      origin: 'manual',
      members: 0,
      created_at: expect.stringMatching(/Z$/),
    });
    const path = `/auth/teams/${made.body.id}`;
    expect(made.headers.location).toBe(path);
    expect((await send('get', path).expect(200)).body).toEqual(made.body);
    await send('patch', path, { description: null }).expect(200);
    expect((await send('patch', path, { name: 'Core' }).expect(200)).body).toMatchObject({
      name: 'Core',
      description: null,
    });
    await send('delete', path).expect(204);
    await send('get', path).expect(404);
    await send('delete', path).expect(404);
  });

  test('have names of their own, and page by them', async () => {
    for (const name of ['Gamma', 'alpha', 'Beta']) await create(name);
    const taken = await send('post', '/auth/teams', { name: 'BETA' }).expect(409);
    expect(taken.body.code).toBe('team_name_taken');
    const first = await send('get', '/auth/teams?limit=2').expect(200);
    const second = await send('get', `/auth/teams?limit=2&cursor=${first.body.next_cursor}`).expect(200);
    const names = [...first.body.teams, ...second.body.teams].map(({ name }: { name: string }) => name);
    expect(names).toEqual(['alpha', 'Beta', 'Gamma']);
    expect(second.body.next_cursor).toBeNull();
    expect((await send('get', '/auth/teams?q=GA').expect(200)).body.teams).toMatchObject([{ name: 'Gamma' }]);
  });

  test.each([
    ['limit=0', 'limit'],
    ['cursor=x', 'cursor'],
  ])('the list refuses ?%s and names it', async (query, parameter) => {
    expect((await send('get', `/auth/teams?${query}`).expect(400)).body.detail).toContain(parameter);
  });

  test.each([
    [{ name: '' }, 'name'],
    [{ name: 'x'.repeat(101) }, 'name'],
    [{ name: 'x', description: 'x'.repeat(501) }, 'description'],
    [{ name: 'x', members: [] }, 'members'],
  ])('refuses %j', async (body, member) => {
    expect((await send('post', '/auth/teams', body).expect(400)).body.detail).toContain(member);
  });

  test('members come and go; whoever single sign-on put there stays, and the answer says so', async () => {
    const team = await create('Members');
    const path = `/auth/teams/${team.id}/members`;
    const sso = {
      name: team.id,
      origin: 'sso',
      sources: [{ kind: 'group', value: 'g-1' }],
      confirmedAt: '2026-01-01T00:00:00.000Z',
    } as const;
    const ada = await entrance.addUser({ fullName: 'Ada', email: `a-${store}@contoso.com` });
    const bob = await entrance.addUser({ fullName: 'Bob', email: `b-${store}@contoso.com`, teams: [sso] });
    const added = await send('put', `${path}/${ada.id}`).expect(200);
    expect(added.body).toMatchObject({ id: ada.id, memberships: [{ origin: 'manual' }] });
    await send('put', `${path}/${ada.id}`).expect(200);
    await send('put', `${path}/${bob.id}`).expect(200);

    const listed = await send('get', path).expect(200);
    expect(listed.body).toMatchObject({
      members: [
        { full_name: 'Ada', memberships: [{ origin: 'manual' }] },
        {
          full_name: 'Bob',
          memberships: [
            {
              origin: 'sso',
              mapped_from: [{ kind: 'group', value: 'g-1' }],
              confirmed_at: sso.confirmedAt,
            },
            { origin: 'manual' },
          ],
        },
      ],
      next_cursor: null,
    });
    const byUsers = await send('get', `/auth/users?team=${team.id}`).expect(200);
    expect(byUsers.body.users).toMatchObject([{ teams: ['Members'] }, { teams: ['Members'] }]);
    expect((await send('get', `/auth/teams/${team.id}`)).body.members).toBe(2);
    const page = await send('get', `${path}?limit=1`).expect(200);
    expect(
      (await send('get', `${path}?limit=1&cursor=${page.body.next_cursor}`).expect(200)).body.members,
    ).toMatchObject([{ full_name: 'Bob' }]);

    const stays = await send('delete', `${path}/${bob.id}`).expect(200);
    expect(stays.body.memberships).toMatchObject([{ origin: 'sso' }]);
    await send('delete', `${path}/${bob.id}`).expect(200);
    await send('delete', `${path}/${ada.id}`).expect(204);
    await send('delete', `${path}/${ada.id}`).expect(204);
    await send('put', `${path}/nobody`).expect(404);
    await send('put', `/auth/teams/nobody/members/${ada.id}`).expect(404);

    await send('delete', `/auth/teams/${team.id}`).expect(204);
    expect((await send('get', `/auth/users/${bob.id}`)).body.teams).toEqual([]);
  });

  test('a change that was decided on an older version is refused, and one without a version isn’t', async () => {
    const { id } = await create('Versions');
    const path = `/auth/teams/${id}`;
    const { etag } = (await send('get', path)).headers as { etag: string };
    await send('get', path, undefined, { 'If-None-Match': etag }).expect(304);
    const changed = await send('patch', path, { description: 'new' }, { 'If-Match': etag }).expect(200);
    const stale = await send('patch', path, { description: 'late' }, { 'If-Match': etag }).expect(412);
    expect(stale.body).toMatchObject({ code: 'precondition_failed', status: 412 });
    await send('delete', path, undefined, { 'If-Match': 'W/"1-x"' }).expect(412);
    expect((await send('get', path, undefined, { 'If-None-Match': etag }).expect(200)).body.description).toBe(
      'new',
    );
    await send('patch', path, { description: 'any' }, { 'If-Match': '*' }).expect(200);
    const several = `"9-x", ${(await send('get', path)).headers.etag}`;
    await send('delete', path, undefined, { 'If-Match': several }).expect(204);
    expect(changed.headers.etag).not.toBe(etag);

    const team = await create('Member versions');
    const user = await entrance.addUser();
    const member = `/auth/teams/${team.id}/members/${user.id}`;
    const put = await send('put', member).expect(200);
    await send('patch', `/auth/users/${user.id}`, {}).expect(403);
    await send('delete', member, undefined, { 'If-Match': '"1-x"' }).expect(412);
    await send('delete', member, undefined, { 'If-Match': String(put.headers.etag) }).expect(204);
  });

  test('are read by a viewer, and changed by nobody without the scope', async () => {
    const reader = await entrance.token('users:read');
    const as = { Authorization: `Bearer ${reader}` };
    await send('get', '/auth/teams', undefined, as).expect(200);
    await send('post', '/auth/teams', { name: 'No' }, as).expect(403);
    const writer = { Authorization: `Bearer ${await entrance.token('teams:write')}` };
    await send('get', '/auth/teams', undefined, writer).expect(403);
  });

  test('what was done is in the audit log, with the team and the person', async () => {
    const team = await create('Audited');
    const user = await entrance.addUser({ fullName: 'Grace Hopper' });
    await send('put', `/auth/teams/${team.id}/members/${user.id}`).expect(200);
    const { events } = await entrance.deps.audit.list({ action: 'team-member-add', limit: 1 });
    expect(events).toMatchObject([
      {
        group: { id: team.id, name: 'Audited' },
        user: { target: { id: user.id, full_name: 'Grace Hopper' } },
        entrance: { acting_token: { name: 'test' } },
      },
    ]);
    const admin = await entrance.signIn('admin');
    expect(wordsOf((await admin.get('/admin/audit')).text)).toContain(
      'added Grace Hopper to the team “Audited”',
    );
  });
});
