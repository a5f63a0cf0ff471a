import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import express, { type Express } from 'express';
import request from 'supertest';
import { assembleEntrance } from '#entrance/entrance.js';
import { EntranceError } from '#entrance/errors.js';
import { ConfigError, createEntrance, type Entrance, fromEnvironment, type Log } from '#entrance/index.js';
import { cookiesOf, startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { expressVersions } from '../support/express-versions.js';

describe('what a host app asks', () => {
  let entrance: TestEntrance;
  let app: Express;
  let cookie: string;
  beforeAll(async () => {
    entrance = await startTestEntrance({ settings: { SSO_ENTRA_DEFAULT_ROLE: 'platform_viewer' } });
    const { userOf, guardedUser, requireScope, requireSession } = assembleEntrance(entrance.deps);
    app = express();
    app.all('/who', async (asked, response) => {
      response.json({ name: (await userOf(asked))?.fullName ?? null });
    });
    app.get('/numbers', requireScope('users:read'), (_asked, response) => response.json([1]));
    app.get('/changes', requireScope('users:write'), (_asked, response) => response.json([2]));
    app.get('/mine', requireSession, (asked, response) => response.json(guardedUser(asked)));
    app.get('/unguarded', (asked, response) => response.json(guardedUser(asked)));
    cookie = cookiesOf(await entrance.signIn('no-role'));
  });
  afterAll(() => entrance.close());

  test.each([
    ['a page of ours', true, { 'Sec-Fetch-Site': 'same-origin' }],
    ['a page of another site', false, { 'Sec-Fetch-Site': 'cross-site' }],
    ['a page of the same site', false, { 'Sec-Fetch-Site': 'same-site' }],
    ['a program that names no origin', false, {}],
  ])('a POST from %s acts for the user of its cookie: %s', async (_from, isTheirs, headers) => {
    const answer = await request(app)
      .post('/who')
      .set({ Cookie: cookie, ...headers })
      .expect(200);
    expect(answer.body.name !== null).toBe(isTheirs);
  });

  test('a GET from another site does, as a link there may', async () => {
    const asked = request(app).get('/who').set({ Cookie: cookie, 'Sec-Fetch-Site': 'cross-site' });
    expect((await asked).body.name).not.toBeNull();
  });

  test('a request that shows an API token acts for no user, whatever its cookies', async () => {
    const Authorization = `Bearer ${await entrance.token('*')}`;
    await request(app).get('/who').set({ Cookie: cookie, Authorization }).expect(200, { name: null });
  });

  test('nobody is told who asks while the store doesn’t answer', async () => {
    const away = new EntranceError('store_unavailable');
    const sessions = Object.assign(Object.create(entrance.deps.sessions), {
      read: () => Promise.reject(away),
    });
    const { userOf } = assembleEntrance({ ...entrance.deps, sessions });
    const host = express().get('/who', async (asked, response) => {
      response.json(await userOf(asked));
    });
    await request(host).get('/who').set('Cookie', cookie).expect(503);
  });

  test('a signed-in user passes where a role of theirs includes the scope', async () => {
    await request(app).get('/numbers').set('Cookie', cookie).expect(200);
    await request(app).get('/changes').set('Cookie', cookie).expect(403);
  });

  test('a person without a session is sent to sign in for a scope, too', async () => {
    await request(app).get('/numbers').set({ Accept: 'text/html', 'Sec-Fetch-Mode': 'navigate' }).expect(303);
  });

  test('an API token is no use where people sign in, and nobody is told to send one', async () => {
    const Authorization = `Bearer ${await entrance.token('*')}`;
    const refused = await request(app).get('/mine').set({ Authorization }).expect(401);
    expect(refused.body.detail).toContain('an API token doesn’t open it');
    const asked = await request(app).get('/numbers').expect(401);
    expect(asked.body.detail).toContain('send an API token');
  });

  test('a route without a guard knows no guarded user', async () => {
    await request(app).get('/unguarded').set('Cookie', cookie).expect(500);
  });

  test('a scope that doesn’t exist is refused at once', () => {
    const { requireScope } = assembleEntrance(entrance.deps);
    expect(() => Reflect.apply(requireScope, undefined, ['users:reed'])).toThrow(
      /a scope is one of users:read,/,
    );
  });
});

const ADMIN = { email: 'admin@acmecorp.com', password: 'nine purple ladders hum softly' };

function settingsFor(baseUrl: string) {
  return {
    BASE_URL: baseUrl,
    SESSION_SECRET: `a secret of ${baseUrl} that is long enough`,
    PLATFORM_ADMIN_EMAIL: ADMIN.email,
    PLATFORM_ADMIN_PASSWORD: ADMIN.password,
    PLATFORM_ADMIN_FULL_NAME: `Admin of ${baseUrl}`,
    ALLOW_MEMORY_STORE: true,
  };
}

describe.each(expressVersions)('two instances in one app of %s', (_version, create) => {
  const names = ['one', 'two'] as const;
  const paths = { one: '/one', two: '/two' };
  let app: Express;
  let entrances: Record<(typeof names)[number], Entrance>;
  const lines: unknown[] = [];
  beforeAll(async () => {
    const line = (...given: unknown[]) => void lines.push(given);
    const log: Log = { debug() {}, info: line, warn: line, error: line };
    const [one, two] = await Promise.all(
      names.map((name) => createEntrance({ settings: settingsFor(`http://localhost:8000/${name}`), log })),
    );
    if (one === undefined || two === undefined) throw new Error('two were asked for');
    entrances = { one, two };
    app = create();
    app.use(one.routes);
    app.use(two.routes);
    app.get('/of-one', one.requireSession, (asked, response) => {
      response.json({ name: one.guardedUser(asked).fullName });
    });
    app.get('/mixed-up', one.requireSession, (asked, response) => {
      response.json(two.guardedUser(asked));
    });
    app.get('/both', async (asked, response) => {
      const users = await Promise.all([one.userOf(asked), two.userOf(asked)]);
      response.json(users.map((user) => user?.fullName ?? null));
    });
  });
  afterAll(() => Promise.all(names.map((name) => entrances[name].close())));

  async function signIn(name: keyof typeof paths): Promise<string> {
    const form = request(app).post(`${paths[name]}/admin/login`).type('form').send(ADMIN);
    const { headers } = await form.set('Sec-Fetch-Site', 'same-origin').expect(303);
    return [headers['set-cookie']]
      .flat()
      .map((one) => String(one).split(';')[0])
      .join('; ');
  }

  test('each is ready, and has its own people', async () => {
    expect((await entrances.one.health()).status).toBe('ready');
    const [one, two] = [await signIn('one'), await signIn('two')];
    const asked = async (cookie: string) => (await request(app).get('/both').set('Cookie', cookie)).body;
    const [ofOne, ofTwo] = names.map((name) => `Admin of http://localhost:8000/${name}`);
    expect(await asked(one)).toEqual([ofOne, null]);
    expect(await asked(two)).toEqual([null, ofTwo]);
    expect(await asked(`${one}; ${two}`)).toEqual([ofOne, ofTwo]);
    await request(app).get('/one/admin/account').set('Cookie', one).expect(200);
    await request(app).get('/two/admin/account').set('Cookie', one).expect(401);
    await request(app).get('/of-one').set('Cookie', one).expect(200, { name: ofOne });
    await request(app).get('/of-one').set('Cookie', two).expect(401);
  });

  test('the guard of one tells the other nothing', async () => {
    await request(app)
      .get('/mixed-up')
      .set('Cookie', await signIn('one'))
      .expect(500);
  });

  test('each counts its own sign-ins and its own requests', async () => {
    const count = async (name: keyof typeof entrances, metric: string) => {
      const text = await entrances[name].metrics();
      const values = text.split('\n').filter((line) => line.startsWith(metric));
      return values.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    };
    const before = {
      signIns: await count('two', 'entrance_sign_ins_total'),
      requests: await count('two', 'entrance_request_duration_seconds_count'),
    };
    await signIn('one');
    await request(app).get('/both');
    expect(await count('two', 'entrance_sign_ins_total')).toBe(before.signIns);
    expect(await count('two', 'entrance_request_duration_seconds_count')).toBe(before.requests);
    await signIn('two');
    expect(await count('two', 'entrance_sign_ins_total')).toBe(before.signIns + 1);
    expect(await count('two', 'entrance_request_duration_seconds_count')).toBe(before.requests + 1);
  });

  test('a log with four methods gets the lines', () => {
    expect(JSON.stringify(lines)).toContain('in-memory store');
  });
});

describe('what createEntrance refuses', () => {
  const refusal = async (options: Parameters<typeof createEntrance>[0]): Promise<unknown> =>
    createEntrance(options).then(
      () => undefined,
      (error: unknown) => error,
    );

  test('a ConfigError begins its stack in the app, and prints its text once', async () => {
    const error = await refusal({
      settings: fromEnvironment({ ENTRANCE_REDIS_URL: 'x' }, { prefix: 'ENTRANCE_' }),
    });
    if (!(error instanceof ConfigError)) throw new Error('it was no ConfigError');
    expect(error.message).toContain('ENTRANCE_REDIS_URL');
    expect(/^ +at .*$/m.exec(error.stack ?? '')?.[0]).toContain('host-api.test');
    expect(Object.keys(error)).not.toContain('problems');
  });

  test.each([
    ['no settings', { settings: undefined }, 'needs settings'],
    [
      'a log without methods',
      { settings: settingsFor('http://localhost:8000'), log: {} },
      'has no debug, info',
    ],
  ])('%s', async (_what, options, message) => {
    await expect(Reflect.apply(createEntrance, undefined, [options])).rejects.toThrow(message);
  });

  test('an environment that is none', () => {
    expect(() => Reflect.apply(fromEnvironment, undefined, [undefined])).toThrow('needs an environment');
  });
});

test('the types of the package name no library but zod, and no global type', () => {
  const seen = new Set<string>();
  const read = (file: URL): string => {
    if (seen.has(file.href)) return '';
    seen.add(file.href);
    const text = readFileSync(file, 'utf8');
    const imported = [...text.matchAll(/(?:from|import\() ?'([^']+)'/g)].map(([, from]) => from ?? '');
    for (const from of imported.filter((one) => !one.startsWith('.')))
      expect(from).toMatch(/^(?:node:|zod$)/);
    const own = imported.filter((one) => one.startsWith('.'));
    return [text, ...own.map((from) => read(new URL(from.replace(/\.js$/, '.d.ts'), file)))].join('\n');
  };
  const types = read(new URL('../../dist/index.d.ts', import.meta.url));
  expect(seen.size).toBeGreaterThan(5);
  expect(types).not.toMatch(/declare (?:global|module)|<reference/);
});
