import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createClient } from 'redis';
import request from 'supertest';
import type { AuditEvent } from '#entrance/audit/event.js';
import type { Grant } from '#entrance/identity/user.js';
import { type SimulatedMicrosoft, startSimulatedMicrosoft } from '../../demo/simulator/simulator.js';
import {
  LOCAL_ADMIN,
  REDIRECT_URI,
  startTestEntrance,
  storeKinds,
  type TestEntrance,
} from '../support/entrance.js';

const WRONG = { email: LOCAL_ADMIN.email, password: 'not the password' };
const EMAIL = { admin: 'amara.okafor@contoso.com', noRole: 'jonas.lindqvist@fabrikam.com' };

let microsoft: SimulatedMicrosoft;
let entrance: TestEntrance;
let seen: Set<string>;

beforeAll(async () => {
  microsoft = await startSimulatedMicrosoft({ redirectUris: [REDIRECT_URI] });
});
afterAll(() => microsoft.close());

/** The events since this was last asked, oldest first. */
async function news(): Promise<readonly AuditEvent[]> {
  const { events } = await entrance.deps.audit.list({ limit: 200 });
  const fresh = events.filter(({ event }) => !seen.has(event.id));
  for (const { event } of fresh) seen.add(event.id);
  return fresh.toReversed();
}

async function sessionsOf(email: string) {
  const user = await entrance.deps.directory.findByEmail(email);
  if (user === undefined) throw new Error('nobody');
  const listed = await entrance.deps.sessions.listOfUser(user.id);
  return { user, handles: listed.map(({ handle }) => handle) };
}

const actionsOf = (events: readonly AuditEvent[]) => events.map(({ event }) => event.action);

