import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import express, { type Express } from 'express';
import request from 'supertest';
import { assembleEntrance } from '#entrance/entrance.js';
import { createEntrance } from '#entrance/index.js';
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
    return String(done.headers['set-cookie']).match(/entrance=[^;]+/)?.[0] ?? '';
  };

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
