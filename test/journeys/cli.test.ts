import type { ChildProcess } from 'node:child_process';
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient } from 'redis';
import { systemClock } from '#entrance/clock.js';
import { startServer } from '#entrance/server.js';
import { parseConfig } from '#entrance/settings.js';
import { openStores } from '#entrance/stores.js';
import { type SimulatedMicrosoft, startSimulatedMicrosoft } from '../../demo/simulator/simulator.js';
import { BUILT, runHere, type Started, startCommand } from '../support/command.js';
import { REDIRECT_URI, usualSettings } from '../support/entrance.js';
import { freePort } from '../support/free-port.js';
import { newPerson } from '../support/people.js';
import { type RedisServer, startRedisServer } from '../support/redis-server.js';
import { silentLog } from '../support/redis-topologies.js';
import { until } from '../support/timing.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

let folder: string;
let redis: RedisServer;
let microsoft: SimulatedMicrosoft;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'entrance-cli-'));
  redis = await startRedisServer({ appendonly: true });
  microsoft = await startSimulatedMicrosoft({ redirectUris: [REDIRECT_URI] });
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await microsoft.close();
  await redis.stop();
  await rm(folder, { recursive: true });
});

/** In the process of the test. */
const entrance = (args: readonly string[], settings: Record<string, string> = {}) =>
  runHere(args, { folder, settings });

function start(args: readonly string[], settings: Record<string, string> = {}, program = BUILT): Started {
  const started = startCommand(args, { folder, settings, program });
  children.add(started.child);
  return started;
}

async function serve(settings: Record<string, string>) {
  const environment = { ...usualSettings(microsoft), PORT: '0', SHUTDOWN_DELAY: '0', ...settings };
  const running = start(['serve'], environment);
  const port = await new Promise<number>((resolve, reject) => {
    running.child.stdout?.on('data', () => {
      const listening = /"port":(\d+)[^\n]*"Entrance is listening"/.exec(running.printed.stdout);
      if (listening !== null) resolve(Number(listening[1]));
    });
    void running.ended.then(({ stderr }) => reject(new Error(stderr)));
  });
  return { ...running, url: `http://127.0.0.1:${port}` };
}

const json = async (url: string, bearer?: string) => {
  const answer = await fetch(url, {
    headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
  });
  return {
    status: answer.status,
    body: (await answer.json()) as Record<string, unknown> & { users?: { id: string }[] },
  };
};

test('serves what the setup guide asks for, and a restart keeps users and tokens', async () => {
  const first = await serve({ REDIS_URL: redis.url, SHUTDOWN_DELAY: '1s' });
  await readiness(first.url);
  expect(first.printed.stdout).toContain("SSO provider 'entra' initialized successfully");
  const made = await start(['token', 'create', '--name', 'setup-check'], {
    ...usualSettings(microsoft),
    REDIS_URL: redis.url,
  }).ended;
  expect(made).toMatchObject({ code: 0, stderr: '' });
  const token = made.stdout.trim();
  expect(token).toMatch(/^entrance_\S+$/);

  const providers = await fetch(`${first.url}/auth/sso/providers`);
  expect(await providers.json()).toEqual([
    { id: 'entra', name: 'entra', display_name: 'Microsoft Entra ID' },
  ]);
  const users = await json(`${first.url}/auth/users`, token);
  expect(users).toMatchObject({
    status: 200,
    body: { users: [{ email: 'root@contoso.com', provider: 'local' }] },
  });
  const [user] = users.body.users ?? [];
  const one = await json(`${first.url}/auth/users/${user?.id}`, token);
  expect(one.body).toMatchObject({
    email: 'root@contoso.com',
    full_name: 'Local Administrator',
    provider: 'local',
    provider_id: null,
  });

  first.child.kill('SIGTERM');
  await until(async () => (await json(`${first.url}/readyz`)).body.status === 'stopping');
  expect((await json(`${first.url}/auth/users/${user?.id}`, token)).status).toBe(200);
  expect((await first.ended).code).toBe(0);
  const second = await serve({ REDIS_URL: redis.url });
  await readiness(second.url);
  expect((await json(`${second.url}/auth/users/${user?.id}`, token)).status).toBe(200);
  second.child.kill('SIGTERM');
  await second.ended;
});

