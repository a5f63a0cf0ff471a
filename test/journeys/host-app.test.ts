import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import express, { type Express, type RequestHandler } from 'express';
import request from 'supertest';
import { assembleEntrance } from '#entrance/entrance.js';
import { createEntrance, type Entrance, serverOptions } from '#entrance/index.js';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';

describe('mounted in a host app', () => {
  let entrance: TestEntrance;
  let app: Express;
  beforeAll(async () => {
    entrance = await startTestEntrance();
    const { routes, requireRole } = assembleEntrance(entrance.deps);
    app = express();
    app.use(routes);
    app.get('/page', (_request, response) => response.send('ours'));
    app.get('/reports', requireRole('platform_admin'), (_request, response) => response.send('for admins'));
  });
  afterAll(() => entrance.close());

  const cookieOf = async (persona: string) => {
    const visitor = request.agent(entrance.app);
    const done = await visitor.get(await entrance.callbackFor(visitor, persona)).expect(303);
    return String(done.headers['set-cookie']).match(/entrance-8000=[^;]+/)?.[0] ?? '';
  };

  describe('request.user', () => {
    const admin = {
      id: expect.any(String),
      email: 'amara.okafor@contoso.com',
      fullName: 'Amara Okafor',
      roles: ['platform_admin'],
    };
    const tell: RequestHandler = (request, response) =>
      void response.json({ user: Reflect.get(request, 'user') ?? null });
    const askedBy = async (host: Express, path = '/reports') =>
      (
        await request(host)
          .get(path)
          .set('Cookie', await cookieOf('admin'))
          .expect(200)
      ).body.user;
    let requireRole: Entrance['requireRole'];
    beforeAll(() => {
      ({ requireRole } = assembleEntrance(entrance.deps));
    });

    test('is who is signed in, in that request alone', async () => {
      const host = express().get('/reports', requireRole('platform_admin'), tell).get('/public', tell);
      expect(await askedBy(host)).toEqual(admin);
      expect(await askedBy(host, '/public')).toBeNull();
    });

    test('is the same behind a server that makes requests for the app', async () => {
      const host = express().get('/reports', requireRole('platform_admin'), tell).get('/public', tell);
      const server = createServer(serverOptions(host), host);
      const cookie = await cookieOf('admin');
      const asked = async (path: string) => (await request(server).get(path).set('Cookie', cookie)).body.user;
      expect(await asked('/reports')).toEqual(admin);
      expect(await asked('/public')).toBeNull();
    });

    test('is there in the app around the one that guards', async () => {
      const inner = express().use(requireRole('platform_admin'));
      expect(await askedBy(express().use(inner).get('/reports', tell))).toEqual(admin);
    });

    test.each<[string, RequestHandler]>([
      [
        'set',
        (request, _response, next) => {
          Object.assign(request, { user: { id: 'another' } });
          next();
        },
      ],
      [
        'defined',
        (request, _response, next) => {
          Object.defineProperty(request, 'user', { value: { id: 'another' }, writable: true });
          next();
        },
      ],
    ])('replaces what other middleware has %s', async (_how, middleware) => {
      expect(
        await askedBy(express().get('/reports', middleware, requireRole('platform_admin'), tell)),
      ).toEqual(admin);
    });

    test('can be set by other middleware in other apps', async () => {
      const other: RequestHandler = (request, _response, next) => {
        Object.assign(request, { user: { id: 'another' } });
        next();
      };
      expect(await askedBy(express().get('/reports', other, tell))).toMatchObject({ id: 'another' });
    });
  });

  test('its own pages keep their own headers', async () => {
    const { headers } = await request(app).get('/page').expect(200, 'ours');
    expect(headers).not.toHaveProperty('content-security-policy');
    expect(headers).not.toHaveProperty('cache-control');
    expect(headers).not.toHaveProperty('x-request-id');
  });

  test('a guarded page keeps its headers too, and stays out of caches', async () => {
    const { headers } = await request(app)
      .get('/reports')
      .set('Cookie', await cookieOf('admin'))
      .expect(200, 'for admins');
    expect(headers).not.toHaveProperty('content-security-policy');
    expect(headers['cache-control']).toBe('no-store');
  });

  test.each([
    ['nobody', undefined, 'text/html', 303],
    ['nobody', undefined, 'application/json', 401],
    ['somebody without the role', 'no-role', 'text/html', 403],
  ])('what %s is answered in place of it has our headers', async (_who, persona, accept, status) => {
    const cookie = persona === undefined ? '' : await cookieOf(persona);
    const { headers } = await request(app)
      .get('/reports')
      .set('Accept', accept)
      .set('Cookie', cookie)
      .expect(status);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['cache-control']).toBe('no-store');
    expect(headers).toHaveProperty('x-request-id');
  });

  test.each(['/admin/login', '/Admin/Login', '/auth/sso/providers'])('our own %s is found', async (path) => {
    const { headers } = await request(app).get(path).expect(200);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
  });

  test('a path that only begins like ours is the host app’s', async () => {
    const { headers } = await request(app).get('/administration').expect(404);
    expect(headers).not.toHaveProperty('x-request-id');
  });
});

test('without settings it says what to pass', async () => {
  // @ts-expect-error as JavaScript would call it
  await expect(createEntrance({})).rejects.toThrow('needs settings');
});
