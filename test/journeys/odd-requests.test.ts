import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import express, { type RequestHandler } from 'express';
import request from 'supertest';
import { closeServer, listenOnLoopback } from '../../demo/simulator/loopback-server.js';
import { documentOf, type Method } from '../support/api-document.js';
import { cookiesOf, startTestEntrance, storeKinds, type TestEntrance } from '../support/entrance.js';
import { statusOf } from '../support/status-of.js';

interface Route {
  readonly method: Method;
  readonly path: string;
}

let entrance: TestEntrance;
let token: string;
let cookie: string;
let operations: readonly (Route & { readonly parameters: readonly string[] })[];

/** The console’s routes and those of the sign-in, as the table of contents has them. */
const forms = [
  ...readFileSync(new URL('../../src/entrance.ts', import.meta.url), 'utf8').matchAll(
    /routes\.(get|post)\(\s*'([^']+)'/g,
  ),
].map(([, method, path]) => ({ method: method as Method, path: path ?? '' })); // by the pattern

const UNKNOWN = '0198c0de-0000-7000-8000-000000000000';
const at = (path: string) =>
  path.replaceAll(/\{\w+\}|:\w+/g, (name) => (/provider/.test(name) ? 'entra' : UNKNOWN));

/** By session and by token, from our own page; signing out at the end of none of them ends the session of the next. */
const bySession = () => ({ cookie, 'sec-fetch-site': 'same-origin', accept: 'text/html' });
const byToken = () => ({ authorization: `Bearer ${token}` });

/** The status that a route answers a body with. */
function answerTo(server: Server, { method, path }: Route, type: string, body: string): Promise<number> {
  const isOfApi = path.startsWith('/auth') && !/sso/.test(path);
  const length = `${Buffer.byteLength(body)}`;
  const headers = { ...(isOfApi ? byToken() : bySession()), 'content-type': type, 'content-length': length };
  return statusOf(server, { method, path: at(path), headers, body });
}

/** With this in front of the entrance, for one test. */
async function withServer(inFront: readonly RequestHandler[], use: (server: Server) => Promise<void>) {
  const server = createServer(express().use([...inFront], entrance.app));
  await listenOnLoopback(server, {});
  try {
    await use(server);
  } finally {
    await closeServer(server);
  }
}

beforeAll(async () => {
  entrance = await startTestEntrance();
  cookie = cookiesOf(await entrance.signIn('admin'));
  token = await entrance.token('*');
  operations = Object.entries(documentOf(entrance.deps).paths).flatMap(([path, byMethod]) =>
    Object.entries(byMethod).map(([method, { parameters = [] }]) => ({
      method: method as Method, // a member of the document's paths
      path,
      parameters: parameters.filter((one) => one.in === 'query').map(({ name }) => name),
    })),
  );
});

afterAll(() => entrance.close());

const routes = (): readonly Route[] => [
  ...operations,
  ...forms.filter(({ path }) => path !== '/admin/logout'),
];
const writing = () => routes().filter(({ method }) => method !== 'get');

describe('no body of any parser is a fault of ours', () => {
  const nested = `${'['.repeat(500)}${']'.repeat(500)}`;
  const jsons = [
    '[]',
    '[[]]',
    '[null]',
    'null',
    '0',
    '"text"',
    'true',
    '{}',
    '{"a":{"b":[]}}',
    '{',
    nested,
    '',
    '{"__proto__":null,"email":{},"csv":[],"name":[{}]}',
  ];
  const texts = [
    '',
    'a',
    'a[b]=c',
    'email[]=a&email[]=b&password[x]=y',
    'csv=a&csv=b',
    '__proto__=x',
    '%',
    '\0',
  ];

  const asJson = jsons.map((body) => ['application/json', body] as const);
  const asForm = texts.map((body) => ['application/x-www-form-urlencoded', body] as const);
  const asOther = ['', 'a', '[]'].flatMap((body) =>
    [
      'text/plain',
      'text/csv',
      'multipart/form-data; boundary=b',
      'multipart/form-data',
      'application/octet-stream',
    ].map((type) => [type, body] as const),
  );
  const everything = [...asJson, ...asForm, ...asOther];

  /** With the bodies that a parser takes: it leaves others to ours, as if it weren't there. */
  test.each<[string, readonly RequestHandler[], typeof everything]>([
    ['none', [], everything],
    ['express.json()', [express.json({ strict: false })], asJson],
    ['express.urlencoded()', [express.urlencoded({ extended: true })], asForm],
    ['express.text()', [express.text({ type: '*/*' })], everything],
    ['express.raw()', [express.raw({ type: '*/*' })], asOther],
  ])('in front of us: %s', async (_name, parser, bodies) => {
    const faults: string[] = [];
    await withServer(parser, async (server) => {
      for (const route of writing()) {
        for (const [type, body] of bodies) {
          const status = await answerTo(server, route, type, body);
          if (status >= 500)
            faults.push(`${route.method} ${route.path} ${type} ${body.slice(0, 50)}: ${status}`);
        }
      }
    });
    expect(faults).toEqual([]);
  });

  test.each([
    [[]],
    [[[]]],
    [null],
    [0],
    [7],
    [true],
    ['text'],
    [Buffer.from('a')],
    [new Map()],
    [[1, [2]]],
    [Object.create(null)],
    [{ email: [] }],
  ])('whatever a host app makes of it: %j', async (body) => {
    const parsed: RequestHandler = (incoming, _response, next) => {
      incoming.body = body;
      Object.assign(incoming, { _body: true });
      next();
    };
    const faults: string[] = [];
    await withServer([parsed], async (server) => {
      for (const route of writing()) {
        for (const type of [
          'application/json',
          'application/x-www-form-urlencoded',
          'text/csv',
          'multipart/form-data; boundary=b',
        ]) {
          const status = await answerTo(server, route, type, '{}');
          if (status >= 500) faults.push(`${route.method} ${route.path} ${type}: ${status}`);
        }
      }
    });
    expect(faults).toEqual([]);
  });

  test('a sign-in form that is a list is refused as a bad request', async () => {
    await withServer([express.json()], async (server) => {
      for (const body of ['[]', '[1]'])
        expect(
          await answerTo(server, { method: 'post', path: '/admin/login' }, 'application/json', body),
        ).toBe(400);
    });
  });
});

