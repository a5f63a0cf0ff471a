import { afterEach, describe, expect, test } from '@jest/globals';
import { startSimulatedMicrosoft } from '../../demo/simulator/simulator.js';
import {
  LOCAL_ADMIN,
  REDIRECT_URI,
  startTestEntrance,
  storeKinds,
  type TestEntrance,
} from '../support/entrance.js';

let entrance: TestEntrance;
afterEach(() => entrance.close());

const right = { email: LOCAL_ADMIN.email, password: LOCAL_ADMIN.password };
const wrong = { email: LOCAL_ADMIN.email, password: 'not the password' };
const submit = (credentials: Record<string, string>) =>
  entrance.browser().post('/admin/login').type('form').send(credentials);

describe.each(storeKinds)('the local administrator, on %s', (store) => {
  test('gets in with the password while Microsoft is down, which is noticed when it is back', async () => {
    const microsoft = await startSimulatedMicrosoft({ redirectUris: [REDIRECT_URI] });
    microsoft.faults.down = true;
    entrance = await startTestEntrance({ store, microsoft });
    const browser = entrance.browser();
    const begun = await browser.get('/auth/sso/login/entra').expect(303);
    expect(begun.headers.location).toBe('/admin/login?error=sso_unavailable');
    const page = await browser.get('/admin/login?error=sso_unavailable').expect(200);
    expect(page.text).toMatch(/<details[^>]*\bopen\b/);
    const landed = await browser
      .post('/admin/login')
      .type('form')
      .send({ ...right, next: '/admin/users?status=active' })
      .expect(303);
    expect(landed.headers.location).toBe('/admin/users?status=active');
    await browser.get('/admin/users').expect(200);

    microsoft.faults.down = false;
    entrance.pass(3_000);
    await entrance.signIn('admin');
    await microsoft.close();
  });

  test('is paused after five failures from one address, also with the right password', async () => {
    entrance = await startTestEntrance({ store });
    for (let failure = 0; failure < 5; failure += 1) await submit(wrong).expect(401);
    const paused = await submit(right).expect(429);
    expect(Number(paused.headers['retry-after'])).toBeGreaterThan(0);
    expect(paused.text).toContain('Too many attempts');
  });
});

describe('the local form', () => {
  test('keeps the email, never the password, and says what to do', async () => {
    entrance = await startTestEntrance();
    const page = await submit(wrong).expect(401);
    expect(page.text).toContain(`value="${LOCAL_ADMIN.email}"`);
    expect(page.text).not.toContain(wrong.password);
    expect(page.text).toContain('role="alert"');
  });

  test('answers an unknown account, a disabled one, one without a password and a mistyped one alike', async () => {
    entrance = await startTestEntrance();
    await entrance.addUser({ email: 'sso@contoso.com' });
    await entrance.addUser({
      email: 'off@contoso.com',
      provider: 'local',
      providerId: null,
      providerScope: null,
      status: 'disabled',
    });
    const answers = await Promise.all(
      ['nobody@contoso.com', 'off@contoso.com', 'sso@contoso.com', LOCAL_ADMIN.email].map(async (email) => {
        const answer = await submit({ email, password: 'not the password' });
        return { status: answer.status, text: withoutParticulars(answer.text, email) };
      }),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.status).toBe(401);
  });

  test('is refused from another site, and without a word of where it comes from', async () => {
    entrance = await startTestEntrance();
    const send = (headers: Record<string, string>) =>
      entrance.browser().post('/admin/login').unset('Sec-Fetch-Site').set(headers).type('form').send(right);
    await send({ 'Sec-Fetch-Site': 'cross-site' }).expect(403);
    await send({ 'Sec-Fetch-Site': 'same-site' }).expect(403);
    await send({ 'Sec-Fetch-Site': 'cross-site', Origin: 'http://localhost:8000' }).expect(403);
    await send({ Origin: 'http://evil.example' }).expect(403);
    await send({ Origin: 'null' }).expect(403);
    await send({}).expect(403);
    await send({ Origin: 'http://localhost:8000' }).expect(303);
    await send({ 'Sec-Fetch-Site': 'none' }).expect(303);
  });

  test('takes no password with SSO_PRESERVE_ADMIN_AUTH=false: off on the server, not merely hidden', async () => {
    entrance = await startTestEntrance({ settings: { SSO_PRESERVE_ADMIN_AUTH: 'false' } });
    expect((await entrance.browser().get('/admin/login').expect(200)).text).not.toContain('type="password"');
    const refused = await submit(right).expect(403);
    expect(refused.text).toContain('switched off');
    expect(refused.text).not.toContain('type="password"');
  });

  test('is all there is without single sign-on', async () => {
    entrance = await startTestEntrance({ settings: { SSO_ENABLED: 'false', SSO_ENTRA_ENABLED: 'false' } });
    const page = await entrance.browser().get('/admin/login').expect(200);
    expect(page.text).not.toContain('Continue with');
    expect(page.text).toContain('type="password"');
    const off = await entrance
      .browser()
      .get('/auth/sso/providers')
      .set('Accept', 'application/json')
      .expect(404);
    expect(off.body).toMatchObject({ detail: 'SSO authentication is disabled' });
  });

  test('needs both fields, and survives strange ones', async () => {
    entrance = await startTestEntrance();
    expect((await submit({}).expect(401)).text).toContain('Something is missing');
    await submit({ email: LOCAL_ADMIN.email, password: '' }).expect(401);
    await submit({ 'email[]': 'x', password: 'y' }).expect(401);
    await submit({ ...right, email: `${'a'.repeat(15_000)}` }).expect(401);
    await submit({ ...right, password: 'a'.repeat(200_000) }).expect(413);
  });
});

describe('the administrator’s account', () => {
  test('is created at the first start and never overwritten afterwards', async () => {
    const first = { ...right, password: 'a-first-one-for-29-kettles' };
    entrance = await startTestEntrance({
      store: 'Redis',
      settings: { PLATFORM_ADMIN_PASSWORD: first.password },
    });
    const { redis } = entrance;
    if (redis === undefined) throw new Error('no Redis');
    const again = await startTestEntrance({
      redis,
      microsoft: entrance.microsoft,
      settings: {
        PLATFORM_ADMIN_PASSWORD: 'another-strong-one-71-lamps',
        PLATFORM_ADMIN_FULL_NAME: 'Renamed',
      },
    });
    const answer = await again.browser().post('/admin/login').type('form').send(first);
    expect(answer.status).toBe(303);
    expect((await again.deps.directory.findByEmail(LOCAL_ADMIN.email))?.fullName).toBe(LOCAL_ADMIN.fullName);
    await again.close();
  });

  test('needs a password that isn’t weak', async () => {
    entrance = await startTestEntrance();
    await expect(
      startTestEntrance({ settings: { PLATFORM_ADMIN_PASSWORD: 'password1234' } }),
    ).rejects.toThrow();
  });
});

/** A page without what differs by request: the email that was typed and the reference. */
function withoutParticulars(text: string, email: string): string {
  return text.replaceAll(email, 'EMAIL').replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'REFERENCE');
}
