import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { LOCAL_ADMIN, startTestEntrance, type TestEntrance } from '../support/entrance.js';

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

const sessionCookie = async (entrance: TestEntrance, persona: string) => {
  const browser = entrance.browser();
  const landed = await browser.get(await entrance.callbackFor(browser, persona)).expect(303);
  return String(landed.headers['set-cookie']).match(/entrance-8000=[^;]+/)?.[0] ?? '';
};

test('two instances on one Redis share sessions and users', async () => {
  const cookie = await sessionCookie(one, 'admin');
  const page = await other.browser().get('/admin').set('Cookie', cookie).expect(200);
  expect(page.text).toContain('Amara Okafor');
});

test('a sign-in that began at one instance is completed at the other', async () => {
  const begun = await one.browser().get('/auth/sso/login/entra').expect(302);
  const { signInThrough } = await import('../support/microsoft.js');
  const { pathname, search } = await signInThrough(String(begun.headers.location), 'admin');
  const cookies = (begun.headers['set-cookie'] as unknown as string[])
    .map((line) => line.split(';')[0])
    .join('; '); // supertest gives an array
  const landed = await other
    .browser()
    .get(pathname + search)
    .set('Cookie', cookies)
    .expect(303);
  expect(landed.headers.location).toBe('/admin');
});

test('who is disabled at one instance is out at the other at once', async () => {
  const cookie = await sessionCookie(one, 'no-role');
  const me = await other
    .browser()
    .get('/auth/me')
    .set({ Cookie: cookie, Accept: 'application/json' })
    .expect(200);
  const admin = await one.signIn('admin');
  await admin.post(`/admin/users/${me.body.id}/disable`).expect(303);
  await other.browser().get('/auth/me').set({ Cookie: cookie, Accept: 'application/json' }).expect(401);
});

test('failed passwords count together', async () => {
  const guess = (entrance: TestEntrance) =>
    entrance
      .browser()
      .post('/admin/login')
      .type('form')
      .send({ email: LOCAL_ADMIN.email, password: 'wrong wrong wrong' });
  for (const entrance of [one, other, one, other, one]) await guess(entrance).expect(401);
  await guess(other).expect(429);
});
