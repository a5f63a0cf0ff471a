import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { AdmitAnswer, SignedIn, SignedOut, SignInAttempt, UserCreated } from '#entrance/extensions.js';
import { LOCAL_ADMIN, startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { signInThrough } from '../support/microsoft.js';

let entrance: TestEntrance;
let answer: () => AdmitAnswer | Promise<AdmitAnswer> = () => true;
const attempts: SignInAttempt[] = [];
const signedIn: SignedIn[] = [];
const created: UserCreated[] = [];
const signedOut: SignedOut[] = [];

beforeAll(async () => {
  entrance = await startTestEntrance({
    extensions: {
      admit(attempt) {
        attempts.push(attempt);
        return answer();
      },
      onSignIn: (event) => signedIn.push(event),
      onUserCreated: (event) => created.push(event),
      onSignOut: (event) => signedOut.push(event),
    },
  });
});
afterAll(() => entrance.close());
beforeEach(() => {
  answer = () => true;
  for (const list of [attempts, signedIn, created, signedOut]) list.length = 0;
});

const people = () => entrance.deps.directory.count();
const refusal = async (persona: string) => {
  const browser = entrance.browser();
  const refused = await browser.get(await entrance.callbackFor(browser, persona)).expect(303);
  const location = String(refused.headers.location);
  return { location, page: (await browser.get(location).expect(200)).text };
};
const byPassword = () =>
  entrance
    .browser()
    .post('/admin/login')
    .type('form')
    .send({ email: LOCAL_ADMIN.email, password: LOCAL_ADMIN.password });

test('a person whom the host app refuses gets no account, and reads its text and its code', async () => {
  const before = await people();
  answer = () => ({ text: 'All <b>seats</b> are taken. Ask Kim for one.', code: 'seats-7' });
  const { location, page } = await refusal('admin');
  expect(location).toContain('error=not_admitted');
  expect(page).toContain('All &lt;b&gt;seats&lt;/b&gt; are taken. Ask Kim for one.');
  expect(page).toContain('seats-7');
  expect(await people()).toBe(before);
  expect({ signedIn, created }).toEqual({ signedIn: [], created: [] });
  const { events } = await entrance.deps.audit.list({ limit: 1 });
  expect(events[0]?.event).toMatchObject({
    action: 'user-sign-in',
    outcome: 'failure',
    reason: 'not_admitted',
  });
  expect(events[0]?.entrance).toMatchObject({ host_code: 'seats-7' });
});

test('nobody is admitted while the host app’s check fails', async () => {
  const before = await people();
  answer = () => Promise.reject(new Error('no connection to the seats'));
  const { location, page } = await refusal('admin');
  expect(location).toContain('error=admission_failed');
  expect(page).not.toContain('no connection to the seats');
  expect(await people()).toBe(before);
  expect(entrance.logged.join('')).toContain('no connection to the seats');
});

test('the host app isn’t asked about a person whom we refuse', async () => {
  const { location } = await refusal('other-tenant');
  expect(location).toContain('error=');
  expect(attempts).toEqual([]);
});

test('a first sign-in is asked about, creates a user, and is told', async () => {
  const browser = await entrance.signIn('admin');
  expect(attempts).toMatchObject([
    {
      purpose: 'sign-in',
      provider: 'entra',
      user: undefined,
      identity: { email: 'amara.okafor@contoso.com' },
    },
  ]);
  const user = { email: 'amara.okafor@contoso.com', roles: ['platform_admin'], status: 'active' };
  expect(created).toMatchObject([{ user, provider: 'entra' }]);
  expect(signedIn).toMatchObject([{ user, provider: 'entra', isNew: true }]);

  await browser.post('/admin/logout').expect(303);
  expect(signedOut).toMatchObject([
    { user: { email: 'amara.okafor@contoso.com', roles: ['platform_admin'] }, provider: 'entra' },
  ]);

  await entrance.signIn('admin');
  expect(attempts[1]).toMatchObject({ user: { id: signedIn[0]?.user.id, roles: ['platform_admin'] } });
  expect(signedIn[1]).toMatchObject({ isNew: false });
  expect(created).toHaveLength(1);
});

test('a password is asked about after it was right, and not before', async () => {
  answer = () => ({ text: 'Not from here.' });
  const wrong = entrance
    .browser()
    .post('/admin/login')
    .type('form')
    .send({ email: LOCAL_ADMIN.email, password: 'not the password' });
  await wrong.expect(401);
  expect(attempts).toEqual([]);
  const refused = await byPassword().expect(403);
  expect(refused.text).toContain('Not from here.');
  expect(refused.headers['set-cookie'] ?? []).not.toContainEqual(expect.stringMatching(/^entrance-8000=./));
  expect(attempts).toMatchObject([
    { provider: 'local', identity: undefined, user: { email: LOCAL_ADMIN.email } },
  ]);
  answer = () => true;
  await byPassword().expect(303);
  expect(signedIn).toMatchObject([{ provider: 'local', isNew: false }]);
});

test('a further way to sign in is asked about too', async () => {
  const browser = entrance.browser();
  await browser
    .post('/admin/login')
    .type('form')
    .send({ email: LOCAL_ADMIN.email, password: LOCAL_ADMIN.password })
    .expect(303);
  answer = () => ({ text: 'Passwords only.' });
  const page = await browser.post('/admin/account/link/entra').expect(200);
  const href = /url=(.+)/.exec(String(page.headers.refresh))?.[1] ?? '';
  const { microsoft } = entrance;
  const back = await signInThrough(href.replace(microsoft.authority, microsoft.address), 'admin');
  await browser.get(back.pathname + back.search).expect(303);
  expect(attempts).toMatchObject([
    { provider: 'local' },
    { purpose: 'link', provider: 'entra', user: { email: LOCAL_ADMIN.email } },
  ]);
  expect((await browser.get('/admin/account').expect(200)).text).toContain('Passwords only.');
  const admin = await entrance.deps.directory.findByEmail(LOCAL_ADMIN.email);
  expect(admin?.provider).toBe('local');
});