async function readiness(url: string): Promise<void> {
  await until(async () => (await fetch(`${url}/readyz`)).ok);
}

test('starts without its store, and says that it isn’t ready', async () => {
  const away = await startRedisServer();
  await away.stop();
  const settings = { ...usualSettings(microsoft), PORT: '0', REDIS_URL: away.url };
  const running = await startServer(parseConfig(settings), { log: silentLog() });
  expect((await fetch(`${running.url}/healthz`)).status).toBe(200);
  const ready = await fetch(`${running.url}/readyz`);
  expect(ready.status).toBe(503);
  expect(ready.headers.get('retry-after')).toBe('5');
  await running.close();
});

test('five mistakes at once are named at once, and the exit code is 78', async () => {
  const { code, stderr } = await entrance(['serve'], {
    PORT: 'eighty',
    BASE_URL: 'http://gateway.acmecorp.com',
    SESSION_IDLE_TIMEOUT: 'soon',
    SSO_ENABLED: 'true',
    SSO_ENTRA_ENABLED: 'true',
    SSO_ENTRA_CLIENT_ID: 'my-app',
    SSO_ENTRA_TENANT_ID: '3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650',
    SSO_ENTRA_CLIENT_SECRET: 'a-secret-that-must-not-be-printed',
    SSO_TRUSTED_DOMAINS: '*.acmecorp.com',
  });
  expect(code).toBe(78);
  for (const variable of [
    'PORT',
    'BASE_URL',
    'SESSION_IDLE_TIMEOUT',
    'SSO_ENTRA_CLIENT_ID',
    'SSO_TRUSTED_DOMAINS',
  ]) {
    expect(stderr).toContain(variable);
  }
  expect(stderr).not.toContain('a-secret-that-must-not-be-printed');
});

test('a weak administrator password is a configuration error', async () => {
  const { code, stderr } = await entrance(['serve'], {
    ...usualSettings(microsoft),
    PORT: '0',
    PLATFORM_ADMIN_PASSWORD: 'password1234',
  });
  expect(code).toBe(78);
  expect(stderr).toContain('PLATFORM_ADMIN_PASSWORD');
});

test('without a store in production it refuses to start', async () => {
  const { code, stderr } = await entrance(['serve'], {
    ...usualSettings(microsoft),
    PORT: '0',
    NODE_ENV: 'production',
  });
  expect(code).toBe(78);
  expect(stderr).toContain('REDIS_URL');
});

test('a .env file in the working directory is read', async () => {
  await writeFile(join(folder, '.env'), 'PORT=not-a-port\n');
  const { code, stderr } = await start(['serve']).ended;
  await rm(join(folder, '.env'));
  expect(code).toBe(78);
  expect(stderr).toContain('PORT');
});

test('ends with a message, and lets go of Redis, where its own files are missing', async () => {
  const incomplete = join(folder, 'incomplete');
  await cp(join(ROOT, 'dist'), join(incomplete, 'dist'), {
    recursive: true,
    filter: (file) => !/\.(?:map|[cm]?ts)$/.test(file),
  });
  await writeFile(join(incomplete, 'package.json'), '{ "type": "module" }');
  await symlink(join(ROOT, 'node_modules'), join(incomplete, 'node_modules'));
  const settings = { ...usualSettings(microsoft), PORT: '0', REDIS_URL: redis.url };
  const { code, stderr } = await start(['serve'], settings, join(incomplete, 'dist/cli.js')).ended;
  expect(code).toBe(1);
  expect(stderr).toContain(join(incomplete, 'public'));
});

