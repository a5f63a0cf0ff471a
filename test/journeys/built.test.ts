import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { adminPersona } from '../../demo/personas.js';
import { type SimulatedMicrosoft, startSimulatedMicrosoft } from '../../demo/simulator/simulator.js';
import { LOCAL_ADMIN, REDIRECT_URI, usualSettings } from '../support/entrance.js';
import { signInThrough } from '../support/microsoft.js';
import { type RedisServer, startRedisServer } from '../support/redis-server.js';
import { type RunningProgram, startProgram } from '../support/start-program.js';
import { until } from '../support/timing.js';

/*
 * The other journeys run what is in src/. Here it is what is in dist/: each part that is loaded when it is first needed stands in
 * a file of its own there.
 */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const HOST = `
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { createEntrance, serverOptions } from ${JSON.stringify(join(ROOT, 'dist/index.js'))};
const express = createRequire(${JSON.stringify(join(ROOT, 'package.json'))})('express');
const app = express();
app.use((await createEntrance({ settings: process.env })).routes);
const server = createServer(serverOptions(app), app).listen(0, () => console.log('listening on', server.address().port));
`;

let folder: string;
let redis: RedisServer;
let microsoft: SimulatedMicrosoft;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'entrance-built-'));
  await writeFile(join(folder, 'host.mjs'), HOST);
  redis = await startRedisServer();
  microsoft = await startSimulatedMicrosoft({ redirectUris: [REDIRECT_URI] });
});
afterAll(async () => {
  await microsoft.close();
  await redis.stop();
  await rm(folder, { recursive: true });
});

const programs: ReadonlyArray<readonly [string, () => readonly string[]]> = [
  ['the server', () => [join(ROOT, 'dist/cli.js'), 'serve']],
  ['a host app', () => [join(folder, 'host.mjs')]],
];
const stores: ReadonlyArray<readonly [string, () => Record<string, string>]> = [
  ['Redis', () => ({ REDIS_URL: redis.url })],
  ['memory', () => ({})],
];

describe.each(programs)('%s as it is built', (_program, command) => {
  describe.each(stores)('on %s', (_store, address) => {
    let running: RunningProgram;
    let url: string;
    beforeAll(async () => {
      const env = { ...usualSettings(microsoft), PORT: '0', ...address() };
      running = await startProgram([process.execPath, ...command()], { cwd: folder, env });
      url = `http://127.0.0.1:${running.port}`;
    });
    afterAll(() => running.stop());

    const browser = () => request.agent(url).set('Sec-Fetch-Site', 'same-origin');
    const submit = (password: string) =>
      browser().post('/admin/login').type('form').send({ email: LOCAL_ADMIN.email, password });

    test('the local administrator signs in, and a wrong password is counted and refused', async () => {
      await until(async () => (await submit(LOCAL_ADMIN.password)).status !== 503); // created in the background
      await submit(LOCAL_ADMIN.password).expect(303);
      await submit('wrong').expect(401);
    });

    test('an administrator signs in with Microsoft, and adds people from a file', async () => {
      const visitor = browser();
      const begun = await visitor.get('/auth/sso/login/entra').expect(302);
      const { pathname, search } = await signInThrough(begun.headers.location ?? '', adminPersona.id);
      await visitor.get(pathname + search).expect(303);
      const { body } = await visitor
        .post('/auth/users/import?dry_run=true')
        .set('Content-Type', 'text/csv')
        .send('email\njo@contoso.com\n')
        .expect(200);
      expect(JSON.stringify(body)).toContain('jo@contoso.com');
      await visitor.get('/admin/users').expect(200);
    });
  });
});
