import { once } from 'node:events';
import { createServer, get as httpGet, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { createApp } from '#entrance/app.js';
import type { AuditEvent } from '#entrance/audit/event.js';
import { LOCAL_ADMIN, startTestEntrance, storeKinds, type TestEntrance } from '../support/entrance.js';
import { until } from '../support/timing.js';
import { wordsOf } from '../support/words-of.js';

const WRONG = { email: LOCAL_ADMIN.email, password: 'not the password' };
const NO_ROLE_EMAIL = 'jonas.lindqvist@fabrikam.com';

describe.each(storeKinds)('GET /auth/audit, on %s', (store) => {
  let entrance: TestEntrance;
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
    expect(await count(`?user=${NO_ROLE_EMAIL.toUpperCase()}`)).toBe(2);
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
    const filtered = await admin.get(`/admin/audit?user=${NO_ROLE_EMAIL}&action=user-create`).expect(200);
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
  const entrance = await startTestEntrance();
  const token = await entrance.token('audit:read');
  const [event] = (await entrance.deps.audit.list({ limit: 1 })).events;
  if (event === undefined) throw new Error('no event');
  const piece = Array.from({ length: 200 }, () => event);
  const pieces = 100;
  let answer: ServerResponse | undefined;
  let mostWaiting = 0;
  const audit = {
    ...entrance.deps.audit,
    async *export() {
      for (let given = 0; given < pieces; given += 1) {
        mostWaiting = Math.max(mostWaiting, answer?.writableLength ?? 0);
        yield piece;
      }
    },
  };
  const app = createApp({ ...entrance.deps, audit });
  const server = createServer((asked, response) => {
    answer = response;
    app(asked, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
  const headers = { authorization: `Bearer ${token}`, accept: 'application/x-ndjson' };
  const response = await new Promise<IncomingMessage>((resolve) => {
    httpGet({ host: '127.0.0.1', port, path: '/auth/audit', headers }, resolve);
  });
  response.pause();
  await until(() => answer?.writableNeedDrain === true || answer?.writableEnded === true);
  let lines = 0;
  for await (const chunk of response) lines += String(chunk).split('\n').length - 1;
  expect(lines).toBe(pieces * piece.length);
  expect(mostWaiting).toBeLessThan(1_000_000);
  server.close();
  await entrance.close();
});