describe('no cursor that was made by hand is a fault of ours', () => {
  const encoded = (text: string) => Buffer.from(text).toString('base64url');
  const numbers = [
    '0',
    '1',
    '-1',
    '00',
    '999999999999999',
    '9007199254740993',
    '1e3',
    'NaN',
    'Infinity',
    '1.5',
    '',
    ' 1',
    '٣',
    '0x1',
  ];
  const position = (sort: string, key: string, id: string) => encoded(`${sort}\0${key}\0${id}`);
  const places = [
    position('email', '', 'x'),
    position('email', 'a', UNKNOWN),
    position('email', '\u{10FFFF}', '\uFFFF'),
    position('email', '[', '('),
    position('created_at', 'NaN', 'x'),
    position('created_at', '', 'x'),
    position('created_at', '-1', 'x'),
    position('created_at', '99999999999999999999', 'x'),
    position('created_at', '1e400', 'x'),
    position('created_at', '0x10', '\uFFFD'),
    position('last_login_at', 'Infinity', 'x'),
    position('last_login_at', '+inf', 'x'),
    'AA',
    '',
  ];
  const sorts = [
    'email',
    '-email',
    'created_at',
    '-created_at',
    'last_login_at',
    '-last_login_at',
    'full_name',
  ];
  const cursors = [
    ...numbers.flatMap((number) => ['older', 'newer', 'Older', ''].map((way) => encoded(`${way} ${number}`))),
    ...['name ', 'name \0', 'name a', `name ${'a'.repeat(700)}`, 'name \uFFFD', 'name [', '\xff'].map(
      encoded,
    ),
    ...['null', '[]', '{}', '["after"]', '["after","email",null]', '["after","email","__"]'].map(encoded),
    Buffer.from([0xff, 0xfe, 0]).toString('base64url'),
    Buffer.from('older 1', 'utf16le').toString('base64url'),
    Buffer.from('older 5').toString('base64'),
    'older 1',
    '%00',
    '-',
    '=',
    'a'.repeat(2_000),
    '💥',
    UNKNOWN,
    UNKNOWN.toUpperCase(),
  ];
  const sorted = ['after', 'before', 'x'].flatMap((way) =>
    sorts.flatMap((sort) =>
      places.map((place) => ({ sort, cursor: encoded(JSON.stringify([way, sort, place])) })),
    ),
  );

  test.each(storeKinds)('on %s', async (store) => {
    const other = await startTestEntrance({ store });
    const server = createServer(other.app);
    await listenOnLoopback(server, {});
    try {
      const browser = await other.signIn('admin');
      await other.addUser();
      const bearer = await other.token('*');
      const lists = Object.entries(documentOf(other.deps).paths).flatMap(([path, { get }]) =>
        get?.parameters?.some(({ name }) => name === 'cursor') ? [path] : [],
      );
      expect(lists).toContain('/auth/audit');
      const { body } = await request(other.app)
        .post('/auth/teams')
        .set('Authorization', `Bearer ${bearer}`)
        .send({ name: 'Platform' });
      const {
        body: { users },
      } = await request(other.app).get('/auth/users').set('Authorization', `Bearer ${bearer}`);
      const real = (path: string) =>
        path.replaceAll(/\{\w+\}/g, path.startsWith('/auth/teams') ? body.id : users[0].id);
      const ofPage = { cookie: cookiesOf(browser), accept: 'text/html', 'sec-fetch-site': 'same-origin' };
      const ofCall = { authorization: `Bearer ${bearer}` };
      const answerTo = (path: string) =>
        statusOf(server, { method: 'get', path, headers: path.startsWith('/auth') ? ofCall : ofPage });
      const faults: string[] = [];
      const ask = async (paths: readonly string[], queries: readonly Record<string, string>[]) => {
        for (const query of queries) {
          const text = new URLSearchParams(query).toString();
          for (const path of paths) {
            const status = await answerTo(`${path}?${text}`);
            if (status !== 200 && status !== 400) faults.push(`${path}?${text}: ${status}`);
          }
        }
      };
      const pages = ['/admin/users', '/admin/audit', '/admin/teams', '/admin/approvals', '/admin/tokens'];
      const all = [...lists.map(real), ...pages, `/admin/teams/${body.id}`];
      await ask(
        all,
        cursors.map((cursor) => ({ cursor })),
      );
      await ask(['/auth/users', '/admin/users'], sorted);
      expect(faults).toEqual([]);
    } finally {
      await closeServer(server);
      await other.close();
    }
  });
});