describe.each(storeKinds)('what is recorded, on %s', (store) => {
  beforeEach(async () => {
    seen = new Set();
    entrance = await startTestEntrance({ store, microsoft });
  });
  afterEach(async () => {
    expect((await entrance.deps.audit.verify()).problems).toEqual([]);
    await entrance.close();
  });

  describe('of accounts and sign-ins', () => {
    test('the creation of the local administrator, at the first start', async () => {
      const started = await startTestEntrance({
        ...{ store, microsoft },
        settings: { PLATFORM_ADMIN_PASSWORD: 'a-first-one-for-29-kettles' },
      });
      const { events } = await started.deps.audit.list({ limit: 10 });
      await started.close();
      expect(events).toMatchObject([
        {
          event: { action: 'administrator-create', outcome: 'success', category: ['iam'] },
          user: { target: { email: LOCAL_ADMIN.email, full_name: LOCAL_ADMIN.fullName } },
        },
      ]);
    });

    test('a first sign-in with Microsoft, a second one, and a sign-out', async () => {
      await news();
      const browser = await entrance.signIn('admin');
      const [creation, signIn, ...more] = await news();
      expect(more).toEqual([]);
      expect(creation).toMatchObject({
        event: { action: 'user-create', outcome: 'success' },
        user: { email: EMAIL.admin, target: { email: EMAIL.admin, full_name: 'Amara Okafor' } },
        entrance: { provider: 'entra', roles: { added: ['platform_admin'], removed: [] } },
      });
      expect(signIn).toMatchObject({
        event: { action: 'user-sign-in', outcome: 'success', category: ['authentication'], type: ['start'] },
        user: { id: expect.any(String), email: EMAIL.admin, full_name: 'Amara Okafor' },
        source: { ip: expect.stringContaining('127.0.0.1') },
        http: { request: { id: expect.any(String) } },
        organization: { id: entrance.microsoft.tenantId },
        entrance: { provider: 'entra' },
      });
      await browser.post('/admin/logout').expect(303);
      expect(await news()).toMatchObject([
        { event: { action: 'user-sign-out' }, user: { email: EMAIL.admin } },
      ]);
      await browser.post('/admin/logout').expect(303);
      expect(await news()).toEqual([]);

      await entrance.signIn('admin');
      expect(actionsOf(await news())).toEqual(['user-sign-in']);
    });

    test('roles that a sign-in changes, and the sessions that end by it', async () => {
      const first = await entrance.signIn('admin');
      const user = await entrance.deps.directory.findByEmail(EMAIL.admin);
      if (user === undefined) throw new Error('nobody');
      await entrance.deps.directory.update(user, { roles: [bySso('platform_viewer')] });
      await news();
      entrance.pass(60_000);
      await entrance.signIn('admin');
      expect(await news()).toMatchObject([
        {
          event: { action: 'user-roles-change' },
          user: { target: { id: user.id } },
          entrance: { roles: { added: ['platform_admin'], removed: ['platform_viewer'] } },
        },
        { event: { action: 'session-revoke', reason: 'roles_changed' }, entrance: { sessions: 1 } },
        { event: { action: 'user-sign-in' } },
      ]);
      await first.get('/admin').expect(303);
    });

    test('a refused sign-in, with its code and whoever tried', async () => {
      await news();
      const browser = entrance.browser();
      const callback = await entrance.callbackFor(browser, 'untrusted-domain');
      await browser.get(callback).expect(303);
      expect(await news()).toMatchObject([
        {
          event: { action: 'user-sign-in', outcome: 'failure', reason: 'domain_not_trusted' },
          user: { email: 'lena.fischer@adventure-works.com', full_name: 'Lena Fischer' },
          organization: { id: entrance.microsoft.tenantId },
        },
      ]);
      await browser.get('/auth/sso/callback/entra?state=x&code=y').expect(303);
      expect(await news()).toMatchObject([{ event: { outcome: 'failure', reason: 'transaction_invalid' } }]);
    });

    test('local sign-ins: failed, and locked out once; never what was typed beside an address', async () => {
      await news();
      const submit = (form: object) => entrance.browser().post('/admin/login').type('form').send(form);
      await submit({ email: 'hunter2 typed into the wrong field', password: 'x' }).expect(401);
      for (let failure = 0; failure < 5; failure += 1) await submit(WRONG).expect(401);
      for (let attempt = 0; attempt < 3; attempt += 1) await submit(WRONG).expect(429);
      const events = await news();
      expect(events.map(({ event }) => event.reason)).toEqual([
        ...Array.from({ length: 6 }, () => 'credentials_invalid'),
        'too_many_attempts',
      ]);
      expect(events[0]?.user).toBeUndefined();
      expect(events[1]?.user).toEqual({ email: LOCAL_ADMIN.email });
      expect(JSON.stringify(events)).not.toMatch(/hunter2|not the password/);
    });

    test('a local sign-in', async () => {
      await news();
      const form = { email: LOCAL_ADMIN.email, password: LOCAL_ADMIN.password };
      await entrance.browser().post('/admin/login').type('form').send(form).expect(303);
      expect(await news()).toMatchObject([
        { event: { action: 'user-sign-in', outcome: 'success' }, entrance: { provider: 'local' } },
      ]);
    });

    test('ten first sign-ins at once: one account is created', async () => {
      await news();
      const browsers = await Promise.all(
        Array.from({ length: 10 }, async () => {
          const browser = entrance.browser();
          return { browser, callback: await entrance.callbackFor(browser, 'no-role') };
        }),
      );
      await Promise.all(browsers.map(({ browser, callback }) => browser.get(callback)));
      const events = actionsOf(await news());
      expect(events.filter((action) => action === 'user-create')).toHaveLength(1);
      expect(events.filter((action) => action === 'user-sign-in')).toHaveLength(10);
    });
  });

  describe('of what administrators and programs do', () => {
    test('disabling and enabling, by whom, and the sessions that end', async () => {
      const admin = await entrance.signIn('admin');
      await entrance.signIn('no-role');
      const user = await entrance.deps.directory.findByEmail(EMAIL.noRole);
      await news();
      await admin.post(`/admin/users/${user?.id}/disable`).expect(303);
      const by = { email: EMAIL.admin, target: { id: user?.id, email: EMAIL.noRole } };
      expect(await news()).toMatchObject([
        { event: { action: 'user-disable', outcome: 'success' }, user: by },
        { event: { action: 'session-revoke', reason: 'user_disabled' }, user: by, entrance: { sessions: 1 } },
      ]);
      await admin.post(`/admin/users/${user?.id}/disable`).expect(303);
      expect(await news()).toEqual([]);
      await admin.post(`/admin/users/${user?.id}/enable`).expect(303);
      expect(await news()).toMatchObject([{ event: { action: 'user-enable' }, user: by }]);
    });

    test('sessions that somebody ends in the console: one, then all others', async () => {
      const admin = await entrance.signIn('admin');
      for (let device = 0; device < 3; device += 1) await entrance.signIn('no-role');
      const { user, handles } = await sessionsOf(EMAIL.noRole);
      const own = await sessionsOf(EMAIL.admin);
      await entrance.signIn('admin');
      await news();
      const by = { email: EMAIL.admin, target: { id: user.id, email: EMAIL.noRole } };
      const end = `/admin/users/${user.id}/sessions/${handles[0]}/end`;
      await admin.post(end).expect(303);
      const [one, ...more] = await news();
      expect(more).toEqual([]);
      expect(one).toMatchObject({
        event: { action: 'session-revoke', outcome: 'success' },
        user: by,
        entrance: { sessions: 1 },
      });
      expect(one?.event.reason).toBeUndefined();
      await admin.post(end).expect(303);
      expect(await news()).toEqual([]);

      await admin.post(`/admin/users/${user.id}/sessions/end`).expect(303);
      await admin.post(`/admin/users/${own.user.id}/sessions/end`).expect(303);
      expect(await news()).toMatchObject([
        { event: { action: 'session-revoke' }, user: by, entrance: { sessions: 2 } },
        {
          event: { action: 'session-revoke' },
          user: { target: { id: own.user.id } },
          entrance: { sessions: 1 },
        },
      ]);
      expect((await sessionsOf(EMAIL.noRole)).handles).toEqual([]);
      expect((await sessionsOf(EMAIL.admin)).handles).toEqual(own.handles);
    });

    test('sessions that a program ends: by which token', async () => {
      for (let device = 0; device < 3; device += 1) await entrance.signIn('no-role');
      const { user, handles } = await sessionsOf(EMAIL.noRole);
      const bearer = `Bearer ${await entrance.token('sessions:write')}`;
      const end = (path: string) =>
        request(entrance.app).delete(`/auth/users/${user.id}/sessions${path}`).set('Authorization', bearer);
      await news();
      await end(`/${handles[0]}`).expect(204);
      await end(`/${handles[0]}`).expect(404);
      await end('').expect(204);
      await end('').expect(204);
      const revoked = (sessions: number) => ({
        event: { action: 'session-revoke', outcome: 'success' },
        user: { target: { id: user.id, email: EMAIL.noRole } },
        entrance: { sessions, acting_token: { id: expect.any(String), name: 'test' } },
      });
      const events = await news();
      expect(events).toMatchObject([{ event: { action: 'token-use' } }, revoked(1), revoked(2)]);
      expect(events[1]?.user?.email).toBeUndefined();
    });

    test('API tokens: created, used at most once an hour, revoked', async () => {
      const admin = await entrance.signIn('admin');
      await news();
      const wanted = { name: 'reporting', scopes: ['users:read'], expires_in_days: 30 };
      const { body } = await admin
        .post('/auth/tokens')
        .set('Accept', 'application/json')
        .send(wanted)
        .expect(201);
      const use = () => request(entrance.app).get('/auth/users').set('Authorization', `Bearer ${body.token}`);
      await use().expect(200);
      entrance.pass(59 * 60_000);
      await use().expect(200);
      await admin.delete(`/auth/tokens/${body.id}`).set('Accept', 'application/json').expect(401); // idle by now
      const again = await entrance.signIn('admin');
      await again.delete(`/auth/tokens/${body.id}`).set('Accept', 'application/json').expect(204);
      await again.delete(`/auth/tokens/${body.id}`).set('Accept', 'application/json').expect(404);
      const events = await news();
      const token = { id: body.id, name: 'reporting' };
      expect(events).toMatchObject([
        { event: { action: 'token-create' }, user: { email: EMAIL.admin }, entrance: { token } },
        { event: { action: 'token-use' }, entrance: { token, acting_token: token } },
        { event: { action: 'user-sign-in' } },
        { event: { action: 'token-revoke' }, user: { email: EMAIL.admin }, entrance: { token } },
      ]);
      expect(JSON.stringify(events)).not.toContain(body.token);
    });
  });
});

