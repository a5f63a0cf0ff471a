import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { compile, type PackedPackage, packPackage } from '../support/packed-project.js';
import { type RunningProgram, startProgram } from '../support/start-program.js';

const SOURCES = fileURLToPath(new URL('../fixtures/projects/', import.meta.url));
const ADMIN = { email: 'admin@acmecorp.com', password: 'nine purple ladders hum softly' };
const BASE_URL = 'http://localhost:8000';
const NAVIGATION = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
const OWN_PAGE = { 'sec-fetch-site': 'same-origin', origin: BASE_URL };

const EXPRESS = {
  4: [
    ['express', 'express4'],
    ['@types/express', '@types/express4'],
  ],
  5: ['express', '@types/express'],
} as const;
/** They name the types of Express, whichever version the project has. */
const PASSPORT = ['@types/passport', '@types/passport-local', '@types/passport-strategy'];

let packed: PackedPackage;
beforeAll(async () => {
  packed = await packPackage();
});
afterAll(() => packed.remove());

/** The program in JavaScript, as somebody would write it: the same without its types. */
async function withoutTypes(): Promise<string> {
  const source = await readFile(join(SOURCES, 'app.ts'), 'utf8');
  return source.replace(/^import type .*\n/m, '').replace(/\((server\.address\(\)) as AddressInfo\)/, '$1');
}

/** The examples of docs/library.md, each as a file. */
async function writeExamples(project: string): Promise<readonly string[]> {
  const page = await readFile(new URL('../../docs/library.md', import.meta.url), 'utf8');
  const examples = [...page.matchAll(/^```ts\n(.*?)^```/gms)].map(([, text = '']) => text);
  expect(examples.length).toBeGreaterThan(3);
  const files = examples.map((text, index) => [`example-${index}.ts`, text] as const);
  await Promise.all(files.map(([name, text]) => writeFile(join(project, name), text)));
  return files.map(([name]) => name);
}

const kinds = {
  async ESM(version: keyof typeof EXPRESS) {
    const project = await packed.project('module', EXPRESS[version]);
    await writeFile(join(project, 'app.js'), await withoutTypes());
    return project;
  },
  async CommonJS(version: keyof typeof EXPRESS) {
    const project = await packed.project('commonjs', EXPRESS[version]);
    const source = await withoutTypes();
    const requiring = source.replaceAll(/^import (.+) from ('.+');/gm, 'const $1 = require($2);');
    await writeFile(join(project, 'app.js'), `(async () => {\n${requiring}\n})();\n`);
    return project;
  },
  async TypeScript(version: keyof typeof EXPRESS) {
    const project = await packed.project('module', [...EXPRESS[version], '@types/node', 'pino'], PASSPORT);
    const files = ['app.ts', 'types.ts', 'passport.ts'];
    for (const file of files) await copyFile(join(SOURCES, file), join(project, file));
    await compile(project, [...files, ...(await writeExamples(project))]);
    return project;
  },
};

describe.each([4, 5] as const)('a project with Express %s', (version) => {
  describe.each(Object.entries(kinds))('in %s', (_kind, make) => {
    let running: RunningProgram;
    let url: string;
    let cookie: string;
    beforeAll(async () => {
      const cwd = await make(version);
      const env = { PLATFORM_ADMIN_EMAIL: ADMIN.email, PLATFORM_ADMIN_PASSWORD: ADMIN.password, BASE_URL };
      running = await startProgram([process.execPath, 'app.js'], { cwd, env });
      url = `http://localhost:${running.port}`;
      cookie = await signIn();
    });
    afterAll(() => running?.stop());

    const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
      fetch(url + path, { headers, redirect: 'manual' });

    async function signIn(): Promise<string> {
      const body = new URLSearchParams(ADMIN);
      const headers = { ...NAVIGATION, ...OWN_PAGE };
      const answer = await fetch(`${url}/admin/login`, { method: 'POST', body, headers, redirect: 'manual' });
      expect(answer.status).toBe(303);
      return answer.headers
        .getSetCookie()
        .map((one) => one.split(';')[0])
        .join('; ');
    }

    async function token(scope: string): Promise<string> {
      const answer = await fetch(`${url}/auth/tokens`, {
        method: 'POST',
        headers: { ...OWN_PAGE, cookie, 'content-type': 'application/json' },
        body: JSON.stringify({ name: scope, scopes: [scope], expires_in_days: 1 }),
      });
      expect(answer.status).toBe(201);
      const { token: secret }: { token?: unknown } = JSON.parse(await answer.text());
      return `Bearer ${secret}`;
    }

    test('a browser is sent to sign in, and comes back as somebody', async () => {
      const sent = await request(url).get('/reports').set(NAVIGATION).expect(303);
      expect(sent.headers.location).toBe('/admin/login?next=%2Freports');
      const page = await request(url)
        .get('/reports')
        .set({ ...NAVIGATION, cookie })
        .expect(200);
      expect(page.body).toEqual({ reader: expect.any(String) });
    });

    test.each([
      ['/reports', 'Bearer'], // of a person, so no token is looked at
      ['/numbers', 'Bearer error="invalid_token"'],
    ])('a program gets 401 with a challenge at %s', async (path, forUnknownToken) => {
      for (const [headers, challenge] of [
        [{}, 'Bearer'],
        [{ accept: '*/*' }, 'Bearer'],
        [{ authorization: 'Bearer entrance_unknown' }, forUnknownToken],
      ] as const) {
        const refused = await get(path, headers);
        expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, challenge]);
        expect(refused.headers.get('content-type')).toContain('application/problem+json');
      }
    });

    test('a token passes where its scope is asked for, and nowhere else', async () => {
      const authorization = await token('users:read');
      expect((await get('/numbers', { authorization })).status).toBe(200);
      expect((await get('/numbers', { authorization: await token('audit:read') })).status).toBe(403);
      expect((await get('/reports', { authorization })).status).toBe(401);
    });

    test('the app learns who asks, without a guard', async () => {
      expect(await (await get('/who')).json()).toEqual({ email: null });
      expect(await (await get('/who', { cookie })).json()).toEqual({ email: ADMIN.email });
      const authorization = await token('users:read');
      expect(await (await get('/who', { cookie, authorization })).json()).toEqual({ email: null });
      expect((await get('/unguarded', { cookie })).status).toBe(500);
    });

    test('the pages of the console, their files and the API are there', async () => {
      const page = await get('/admin/users', { ...NAVIGATION, cookie });
      expect(page.status).toBe(200);
      const [stylesheet = ''] = /\/admin\/assets\/[^"]+\.css[^"]*/.exec(await page.text()) ?? [];
      expect((await get(stylesheet)).headers.get('content-type')).toContain('text/css');
      expect((await get('/auth/users?limit=1', { cookie })).status).toBe(200);
      expect((await get('/auth/verify/whatever', { cookie })).status).toBe(204);
      expect((await get('/auth/nothing', { cookie })).status).toBe(404);
    });

    test('it says how it is', async () => {
      expect(await (await get('/healthz')).json()).toMatchObject({
        status: 'ready',
        store: { status: 'ok' },
      });
      const metrics = await (await get('/metrics')).text();
      expect(metrics).toMatch(/^entrance_sign_ins_total\{provider="local",outcome="success"\} \d+$/m);
      expect(metrics).not.toMatch(/^(?:process|nodejs)_/m);
    });
  });
});
