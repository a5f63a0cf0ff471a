import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { uuidv7 } from '#entrance/identity/uuid.js';
import { LOCAL_ADMIN, startTestEntrance, storeKinds, type TestEntrance } from '../support/entrance.js';

const DAY_MS = 86_400_000;

describe.each(storeKinds)('the dashboard, with the store in %s', (store) => {
  let entrance: TestEntrance;
  beforeAll(async () => {
    entrance = await startTestEntrance({
      store,
      settings: {
        MAX_FAILED_LOGIN_ATTEMPTS: '1',
        SSO_ENTRA_CLIENT_SECRET_EXPIRES: new Date(Date.now() + 5.5 * DAY_MS).toISOString().slice(0, 10),
      },
    });
  });
  afterAll(() => entrance.close());

  const tryPassword = (email: string) =>
    entrance.browser().post('/admin/login').type('form').send({ email, password: 'not the password' });

  test('shows who is signed in, the sign-ins by outcome, what needs attention, and the last events', async () => {
    const longAgo = new Date(Date.now() - 91 * DAY_MS).toISOString();
    await entrance.addUser({ id: uuidv7(1), fullName: 'Away Long', lastLoginAt: longAgo });
    await entrance.addUser({ id: uuidv7(2), fullName: 'Never Here', lastLoginAt: null });
    await entrance.addUser({ id: uuidv7(3), fullName: 'Who Waits', status: 'pending' });
    await tryPassword(LOCAL_ADMIN.email).expect(401);
    await tryPassword('nobody@contoso.com').expect(401);
    const admin = await entrance.signIn('admin');
    await entrance.signIn('admin');

    const { text } = await admin.get('/admin').expect(200);
    const words = text.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
    expect(words).toContain('Signed in now 2 sessions');
    expect(words).toContain('2 of 4 sign-ins succeeded in the last 30 days, 2 were refused.');
    expect(words).toMatch(/The secret for Microsoft expires in [45] days\. Setup/);
    expect(words).toContain('1 person waits for approval. Approvals');
    expect(words).toContain('2 accounts are throttled after too many wrong passwords.');
    expect(words).toContain('1 person hasn’t signed in for 90 days.');
    expect(words).toContain('Amara Okafor signed in with Microsoft');
    expect(words).toContain('of root@contoso.com with a password was refused');
    expect(text).toContain('<a href="/admin" aria-current="page">Dashboard</a>');
    expect(text).toMatch(
      /<time datetime="[\d-]{10}">[^<]+<\/time><\/td><td data-label="Signed in">2<\/td><td data-label="Refused">2</,
    );
  });

  test('reads no more than it shows, however much has happened', async () => {
    const { audit, directory, sessions } = entrance.deps;
    const untouched = ['everybody', 'list'] as const;
    const before = untouched.map((name) => directory[name]);
    const scans: string[] = [];
    for (const name of untouched) Object.assign(directory, { [name]: () => scans.push(name) });
    const exported = audit.export;
    Object.assign(audit, { export: () => scans.push('export') });
    const listed = audit.list;
    const asked: number[] = [];
    Object.assign(audit, {
      list: (query: Parameters<typeof listed>[0]) => {
        asked.push(query.limit);
        return listed(query);
      },
    });
    const admin = await entrance.signIn('admin');
    await admin.get('/admin').expect(200);
    Object.assign(directory, Object.fromEntries(untouched.map((name, index) => [name, before[index]])));
    Object.assign(audit, { export: exported, list: listed });
    expect(scans).toEqual([]);
    expect(asked).toEqual([8]);
    expect((await sessions.list({ limit: 1 })).sessions).toHaveLength(1);
  });

  test('is a viewer’s too, without the way to Setup', async () => {
    entrance.microsoft.addPersona({
      id: 'watcher',
      name: 'Wanda Watcher',
      email: 'wanda.watcher@contoso.com',
      oid: '9b1b7c52-3d0e-4b5b-9a57-0d7c5f1b8e77',
      username: 'wanda.watcher@contoso.com',
      story: '',
    });
    await entrance.addUser({
      email: 'wanda.watcher@contoso.com',
      providerId: '9b1b7c52-3d0e-4b5b-9a57-0d7c5f1b8e77',
      roles: [{ name: 'platform_viewer', origin: 'manual' }],
    });
    const { text } = await (await entrance.signIn('watcher')).get('/admin').expect(200);
    expect(text).toContain('Needs attention');
    expect(text).not.toContain('/admin/setup');
  });
});