describe('where an event can’t be stored', () => {
  let redis: ReturnType<typeof createClient>;
  beforeAll(async () => {
    entrance = await startTestEntrance({ store: 'Redis', microsoft });
    redis = createClient({ url: entrance.redis?.url ?? '' });
    await redis.connect();
  });
  afterAll(async () => {
    redis.destroy();
    await entrance.close();
  });

  test('what it tells of doesn’t happen', async () => {
    const admin = await entrance.signIn('admin');
    const user = await entrance.addUser({ email: 'grace@fabrikam.com' });
    const writer = await entrance.token('users:write', 'tokens:write');
    const asWriter = { Authorization: `Bearer ${writer}`, Accept: 'application/json' };
    const { body: made } = await request(entrance.app)
      .post('/auth/tokens')
      .set(asWriter)
      .send({ name: 'kept', scopes: ['users:write'], expires_in_days: 1 })
      .expect(201);
    const callback = await entrance.callbackFor(entrance.browser(), 'no-role');
    await redis.del('entrance:{directory}:audit:waiting');
    await redis.set('entrance:{directory}:audit:waiting', 'no list');

    await admin.post(`/admin/users/${user.id}/disable`).expect(500);
    await request(entrance.app)
      .patch(`/auth/users/${user.id}`)
      .set(asWriter)
      .send({ status: 'disabled' })
      .expect(500);
    expect(await entrance.deps.directory.find(user.id)).toEqual(user);

    const wanted = { name: 'reporting', scopes: ['users:write'], expires_in_days: 30 };
    await request(entrance.app).post('/auth/tokens').set(asWriter).send(wanted).expect(500);
    await request(entrance.app).delete(`/auth/tokens/${made.id}`).set(asWriter).expect(500);
    const tokens = await entrance.deps.tokens.list();
    expect(tokens.map(({ name }) => name).sort()).toEqual(['kept', 'test']);

    const { email, password } = LOCAL_ADMIN;
    const local = await entrance
      .browser()
      .post('/admin/login')
      .type('form')
      .send({ email, password })
      .expect(500);
    expect(local.headers['set-cookie'] ?? []).not.toContainEqual(expect.stringMatching(/^entrance-8000=/));
    expect(callback).toContain('/auth/sso/callback/entra');
    await expect(entrance.signIn('no-role')).rejects.toThrow();
    expect(await entrance.deps.directory.findByEmail(EMAIL.noRole)).toBeUndefined();

    const own = await sessionsOf(EMAIL.admin);
    const sessions = `users/${own.user.id}/sessions`;
    const [handle] = own.handles;
    await admin.delete(`/auth/${sessions}`).set('Accept', 'application/json').expect(500);
    await admin.delete(`/auth/${sessions}/${handle}`).set('Accept', 'application/json').expect(500);
    await admin.post(`/admin/${sessions}/${handle}/end`).expect(500);
    expect((await sessionsOf(EMAIL.admin)).handles).toEqual(own.handles);

    await admin.post('/admin/logout').expect(303);
    await admin.get('/admin/users').expect(303);
    expect(entrance.logged.join('')).toContain('a sign-out could not be recorded');

    const refused = await entrance.browser().post('/admin/login').type('form').send(WRONG).expect(401);
    expect(refused.text).toContain('don’t match');
    expect(entrance.logged.join('')).toContain('a refused sign-in could not be recorded');
  });
});

function bySso(name: string): Grant {
  const sources = [{ kind: 'app_role', value: name }] as const;
  return { name, origin: 'sso', sources, confirmedAt: '2026-01-01T00:00:00.000Z' };
}
