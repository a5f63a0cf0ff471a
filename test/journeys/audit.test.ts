import { once } from 'node:events';
import { createServer, get as httpGet, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createClient } from 'redis';
import request from 'supertest';
import { createApp } from '#entrance/app.js';
import type { AuditEvent } from '#entrance/audit/event.js';
import type { Grant } from '#entrance/identity/user.js';
import { LOCAL_ADMIN, startTestEntrance, storeKinds, type TestEntrance } from '../support/entrance.js';
import { wordsOf } from '../support/words-of.js';

const WRONG = { email: LOCAL_ADMIN.email, password: 'not the password' };
const EMAIL = { admin: 'amara.okafor@contoso.com', noRole: 'jonas.lindqvist@fabrikam.com' };

let entrance: TestEntrance;
let seen: Set<string>;

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
    entrance = await startTestEntrance({ store });
  });
  afterEach(async () => {
    expect((await entrance.deps.audit.verify()).problems).toEqual([]);
    await entrance.close();
  });

  test('the creation of the local administrator, at the first start', async () => {
    expect(await news()).toMatchObject([
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

describe('where an event can’t be stored', () => {
  let redis: ReturnType<typeof createClient>;
  beforeAll(async () => {
    entrance = await startTestEntrance({ store: 'Redis' });
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

describe.each(storeKinds)('GET /auth/audit, on %s', (store) => {
  let token: string;
  beforeAll(async () => {
    entrance = await startTestEntrance({ store });
    token = await entrance.token('audit:read');
    await entrance.signIn('admin');
    await entrance.signIn('no-role');
    await entrance.browser().post('/admin/login').type('form').send(WRONG).expect(401);
  });
  afterAll(() => entrance.close());

  const get = (query = '', accept = 'application/json', bearer = token) =>
    request(entrance.app)
      .get(`/auth/audit${query}`)
      .set('Authorization', `Bearer ${bearer}`)
      .set('Accept', accept)
      .buffer(true)
      .parse((response, done) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => done(null, text));
      });
  const json = async (query: string) => JSON.parse((await get(query).expect(200)).body);

  test('answers newest first, page by page', async () => {
    const all = await json('');
    expect(all.next_cursor).toBeNull();
    expect(all.events.length).toBeGreaterThan(5);
    const found: AuditEvent[] = [];
    for (let cursor = ''; ; ) {
      const page = await json(`?limit=2${cursor}`);
      found.push(...page.events);
      if (page.next_cursor === null) break;
      cursor = `&cursor=${page.next_cursor}`;
    }
    expect(found).toEqual(all.events);
    const numbers = found.map(({ event }) => event.sequence);
    expect(numbers).toEqual([...numbers].sort((one, other) => other - one));
  });

  test('filters by action, outcome, person and time', async () => {
    const count = async (query: string) => (await json(query)).events.length;
    expect(await count('?action=user-create')).toBe(2);
    expect(await count('?outcome=failure')).toBe(1);
    expect(await count(`?user=${EMAIL.noRole.toUpperCase()}`)).toBe(2);
    expect(await count('?from=2020-01-01&action=user-create')).toBe(2);
    expect(await count('?to=2020-01-01')).toBe(0);
    expect(await count(`?to=${new Date().toISOString().slice(0, 10)}&action=user-create`)).toBe(2);
  });

  test.each([
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['cursor=x', 'cursor'],
    ['action=other', 'action'],
    ['outcome=maybe', 'outcome'],
    ['from=yesterday', 'from'],
    ['to=2026-13-01', 'to'],
  ])('refuses ?%s and names it', async (query, parameter) => {
    for (const accept of ['application/json', ...(/limit|cursor/.test(query) ? [] : ['text/csv'])]) {
      const answer = await get(`?${query}`, accept).expect(400);
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(JSON.parse(answer.body).detail).toContain(`${parameter}: `);
    }
  });

  test('is for administrators, viewers and tokens with the scope', async () => {
    await get('', 'application/json', await entrance.token('users:read')).expect(403);
    await request(entrance.app).get('/auth/audit').expect(401);
    const admin = await entrance.signIn('admin');
    await admin.get('/auth/audit').set('Accept', 'application/json').expect(200);
    const user = await entrance.addUser({ roles: [{ name: 'platform_viewer', origin: 'manual' }] });
    const [oid, { email, fullName: name }] = [user.providerId ?? '', user];
    entrance.microsoft.addPersona({ id: 'viewer', name, story: '', oid, username: email, email });
    const viewer = await entrance.signIn('viewer');
    await viewer.get('/auth/audit').set('Accept', 'application/json').expect(200);
    await viewer.get('/admin/audit').expect(200);
    const nobody = await entrance.signIn('no-role');
    await nobody.get('/auth/audit').set('Accept', 'text/csv').expect(403);
  });

  test('streams NDJSON, a line for each event', async () => {
    const answer = await get('?action=user-create', 'application/x-ndjson').expect(200);
    expect(answer.headers['content-type']).toMatch(/^application\/x-ndjson/);
    const lines = String(answer.body).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual((await json('?action=user-create')).events);
  });

  test('streams CSV in which no cell is a formula', async () => {
    await entrance.deps.audit.record({
      action: 'user-update',
      by: { user: { email: '=HYPERLINK("http://evil")' }, userAgent: '@SUM(1)', requestId: '-1+1' },
      changes: { fullName: '+1,2\n"x"' },
    });
    const answer = await get('?action=user-update', 'text/csv').expect(200);
    expect(answer.headers['content-type']).toMatch(/^text\/csv/);
    expect(answer.headers['content-disposition']).toContain('audit.csv');
    expect(answer.body).toContain(`"'=HYPERLINK(""http://evil"")"`);
    expect(answer.body).toContain(`"'+1,2 ""x"""`);
    expect(answer.body).toContain(`,'@SUM(1),'-1+1,`);
    const [header = ''] = String(answer.body).split('\r\n');
    expect(header).toMatch(/^event\.sequence,timestamp,event\.action,event\.outcome/);
  });

  test('the console tells it in sentences, filters and exports', async () => {
    const admin = await entrance.signIn('admin');
    const page = await admin.get('/admin/audit').expect(200);
    expect(wordsOf(page.text)).toContain('Amara Okafor signed in with Microsoft');
    expect(wordsOf(page.text)).toContain(`A sign-in of ${LOCAL_ADMIN.email} with a password was refused`);
    const filtered = await admin.get(`/admin/audit?user=${EMAIL.noRole}&action=user-create`).expect(200);
    expect(wordsOf(filtered.text)).toContain('An account was created for Jonas Lindqvist');
    expect(wordsOf(filtered.text)).not.toContain('Amara Okafor signed in');
    const href = /href="([^"]*\/export\/csv[^"]*)"/.exec(filtered.text)?.[1] ?? '';
    const file = await admin.get(href.replaceAll('&#38;', '&').replaceAll('&amp;', '&')).expect(200);
    expect(file.text.trimEnd().split('\r\n')).toHaveLength(2);
    await admin.get('/admin/audit/export/xml').expect(404);
    await admin.get('/admin/audit?from=yesterday').expect(400);
    await (await entrance.signIn('no-role')).get('/admin/audit').expect(403);
  });
});

test('an export waits for a slow reader instead of piling up', async () => {
  entrance = await startTestEntrance();
  const token = await entrance.token('audit:read');
  const [event] = (await entrance.deps.audit.list({ limit: 1 })).events;
  if (event === undefined) throw new Error('no event');
  const piece = Array.from({ length: 200 }, () => event);
  const pieces = 300;
  let given = 0;
  const audit = {
    ...entrance.deps.audit,
    async *export() {
      for (; given < pieces; given += 1) yield piece;
    },
  };
  const server = createServer(createApp({ ...entrance.deps, audit })).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
  const headers = { authorization: `Bearer ${token}`, accept: 'application/x-ndjson' };
  const response = await new Promise<IncomingMessage>((resolve) => {
    httpGet({ host: '127.0.0.1', port, path: '/auth/audit', headers }, resolve);
  });
  response.pause();
  const whilePaused = await settled(() => given);
  expect(whilePaused).toBeLessThan(pieces / 2);
  let lines = 0;
  for await (const chunk of response) lines += String(chunk).split('\n').length - 1;
  expect(lines).toBe(pieces * piece.length);
  server.close();
  await entrance.close();
});

/** The value when it has stopped changing. */
async function settled(value: () => number): Promise<number> {
  for (let before = -1; ; ) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    if (value() === before) return before;
    before = value();
  }
}

function bySso(name: string): Grant {
  const sources = [{ kind: 'app_role', value: name }] as const;
  return { name, origin: 'sso', sources, confirmedAt: '2026-01-01T00:00:00.000Z' };
}
