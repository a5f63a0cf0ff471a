import { afterAll, beforeAll, expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import type { User, UserChanges } from '#entrance/directory/directory.js';
import { withIdentity, withoutIdentity } from '#entrance/identity/linked-identities.js';
import { createSessionWriter, type SessionWriter, type SignInOrigin } from '#entrance/session/writing.js';
import { beginSession } from '#entrance/sign-in/begin-session.js';
import { cookieSetBy, startTestEntrance, type TestEntrance } from '../support/entrance.js';

let entrance: TestEntrance;
beforeAll(async () => {
  entrance = await startTestEntrance();
});
afterAll(() => entrance.close());

/** Begins a session for a user who is changed while it is being stored. */
async function beginWhile(user: User, changes: UserChanges, origin: SignInOrigin = {}) {
  const { deps } = entrance;
  const writer = createSessionWriter(entrance.config, deps.sessions, deps.clock);
  const sessionWriter: SessionWriter = {
    ...writer,
    async signIn(...args) {
      await writer.signIn(...args);
      await deps.directory.update(user, changes);
    },
  };
  const app = express().get('/', async (inner, response) => {
    const code = await beginSession(
      { ...deps, sessionWriter },
      inner,
      response,
      { user, before: user },
      origin,
    ).then(
      () => 'begun',
      (error: { code: string }) => error.code,
    );
    response.json({ code });
  });
  const answer = await request(app).get('/').expect(200);
  const cookie = cookieSetBy(answer, 'entrance-8000') ?? cookieSetBy(answer, 'entrance') ?? '';
  const me = await request(entrance.app)
    .get('/auth/me')
    .set('Cookie', cookie.split(';')[0] ?? '');
  return { code: answer.body.code, status: me.status };
}

test('a session that is stored while the address is taken over doesn’t assert that address', async () => {
  const user = await entrance.addUser();
  const emailDoubt = { since: '2026-01-01T00:00:00.000Z', reason: 'taken', other: null } as const;
  expect(await beginWhile(user, { emailDoubt })).toEqual({ code: 'sso_failed', status: 401 });
});

test('a session that is stored while the address becomes another one doesn’t assert the old one', async () => {
  const user = await entrance.addUser();
  expect(await beginWhile(user, { email: 'another@contoso.com' })).toEqual({
    code: 'sso_failed',
    status: 401,
  });
});

test('a session goes on through changes that it doesn’t carry', async () => {
  const user = await entrance.addUser();
  const changes = { lastLoginAt: '2026-01-01T00:00:00.000Z' };
  expect(await beginWhile(user, changes)).toEqual({ code: 'begun', status: 200 });
});

test('a session that is stored while its identity is unlinked doesn’t go on', async () => {
  const [first, further] = [
    { provider: 'okta', providerScope: 'https://acme.okta.com', providerId: '00u1' },
    { provider: 'github', providerScope: 'https://api.github.com', providerId: '1' },
  ] as const;
  const now = '2026-01-01T00:00:00.000Z';
  const user = await entrance.addUser(first);
  await entrance.deps.directory.update(user, withIdentity(user, further, now));
  const stored = await entrance.deps.directory.find(user.id);
  if (stored === undefined) throw new Error('no account');
  const unlinked = withoutIdentity(stored, further);
  expect(await beginWhile(stored, unlinked, { key: further })).toEqual({ code: 'sso_failed', status: 401 });
  const left = await entrance.deps.directory.find(user.id);
  if (left === undefined) throw new Error('no account');
  expect(await beginWhile(left, {}, { key: first })).toEqual({ code: 'begun', status: 200 });
});
