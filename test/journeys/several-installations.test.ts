import { afterEach, expect, test } from '@jest/globals';
import express, { type Express } from 'express';
import { pino } from 'pino';
import request from 'supertest';
import { createEntrance, type MountedEntrance } from '#entrance/index.js';

const EMAIL = 'admin@acmecorp.com';
const PASSWORD = 'nine purple ladders hum softly';
const FROM_OUR_PAGE = { 'Sec-Fetch-Site': 'same-origin' };

const opened: MountedEntrance[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((entrance) => entrance.close()));
});

interface Installation {
  readonly app: Express;
  /** Of `BASE_URL`. */
  readonly path: string;
}

async function install(baseUrl: string): Promise<Installation> {
  const settings = {
    BASE_URL: baseUrl,
    SESSION_SECRET: `a secret of ${baseUrl} that is long enough`,
    PLATFORM_ADMIN_EMAIL: EMAIL,
    PLATFORM_ADMIN_PASSWORD: PASSWORD,
    ALLOW_MEMORY_STORE: 'true',
  };
  const entrance = await createEntrance({ settings, log: pino({ level: 'silent' }) });
  opened.push(entrance);
  const { pathname } = new URL(baseUrl);
  return { app: express().use(entrance.routes), path: pathname === '/' ? '' : pathname };
}

/** A browser, which has one store of cookies for a host, whatever the port and, with our `Path=/`, whatever the path. */
function browserOfOneHost() {
  const jar = new Map<string, string>();
  return async ({ app, path }: Installation, method: 'get' | 'post', address: string, body: object = {}) => {
    const cookies = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const sent = request(app)
      [method](`${path}${address}`)
      .set({ ...FROM_OUR_PAGE, Cookie: cookies });
    const answer = await (method === 'post' ? sent.type('form').send(body) : sent);
    for (const line of answer.get('Set-Cookie') ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/expires=Thu, 01 Jan 1970/i.test(line) || value === '') jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  };
}

test.each([
  ['http://127.0.0.1:8173', 'http://127.0.0.1:8174'],
  ['https://gateway.harbour.example/console-a', 'https://gateway.harbour.example/console-b'],
  ['https://gateway.harbour.example', 'https://gateway.harbour.example/console'],
])('%s and %s don’t disturb each other in one browser', async (first, second) => {
  const [one, other] = [await install(first), await install(second)];
  const ask = browserOfOneHost();
  const signIn = (at: Installation) => ask(at, 'post', '/admin/login', { email: EMAIL, password: PASSWORD });

  expect((await signIn(one)).status).toBe(303);
  expect((await signIn(other)).status).toBe(303);
  expect((await ask(one, 'get', '/admin')).status).toBe(200);
  expect((await ask(other, 'get', '/admin')).status).toBe(200);

  expect((await ask(other, 'post', '/admin/theme', { theme: 'dark' })).status).toBe(303);
  expect((await ask(one, 'get', '/admin')).text).not.toContain('data-theme="dark"');
  expect((await ask(other, 'get', '/admin')).text).toContain('data-theme="dark"');

  expect((await ask(other, 'post', '/admin/logout')).status).toBe(303);
  expect((await ask(other, 'get', '/auth/me')).status).toBe(401);
  expect((await ask(one, 'get', '/auth/me')).status).toBe(200);
});
