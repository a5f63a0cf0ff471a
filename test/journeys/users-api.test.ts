import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { startTestEntrance, storeKinds, type TestEntrance } from '../support/entrance.js';

describe.each(storeKinds)('the API, on %s', (store) => {
  let entrance: TestEntrance;
  let token: string;
  beforeAll(async () => {
    entrance = await startTestEntrance({ store });
    token = await entrance.token('users:read');
    for (const [index, name] of ['Grace Hopper', 'Alan Turing', 'Katherine Johnson'].entries()) {
      await entrance.addUser({
        email: `${name.split(' ')[0]?.toLowerCase()}@fabrikam.com`,
        fullName: name,
        status: index === 1 ? 'disabled' : 'active',
        roles: index === 2 ? [{ name: 'platform_viewer', origin: 'manual' }] : [],
      });
    }
  });
  afterAll(() => entrance.close());

  const get = (path: string, bearer = token) =>
    request(entrance.app).get(path).set('Authorization', `Bearer ${bearer}`);

  describe('users and how they are found', () => {
    test('answers the setup guide’s commands: providers, users, one user', async () => {
      const providers = await request(entrance.app).get('/auth/sso/providers').expect(200);
      expect(providers.body).toEqual([{ id: 'entra', name: 'entra', display_name: 'Microsoft Entra ID' }]);
      await entrance.signIn('admin');
      const list = await get('/auth/users?q=amara').expect(200);
      expect(list.body).toMatchObject({ users: [{ email: 'amara.okafor@contoso.com' }], next_cursor: null });
      const one = await get(`/auth/users/${list.body.users[0].id}`).expect(200);
      expect(one.body).toMatchObject({
        email: 'amara.okafor@contoso.com',
        full_name: 'Amara Okafor',
        provider: 'entra',
        provider_id: '6f0c1a52-3d0e-4b5b-9a57-0d7c5f1b8e21',
      });
      expect(one.headers['cache-control']).toBe('no-store');
    });

    test('searches by prefix, filters, sorts and pages', async () => {
      const emails = async (query: string) =>
        (await get(`/auth/users?${query}`).expect(200)).body.users.map(
          (user: { email: string }) => user.email,
        );
      expect(await emails('q=GRACE')).toEqual(['grace@fabrikam.com']);
      expect(await emails('status=disabled')).toEqual(['alan@fabrikam.com']);
      expect(await emails('role=platform_viewer')).toEqual(['katherine@fabrikam.com']);
      expect(await emails('provider=local')).toEqual(['root@contoso.com']);
      const first = await get('/auth/users?sort=-email&limit=2').expect(200);
      const second = await get(`/auth/users?sort=-email&limit=2&cursor=${first.body.next_cursor}`).expect(
        200,
      );
      const both = [...first.body.users, ...second.body.users].map((user: { email: string }) => user.email);
      expect(both).toEqual([...both].sort().reverse());
      expect(new Set(both).size).toBe(4);
    });

    test.each([
      ['limit=0', 'limit'],
      ['limit=201', 'limit'],
      ['limit=x', 'limit'],
      ['cursor=x', 'cursor'],
      ['provider=the%20other', 'provider'],
      ['status=asleep', 'status'],
      ['sort=password', 'sort'],
    ])('refuses ?%s and names it', async (query, parameter) => {
      const answer = await get(`/auth/users?${query}`).expect(400);
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(answer.body.detail).toContain(parameter);
    });

    test('refuses a cursor that was made for another order', async () => {
      const { body } = await get('/auth/users?sort=email&limit=1').expect(200);
      await get(`/auth/users?sort=-email&limit=1&cursor=${body.next_cursor}`).expect(400);
    });

    test('an id that nobody has is a 404 problem', async () => {
      const answer = await get('/auth/users/nobody').expect(404);
      expect(answer.body).toMatchObject({ status: 404, code: 'not_found' });
    });
  });

  describe('users and their sessions, changed', () => {
    test('disables and enables a user with the right scope, and ends their sessions at once', async () => {
      const browser = await entrance.signIn('no-role');
      const me = await browser.get('/auth/me').set('Accept', 'application/json').expect(200);
      const writer = await entrance.token('users:write');
      const patch = (bearer: string, body: object) =>
        request(entrance.app)
          .patch(`/auth/users/${me.body.id}`)
          .set('Authorization', `Bearer ${bearer}`)
          .send(body);
      await patch(token, { status: 'disabled' }).expect(403);
      expect((await patch(writer, { status: 'disabled' }).expect(200)).body.status).toBe('disabled');
      await browser.get('/auth/me').set('Accept', 'application/json').expect(401);
      await patch(writer, { status: 'active' }).expect(200);
      await patch(writer, { status: 'gone' }).expect(400);
      expect((await patch(writer, { email: 'new@contoso.com' }).expect(400)).body.detail).toContain('email');
    });

    test('lists where somebody is signed in, and ends one session, all but the own, and all', async () => {
      const [first, second, third] = await Promise.all([
        entrance.signIn('admin'),
        entrance.signIn('admin'),
        entrance.signIn('admin'),
      ]);
      const me = await first.get('/auth/me').set('Accept', 'application/json').expect(200);
      const path = `/auth/users/${me.body.id}/sessions`;
      const bearer = `Bearer ${await entrance.token('sessions:write', 'admins:write')}`;
      const listed = await first.get(path).set('Accept', 'application/json').expect(200);
      const { sessions } = listed.body as { sessions: { id: string; current: boolean }[] };
      expect(sessions.length).toBeGreaterThanOrEqual(3);
      expect(sessions.filter(({ current }) => current)).toHaveLength(1);
      expect(sessions[0]).toMatchObject({
        device: expect.any(String),
        address: expect.stringContaining('127.0.0.1'),
        provider: 'entra',
        created_at: expect.stringMatching(/Z$/),
        last_seen_at: expect.stringMatching(/Z$/),
      });

      const [own] = sessions.filter(({ current }) => current);
      await second.delete(`${path}/${own?.id}`).expect(204);
      await first.get('/auth/me').set('Accept', 'application/json').expect(401);
      await second.delete(`${path}/${own?.id}`).expect(404);
      await second.delete(`${path}?except=current`).expect(204);
      await third.get('/auth/me').set('Accept', 'application/json').expect(401);
      await second.get('/auth/me').set('Accept', 'application/json').expect(200);
      const send = () => request(entrance.app).delete(path).set('Authorization', bearer);
      await send().query({ except: 'current' }).expect(400);
      await send().expect(204);
      await second.get('/auth/me').set('Accept', 'application/json').expect(401);
      await request(entrance.app).get(path).set('Authorization', `Bearer ${token}`).expect(403);
      await request(entrance.app).get('/auth/users/nobody/sessions').set('Authorization', bearer).expect(404);
    });

    test('the last active administrator can’t be disabled', async () => {
      const { users } = (await get('/auth/users?role=platform_admin&status=active')).body;
      const writer = await entrance.token('users:write', 'admins:write');
      const statuses = [];
      for (const { id } of users) {
        const answer = await request(entrance.app)
          .patch(`/auth/users/${id}`)
          .set('Authorization', `Bearer ${writer}`)
          .send({ status: 'disabled' });
        statuses.push(answer.status);
      }
      expect(statuses.filter((status) => status === 409)).toHaveLength(1);
      for (const { id } of users) {
        await request(entrance.app)
          .patch(`/auth/users/${id}`)
          .set('Authorization', `Bearer ${writer}`)
          .send({ status: 'active' });
      }
    });
  });

  describe('who asks', () => {
    test('an unknown, altered or missing token is a 401 that says how to come by one', async () => {
      const altered = `${token.slice(0, -1)}${token.endsWith('x') ? 'y' : 'x'}`;
      for (const bearer of ['nonsense', altered]) {
        const answer = await get('/auth/users', bearer).expect(401);
        expect(answer.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
      }
      const missing = await request(entrance.app).get('/auth/users').expect(401);
      expect(missing.headers['www-authenticate']).toBe('Bearer');
      expect(missing.body.detail).toContain('Bearer');
    });

    test('a token acts as itself, whatever session stands beside it', async () => {
      const browser = await entrance.signIn('admin');
      await browser.get('/auth/users').set('Accept', 'application/json').expect(200);
      await browser
        .get('/auth/users')
        .set('Authorization', 'Bearer nonsense')
        .set('Accept', 'application/json')
        .expect(401);
      const verify = await entrance.token('verify');
      await browser
        .get('/auth/users')
        .set('Authorization', `Bearer ${verify}`)
        .set('Accept', 'application/json')
        .expect(403);
    });

    test('a session changes nothing from another site', async () => {
      const browser = await entrance.signIn('admin');
      const { body: me } = await browser.get('/auth/me').set('Accept', 'application/json');
      await browser
        .patch(`/auth/users/${me.id}`)
        .set({ 'Sec-Fetch-Site': 'cross-site', Accept: 'application/json' })
        .send({ status: 'active' })
        .expect(403);
    });

    test('a viewer reads users but changes nothing', async () => {
      const viewer = await entrance.deps.directory.findByEmail('katherine@fabrikam.com');
      if (viewer?.providerId == null) throw new Error('no viewer');
      entrance.microsoft.addPersona({
        id: 'viewer',
        name: viewer.fullName,
        story: '',
        oid: viewer.providerId,
        username: viewer.email,
        email: viewer.email,
      });
      const browser = await entrance.signIn('viewer');
      const json = { Accept: 'application/json' };
      await browser.get('/auth/users').set(json).expect(200);
      await browser.patch(`/auth/users/${viewer.id}`).set(json).send({ status: 'active' }).expect(403);
      await browser.get('/auth/tokens').set(json).expect(403);
      const page = await browser.get(`/admin/users/${viewer.id}`).expect(200);
      expect(page.text).not.toContain(`/admin/users/${viewer.id}/disable`);
      await browser.get(`/admin/users/${viewer.id}/disable`).expect(403);
      await browser.post(`/admin/users/${viewer.id}/disable`).expect(403);
    });
  });

  describe('tokens', () => {
    test('tokens are made, listed without their secret, used, and deleted at once', async () => {
      const browser = await entrance.signIn('admin');
      const json = { Accept: 'application/json' };
      const made = await browser
        .post('/auth/tokens')
        .set(json)
        .send({ name: 'reporting', scopes: ['users:read'], expires_in_days: 30 })
        .expect(201);
      expect(Object.keys(made.body)).toEqual(
        expect.arrayContaining(['id', 'name', 'token', 'scopes', 'expires_at']),
      );
      await get('/auth/users', made.body.token).expect(200);
      const list = await browser.get('/auth/tokens').set(json).expect(200);
      expect(JSON.stringify(list.body)).not.toContain(made.body.token);
      expect(
        list.body.tokens.find((one: { id: string }) => one.id === made.body.id).last_used_at,
      ).not.toBeNull();
      await browser.delete(`/auth/tokens/${made.body.id}`).set(json).expect(204);
      await get('/auth/users', made.body.token).expect(401);
      await browser.delete(`/auth/tokens/${made.body.id}`).set(json).expect(404);
      await browser
        .post('/auth/tokens')
        .set(json)
        .send({ name: '', scopes: ['root'], expires_in_days: 0 })
        .expect(400);
    });

    test('a token gets a new secret from whoever may hand on its scopes, and the old one is refused at once', async () => {
      const browser = await entrance.signIn('admin');
      const json = { Accept: 'application/json' };
      const { body: made } = await browser
        .post('/auth/tokens')
        .set(json)
        .send({ name: 'rotating', scopes: ['users:read'], expires_in_days: 30 })
        .expect(201);
      const rotate = (bearer: string) =>
        request(entrance.app).post(`/auth/tokens/${made.id}/rotate`).set('Authorization', `Bearer ${bearer}`);
      expect((await rotate(await entrance.token('tokens:write')).expect(403)).body.code).toBe(
        'scope_missing',
      );
      const { body: rotated } = await browser.post(`/auth/tokens/${made.id}/rotate`).set(json).expect(200);
      expect(rotated).toMatchObject({ id: made.id, name: 'rotating', rotated_at: expect.any(String) });
      await get('/auth/users', made.token).expect(401);
      await get('/auth/users', rotated.token).expect(200);
      await browser.post('/auth/tokens/nobody/rotate').set(json).expect(404);
      const { events } = await entrance.deps.audit.list({ action: 'token-rotate', limit: 1 });
      expect(events).toMatchObject([{ entrance: { token: { id: made.id, name: 'rotating' } } }]);
      await browser.delete(`/auth/tokens/${made.id}`).set(json).expect(204);
      await get('/auth/users', rotated.token).expect(401);
    });

    test('the list of tokens is paged, newest first', async () => {
      const lister = await entrance.token('tokens:write');
      const first = await get('/auth/tokens?limit=1', lister).expect(200);
      const second = await get(`/auth/tokens?limit=200&cursor=${first.body.next_cursor}`, lister).expect(200);
      const ids = [...first.body.tokens, ...second.body.tokens].map(({ id }: { id: string }) => id);
      expect(ids).toEqual([...ids].sort().reverse());
      expect(ids).toHaveLength((await entrance.deps.tokens.list()).length);
      expect(second.body.next_cursor).toBeNull();
      expect((await get('/auth/tokens?cursor=x', lister).expect(400)).body.detail).toContain('cursor');
      expect((await get('/auth/tokens?limit=201', lister).expect(400)).body.detail).toContain('limit');
    });

    test('a token can’t make one that may do more than itself', async () => {
      const maker = await entrance.token('tokens:write', 'users:read');
      const create = (scopes: string[]) =>
        request(entrance.app)
          .post('/auth/tokens')
          .set('Authorization', `Bearer ${maker}`)
          .send({ name: 'child', scopes, expires_in_days: 1 });
      await create(['*']).expect(403);
      await create(['users:write']).expect(403);
      await create(['users:read']).expect(201);
    });

    test('a token ends with the right of its maker', async () => {
      const browser = await entrance.signIn('admin');
      const { body: me } = await browser.get('/auth/me').set('Accept', 'application/json');
      const { body: made } = await browser
        .post('/auth/tokens')
        .set('Accept', 'application/json')
        .send({ name: 'mine', scopes: ['users:read'], expires_in_days: 1 });
      await get('/auth/users', made.token).expect(200);
      const writer = await entrance.token('users:write', 'admins:write');
      const setStatus = (status: string) =>
        request(entrance.app)
          .patch(`/auth/users/${me.id}`)
          .set('Authorization', `Bearer ${writer}`)
          .send({ status })
          .expect(200);
      await setStatus('disabled');
      await get('/auth/users', made.token).expect(401);
      await setStatus('active');
    });
  });
});
