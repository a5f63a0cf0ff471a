import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { assembleEntrance } from '#entrance/entrance.js';
import { BASE_URL, startTestEntrance, storeKinds, type TestEntrance } from '../support/entrance.js';

describe.each(storeKinds)('a proxy that asks whether a request may pass, on %s', (store) => {
  let entrance: TestEntrance;
  beforeAll(async () => {
    entrance = await startTestEntrance({ store });
  });
  afterAll(() => entrance.close());

  const ask = (query = '') => request(entrance.app).get(`/auth/verify${query}`);
  const withToken = (token: string, query?: string) => ask(query).set('Authorization', `Bearer ${token}`);

  describe('about a session', () => {
    test('learns whose session it is, with roles and teams', async () => {
      const browser = await entrance.signIn('admin');
      const { body: me } = await browser.get('/auth/me').expect(200);
      const answer = await browser.get('/auth/verify').expect(204);
      expect(answer.headers).toMatchObject({
        'x-auth-request-user': me.id,
        'x-auth-request-email': me.email,
        'x-auth-request-roles': 'platform_admin',
        'x-auth-request-groups': '',
        'cache-control': 'no-store',
      });
      expect(answer.text).toBe('');
    });

    test('is told 401 where nobody is signed in, and once a session has ended', async () => {
      const nobody = await ask().expect(401);
      expect(nobody.body.code).toBe('not_signed_in');
      expect(nobody.headers['www-authenticate']).toBeDefined();
      const browser = await entrance.signIn('admin');
      await browser.get('/auth/verify').expect(204);
      await browser.post('/admin/logout').expect(303);
      await browser.get('/auth/verify').expect(401);
    });

    test('lets nobody pass who was disabled, though the end of their sessions is still under way', async () => {
      const browser = await entrance.signIn('no-role');
      const { body: me } = await browser.get('/auth/me').expect(200);
      const user = await entrance.deps.directory.find(me.id);
      if (user === undefined) throw new Error('somebody without a role');
      await entrance.deps.directory.update(user, { status: 'disabled' });
      await browser.get('/auth/verify').expect(401);
      const disabled = await entrance.deps.directory.find(me.id);
      if (disabled !== undefined) await entrance.deps.directory.update(disabled, { status: 'active' });
    });

    test.each([
      ['Bearer eyJhbGciOi.app.own', 204],
      ['Basic YXBwOm93bg==', 204],
      ['Bearer', 204],
      ['Bearer entrance_nonsense', 401],
      ['bearer entrance_', 401],
    ])('is told of a session by itself beside “%s” as %i', async (authorization, status) => {
      const browser = await entrance.signIn('admin');
      await browser.get('/auth/verify').set('Authorization', authorization).expect(status);
      await ask().set('Authorization', authorization).expect(401);
    });
  });

  describe('with a condition', () => {
    test('lets pass whoever is signed in, and with a condition who holds one of the roles', async () => {
      const browser = await entrance.signIn('no-role');
      expect((await browser.get('/auth/verify').expect(204)).headers['x-auth-request-roles']).toBe('');
      const refused = await browser.get('/auth/verify?role=platform_admin').accept('json').expect(403);
      expect(refused.body.code).toBe('no_access');
      const admin = await entrance.signIn('admin');
      await admin.get('/auth/verify?role=platform_admin').expect(204);
      await admin.get('/auth/verify?role=editor').expect(403);
      await admin.get('/auth/verify?role=editor&role=platform_admin').expect(204);
    });

    test.each(['?role=', '?role=editor&role=', '?roles=platform_admin', '?role[x]=platform_admin', '?rd=/'])(
      'lets nobody pass by %s, which is no condition',
      async (query) => {
        const admin = await entrance.signIn('admin');
        const { body } = await admin.get(`/auth/verify${query}`).accept('json').expect(400);
        expect(body).toMatchObject({ code: 'invalid_request', detail: expect.stringContaining('“role”') });
      },
    );

    test('heeds its condition in an app that has Express parse no queries', async () => {
      const app = express().set('query parser', false).use(assembleEntrance(entrance.deps).routes);
      const token = await entrance.token('verify');
      const asking = request(app).get('/auth/verify?role=platform_admin');
      await asking.set('Authorization', `Bearer ${token}`).expect(403);
    });
  });

  describe('about names that don’t fit into a header', () => {
    test('gets names that a header can’t hold in percent-encoding', async () => {
      const browser = await entrance.signIn('admin');
      const { body: me } = await browser.get('/auth/me').expect(200);
      const user = await entrance.deps.directory.find(me.id);
      if (user === undefined) throw new Error('the administrator');
      const createdAt = user.createdAt;
      for (const [id, name] of [
        ['one', 'Köln, 50% 🚀'],
        ['two', 'Platform Team'],
      ] as const)
        await entrance.deps.teams.create({ id, name, description: null, origin: 'manual', createdAt }, []);
      const teams = ['one', 'two'].map((name) => ({ name, origin: 'manual' as const }));
      await entrance.deps.directory.update(user, { teams });
      const { headers } = await browser.get('/auth/verify').expect(204);
      const groups = String(headers['x-auth-request-groups']);
      expect(groups).toBe('K%C3%B6ln%2C 50%25 %F0%9F%9A%80,Platform Team');
      expect(groups.split(',').map(decodeURIComponent)).toEqual(['Köln, 50% 🚀', 'Platform Team']);
    });

    test('leaves names out as a whole that take more than 8 KB, and says so', async () => {
      const browser = await entrance.signIn('no-role');
      const { body: me } = await browser.get('/auth/me').expect(200);
      const user = await entrance.deps.directory.find(me.id);
      if (user === undefined) throw new Error('somebody without a role');
      const longest = 'r'.repeat(8 * 1_024 - 3);
      const named = (...names: string[]) => names.map((name) => ({ name, origin: 'manual' as const }));
      const renewed = async (...names: string[]) => {
        const current = await entrance.deps.directory.find(me.id);
        if (current === undefined) throw new Error('somebody without a role');
        await entrance.deps.directory.update(current, { roles: named(...names) });
        return (await entrance.signIn('no-role')).get('/auth/verify').expect(204);
      };
      const fits = await renewed(longest, 'ab');
      expect(fits.headers['x-auth-request-roles']).toHaveLength(8 * 1_024);
      expect(fits.headers).not.toHaveProperty('x-auth-request-truncated');
      const tooLong = await renewed(longest, 'abc');
      expect(tooLong.headers).not.toHaveProperty('x-auth-request-roles');
      expect(tooLong.headers).toMatchObject({
        'x-auth-request-truncated': 'X-Auth-Request-Roles',
        'x-auth-request-groups': '',
        'x-auth-request-user': me.id,
      });
      const warnings = () => entrance.logged.filter((line) => line.includes('was left out')).length;
      const before = warnings();
      expect(before).toBe(1);
      await renewed(longest, 'abc');
      expect(warnings()).toBe(before);
      await renewed();
    });
  });

  describe('about a token', () => {
    test('lets a token pass that may, as who made it, with no role of the console that may do more than the token', async () => {
      const operators = await withToken(await entrance.token('verify')).expect(204);
      expect(operators.headers['x-auth-request-user']).toMatch(/^[\da-f-]{36}$/);
      expect(operators.headers).not.toHaveProperty('x-auth-request-email');
      expect(operators.headers['x-auth-request-roles']).toBe('');
      await withToken(await entrance.token('verify'), '?role=platform_viewer').expect(403);
      await withToken(await entrance.token('*'), '?role=platform_admin').expect(204);
      const reads = await entrance.token('verify', 'users:read', 'audit:read');
      expect((await withToken(reads)).headers['x-auth-request-roles']).toBe('platform_viewer');

      const admin = await entrance.signIn('admin');
      const { body: me } = await admin.get('/auth/me').expect(200);
      const made = async (...scopes: string[]) =>
        (await admin.post('/auth/tokens').send({ name: 'proxy', scopes, expires_in_days: 1 }).expect(201))
          .body.token;
      const limited = await withToken(await made('verify')).expect(204);
      expect(limited.headers).toMatchObject({
        'x-auth-request-user': me.id,
        'x-auth-request-email': me.email,
        'x-auth-request-roles': '',
      });
      await withToken(await made('*'), '?role=platform_admin').expect(204);
    });

    test('is refused for a token without the scope, whatever cookie is beside it', async () => {
      const browser = await entrance.signIn('admin');
      const token = await entrance.token('users:read');
      const answer = await browser
        .get('/auth/verify')
        .accept('json')
        .set('Authorization', `Bearer ${token}`)
        .expect(403);
      expect(answer.body.code).toBe('scope_missing');
    });
  });

  describe('with ?sign_in=redirect', () => {
    const asked = '/auth/verify?sign_in=redirect';
    const ofTraefik = {
      Accept: 'text/html',
      'Sec-Fetch-Mode': 'navigate',
      'X-Forwarded-Method': 'GET',
      'X-Forwarded-Uri': '/reports/7?tab=2&x=1',
    };
    test('a person’s window is sent to sign in, and back to exactly where it was', async () => {
      const { headers } = await request(entrance.app).get(asked).set(ofTraefik).expect(303);
      const location = new URL(String(headers.location));
      expect(location.origin + location.pathname).toBe(`${BASE_URL}/admin/login`);
      expect([...location.searchParams]).toEqual([['next', '/reports/7?tab=2&x=1']]);
    });

    test.each(['//elsewhere.example/', 'https://elsewhere.example/', '/\\elsewhere.example', ''])(
      'nobody is sent back to %s',
      async (uri) => {
        const { headers } = await request(entrance.app)
          .get(asked)
          .set({ ...ofTraefik, 'X-Forwarded-Uri': uri })
          .expect(303);
        expect(headers.location).toBe(`${BASE_URL}/admin/login`);
      },
    );

    test.each([
      ['a form', { ...ofTraefik, 'X-Forwarded-Method': 'POST' }],
      ['a script', { ...ofTraefik, 'Sec-Fetch-Mode': 'cors' }],
      ['a prefetch', { ...ofTraefik, 'Sec-Purpose': 'prefetch' }],
      ['a program', { Accept: '*/*' }],
      ['a wrong token', { ...ofTraefik, Authorization: 'Bearer entrance_nonsense' }],
    ])('%s is told 401', async (_, headers) => {
      await request(entrance.app).get(asked).set(headers).expect(401);
    });

    test('a signed-in person passes, and a person without the role gets 403', async () => {
      const browser = await entrance.signIn('no-role');
      await browser.get(asked).expect(204);
      await browser.get(`${asked}&role=platform_admin`).expect(403);
    });

    test('an app’s own query behind a path asks for nothing', async () => {
      await request(entrance.app).get('/auth/verify/?sign_in=redirect').set(ofTraefik).expect(401);
    });

    test('another value is no condition', async () => {
      await (await entrance.signIn('admin')).get('/auth/verify?sign_in=yes').expect(400);
    });
  });
});