test.each([
  [['--help'], 0, 'Usage: entrance'],
  [['--version'], 0, '0.1.0'],
  [['surf'], 64, 'Unknown command'],
  [['doctor', '--loudly'], 64, '--loudly'],
  [['token', 'create'], 64, '--name'],
  [['token', 'create', '--name', 'x', '--scopes', 'root'], 64, '--scopes'],
  [['token', 'create', '--name', 'x', '--expires', 'never'], 64, '--expires'],
  [['token', 'create', '--name', 'x', '--colour', 'red'], 64, '--colour'],
  [['token', 'create', '--name', 'x'], 64, 'REDIS_URL'],
])('entrance %j exits with %i and says %s', async (args, code, said) => {
  const ended = await entrance(args, usualSettings(microsoft));
  expect(ended.code).toBe(code);
  expect(ended.stdout + ended.stderr).toContain(said);
});

test.each([
  [['--help'], 0, 'stdout', 'Usage: entrance'],
  [['surf'], 64, 'stderr', 'Unknown command'],
] as const)(
  'the process of entrance %j ends with %i, and says on %s: %s',
  async (args, code, stream, said) => {
    const ended = await start(args).ended;
    expect(ended.code).toBe(code);
    expect(ended[stream]).toContain(said);
  },
);

describe('entrance doctor', () => {
  const settings = (changes: Record<string, string> = {}) => ({
    ...usualSettings(microsoft),
    REDIS_URL: redis.url,
    ...changes,
  });

  test('finds a running server healthy where it is, and exits with 0', async () => {
    const port = await freePort();
    const healthy = settings({ PORT: `${port}`, BASE_URL: `http://localhost:${port}` });
    const running = await startServer(parseConfig(healthy), { log: silentLog() });
    const { code, stdout, stderr } = await start(['doctor', '--json'], healthy).ended;
    await running.close();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { status, findings } = JSON.parse(stdout);
    expect(status).toBe('could_not_check');
    expect(
      findings
        .filter(
          ({ severity, check }: { severity: string; check: string }) =>
            severity !== 'ok' && check !== 'redis_latency',
        )
        .map(({ check }: { check: string }) => check),
    ).toEqual(['graph', 'credential_expiry']);
  });

  test('names what has failed and what to do, without secrets and colours, and exits with 1', async () => {
    const { code, stdout } = await entrance(
      ['doctor'],
      settings({ SSO_ENTRA_CLIENT_SECRET: 'a-wrong-secret-that-must-not-be-printed' }),
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/^failed {7}Microsoft refuses the secret: AADSTS7000215/m);
    expect(stdout).toContain('takes the Value of a secret');
    expect(stdout).not.toContain('must-not-be-printed');
    expect(stdout).not.toContain('\u001B');
  });

  test.each([
    ['PORT', 'eighty'],
    ['PLATFORM_ADMIN_PASSWORD', 'password1234'],
  ])('a wrong %s is a problem of the configuration, in JSON too, and exits with 78', async (name, value) => {
    const { code, stdout } = await entrance(['doctor', '--json'], settings({ [name]: value }));
    expect(code).toBe(78);
    expect(JSON.parse(stdout).findings).toMatchObject([
      { check: 'configuration', what: expect.stringContaining(name) },
    ]);
  });
});

test('a token can be printed as JSON with its particulars', async () => {
  const { stdout } = await entrance(
    ['token', 'create', '--name', 'ci', '--scopes', 'users:read,users:write', '--expires', '7d', '--json'],
    { ...usualSettings(microsoft), REDIS_URL: redis.url },
  );
  expect(JSON.parse(stdout)).toMatchObject({
    name: 'ci',
    scopes: ['users:read', 'users:write'],
    token: expect.stringMatching(/^entrance_/),
  });
});

