import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import express, { type RequestHandler } from 'express';
import request from 'supertest';
import { documentOf, type Method } from '../support/api-document.js';
import { cookiesOf, startTestEntrance, storeKinds, type TestEntrance } from '../support/entrance.js';

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
const ask = ({ method, path }: Route, app: express.Express = entrance.app) =>
  request(app)
    [method](at(path))
    .set({ Cookie: cookie, 'Sec-Fetch-Site': 'same-origin', Accept: 'text/html' });
const call = ({ method, path }: Route, app: express.Express = entrance.app) =>
  request(app)[method](at(path)).set('Authorization', `Bearer ${token}`);
const askFor = (route: Route, app?: express.Express) =>
  (route.path.startsWith('/auth') && !/sso/.test(route.path) ? call : ask)(route, app);

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
    const app = express().use([...parser], entrance.app);
    const faults: string[] = [];
    for (const route of writing()) {
      for (const [type, body] of bodies) {
        const { status } = await askFor(route, app).set('Content-Type', type).send(body);
        if (status >= 500)
          faults.push(`${route.method} ${route.path} ${type} ${body.slice(0, 50)}: ${status}`);
      }
    }
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
    const app = express().use((incoming, _response, next) => {
      incoming.body = body;
      Object.assign(incoming, { _body: true });
      next();
    }, entrance.app);
    const faults: string[] = [];
    for (const route of writing()) {
      for (const type of [
        'application/json',
        'application/x-www-form-urlencoded',
        'text/csv',
        'multipart/form-data; boundary=b',
      ]) {
        const { status } = await askFor(route, app).set('Content-Type', type).send('{}');
        if (status >= 500) faults.push(`${route.method} ${route.path} ${type}: ${status}`);
      }
    }
    expect(faults).toEqual([]);
  });

  test('a sign-in form that is a list is refused as a bad request', async () => {
    const app = express().use(express.json(), entrance.app);
    for (const body of ['[]', '[1]'])
      await ask({ method: 'post', path: '/admin/login' }, app).type('json').send(body).expect(400);
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
      const asked = async (path: string) =>
        path.startsWith('/auth')
          ? request(other.app).get(path).set('Authorization', `Bearer ${bearer}`)
          : browser.get(path);
      const faults: string[] = [];
      const ask = async (paths: readonly string[], queries: readonly Record<string, string>[]) => {
        for (const query of queries) {
          const text = new URLSearchParams(query).toString();
          for (const path of paths) {
            const { status } = await asked(`${path}?${text}`);
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
      await other.close();
    }
  });
});