test('the audit log is verified and exported, and tampering ends with 1', async () => {
  const settings = { ...usualSettings(microsoft), REDIS_URL: redis.url, REDIS_PREFIX: 'audited:' };
  const audit = (...args: string[]) => entrance(['audit', ...args], settings);
  await entrance(['token', 'create', '--name', 'one'], settings);
  await entrance(['token', 'create', '--name', '=two'], settings);

  const verified = await audit('verify');
  expect(verified).toMatchObject({ code: 0, stderr: '' });
  expect(verified.stdout).toContain('The audit log is intact: 2 events');
  const head = /^Head: (2:[0-9a-f]{64})$/m.exec(verified.stdout)?.[1] ?? '';
  expect((await audit('verify', '--head', head)).code).toBe(0);
  expect(JSON.parse((await audit('verify', '--json')).stdout)).toMatchObject({ intact: true, count: 2 });

  const ndjson = await start(['audit', 'export'], settings).ended;
  const names = ndjson.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).entrance.token.name);
  expect(names).toEqual(['one', '=two']);
  expect((await audit('export', '--format', 'csv')).stdout).toContain(",'=two,");

  const client = createClient({ url: redis.url });
  await client.connect();
  await client.xDel('audited:{directory}:audit:events', '1-0');
  client.destroy();
  const tampered = await audit('verify');
  expect(tampered.code).toBe(1);
  expect(tampered.stdout).toContain('event 1 is missing');
  expect((await audit('verify', '--head', `2:${'0'.repeat(64)}`)).stdout).toContain(
    'isn’t the event that was noted',
  );
});

test('a name that could steer the terminal is spelled out', async () => {
  const settings = { ...usualSettings(microsoft), REDIS_URL: redis.url, REDIS_PREFIX: 'names:' };
  const stores = openStores(parseConfig(settings), silentLog(), systemClock);
  await until(() =>
    stores.pingStore().then(
      () => true,
      () => false,
    ),
  );
  await stores.directory.create(
    newPerson({ email: 'ada@acmecorp.com', fullName: 'Ada\u009b2J \u202egpj.exe' }),
  );
  await stores.close();
  const { stdout } = await entrance(['access', 'explain', 'ada@acmecorp.com'], settings);
  expect(stdout).toContain('Ada\\u009b2J \\u202egpj.exe <ada@acmecorp.com>, active\nRoles:');
});

test.each([
  [['access', 'explain'], 64, 'Give one email address'],
  [['access', 'preview', '--loudly'], 64, '--loudly'],
  [['access', 'explain', 'nobody@acmecorp.com'], 1, 'no user with the email'],
  [['audit', 'verify', '--head', '12'], 64, '--head'],
  [['audit', 'export', '--format', 'xml'], 64, '--format'],
  [['audit', 'verify', '--other'], 64, '--other'],
  [['audit', 'shred'], 64, 'Unknown command'],
])('%j is refused', async (args, code, said) => {
  const ended = await entrance(args, { ...usualSettings(microsoft), REDIS_URL: redis.url });
  expect(ended.code).toBe(code);
  expect(ended.stderr).toContain(said);
});

describe('access preview', () => {
  const store = { REDIS_PREFIX: 'preview:' };
  beforeAll(async () => {
    const environment = { ...usualSettings(microsoft), ...store, PORT: '0', REDIS_URL: redis.url };
    const server = await startServer(parseConfig(environment), { log: silentLog() });
    await server.administratorReady;
    await server.close();
  });

  test.each([
    [{}, 0, ''],
    [{ SSO_PRESERVE_ADMIN_AUTH: 'false' }, 1, ''],
    [{ SSO_ENABLED: 'false' }, 1, 'Single sign-on is off'],
  ])('with %j ends with %i', async (settings, code, said) => {
    const environment = { ...usualSettings(microsoft), ...store, REDIS_URL: redis.url, ...settings };
    const ended = await entrance(['access', 'preview'], environment);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(said);
  });
});

test('the audit log of a server without Redis is out of the command’s reach', async () => {
  const ended = await entrance(['audit', 'verify'], usualSettings(microsoft));
  expect(ended.code).toBe(64);
  expect(ended.stderr).toContain('Set REDIS_URL');
});
