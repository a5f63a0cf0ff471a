import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { scopes } from '#entrance/tokens/api-token.js';
import { runHere, startCommand } from '../support/command.js';
import { freePort } from '../support/free-port.js';
import { type RedisServer, type RedisServerOptions, startRedisServer, TLS } from '../support/redis-server.js';
import { until } from '../support/redis-topologies.js';

const GUIDE = new URL('../../docs/operations.md', import.meta.url);
const PASSWORD = 'hunter2-must-not-be-printed';
const SETTINGS = {
  SESSION_SECRET: 'a secret for tests that is long enough to be one',
  PLATFORM_ADMIN_EMAIL: 'admin@acmecorp.com',
  PLATFORM_ADMIN_PASSWORD: 'nine purple ladders hum softly',
};

let folder: string;
const servers: RedisServer[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'entrance-words-'));
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});
afterAll(() => rm(folder, { recursive: true }));

async function start(options: RedisServerOptions = {}): Promise<RedisServer> {
  const server = await startRedisServer(options);
  servers.push(server);
  return server;
}

/** In the process of the test. */
const entrance = (args: readonly string[], settings: Record<string, string> = {}) =>
  runHere(args, { folder, settings: { ...SETTINGS, ...settings } });

const launch = (args: readonly string[], settings: Record<string, string> = {}) =>
  startCommand(args, { folder, settings: { ...SETTINGS, ...settings } });

test.each([
  [['-h'], 'Usage: entrance COMMAND'],
  [['help'], 'Usage: entrance COMMAND'],
  [['-v'], '0.1.0'],
  [['version'], '0.1.0'],
  [['help', 'token'], 'Usage: entrance token COMMAND'],
  [['token', '--help'], 'Usage: entrance token COMMAND'],
  [['help', 'token', 'create'], 'Usage: entrance token create --name NAME'],
  [['token', 'create', '--help'], 'Usage: entrance token create --name NAME'],
  [['token', 'create', '--name', 'x', '-h'], 'Usage: entrance token create --name NAME'],
  [['serve', '-h'], 'Usage: entrance serve'],
])('entrance %j prints its own help', async (args, said) => {
  expect(await entrance(args)).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining(said) });
});

test.each([
  [['tokn', 'create'], 'Did you mean “entrance token create”?'],
  [['token', 'creat'], 'Did you mean “entrance token create”?'],
  [['audti', 'export'], 'Did you mean “entrance audit export”?'],
  [['dcotor'], 'Did you mean “entrance doctor”?'],
  [['token'], 'There is “entrance token create”'],
  [['serve', '--port', '9'], 'PORT is a setting, and comes from the environment'],
  [['serve', 'now'], 'takes no argument, not “now”'],
  [['token', 'create', '--nme', 'x'], 'Did you mean --name?'],
  [['token', 'create', '--name'], '--name needs a value: --name NAME'],
  [['token', 'create', '--name', 'x', '--json=yes'], '--json takes no value'],
  [['token', 'create', '--name', 'x', '--scopes', 'user:read'], scopes.join(', ')],
  [['audit', 'export', '-f', 'xml'], 'ndjson or csv'],
  [['--constructor'], 'Unknown command'],
  [['doctor', '--toString'], 'has no option --toString'],
])('entrance %j is a mistake of usage, and says what is meant', async (args, said) => {
  const { code, stdout, stderr } = await entrance(args);
  expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
  expect(stderr).toContain(said);
  expect(stderr).toMatch(/^See entrance .*--help\.$/m);
});

test('every scope stands in the help of the command that takes some', async () => {
  const { stdout } = await entrance(['token', 'create', '--help']);
  for (const scope of scopes) expect(stdout).toContain(scope);
});

test('each command of the help has a help of its own, and stands in the guide', async () => {
  const { stdout } = await entrance(['--help']);
  const listed = /^Commands\n([\s\S]*?)\n\n/m.exec(stdout)?.[1]?.split('\n') ?? [];
  const names = listed.map(
    (line) =>
      line
        .trim()
        .split(/ {2,}/)[0]
        ?.replace(/ [A-Z]+$/, '') ?? '',
  );
  expect(names).toContain('token create');
  const guide = readFileSync(GUIDE, 'utf8');
  for (const name of names) {
    expect((await entrance([...name.split(' '), '--help'])).stdout).toContain(`Usage: entrance ${name}`);
    expect(guide).toContain(`\`entrance ${name}`);
  }
});

// At once, since each of them gives Redis some seconds.
test.concurrent.each([
  [['token', 'create', '--name', 'x']],
  [['audit', 'verify']],
  [['audit', 'export']],
  [['access', 'preview']],
  [['access', 'explain', 'ada@acmecorp.com']],
])('entrance %j without its Redis says where it looked and why it failed, and exits with 1', async (args) => {
  const address = `127.0.0.1:${await freePort()}`;
  const { code, stdout, stderr } = await entrance(args, { REDIS_URL: `redis://:${PASSWORD}@${address}/3` });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(`redis://${address}/3`);
  expect(stderr).toContain('ECONNREFUSED');
  expect(stderr).toContain('→ Start Redis');
  expect(stderr).not.toContain(PASSWORD);
  expect(stderr).not.toContain('signed out');
});

test('a password that Redis refuses is told by a command, by doctor, at /readyz and in the log of the server', async () => {
  const { port } = await start({ settings: ['--requirepass', 'right'] });
  const settings = { REDIS_URL: `redis://:${PASSWORD}@127.0.0.1:${port}` };
  const words = `127.0.0.1:${port} refuses the password`;
  const [{ stderr }, { stdout }] = await Promise.all([
    entrance(['audit', 'verify'], settings),
    entrance(['doctor', '--json'], settings),
  ]);
  expect(stderr).toContain(words);
  expect(JSON.parse(stdout).findings).toContainEqual(
    expect.objectContaining({ check: 'store', severity: 'failed', what: `Redis: ${words} in REDIS_URL.` }),
  );

  const listening = await freePort();
  const { child, printed, ended } = launch(['serve'], {
    ...settings,
    PORT: `${listening}`,
    LOG_LEVEL: 'debug',
    SHUTDOWN_DELAY: '0',
  });
  try {
    await until(() => [words, 'Entrance is listening'].every((text) => printed.stdout.includes(text)));
    const ready = await fetch(`http://127.0.0.1:${listening}/readyz`);
    // The code alone: the page may be open to those who may not know where Redis is.
    const { store } = JSON.parse(await ready.text());
    expect(store).toEqual({ status: 'unusable', cause: 'password_wrong' });
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
  expect(printed.stdout + printed.stderr + stdout).not.toContain(PASSWORD);
});

test('a node of a TLS cluster that its certificate doesn’t name is named, and so are the names of the certificate', async () => {
  const { port } = await start({
    tls: true,
    isInCluster: true,
    settings: ['--bind', '127.0.0.1', '127.0.0.2', '--cluster-announce-ip', '127.0.0.2'],
  });
  const settings = { REDIS_URL: `rediss+cluster://localhost:${port}`, NODE_EXTRA_CA_CERTS: TLS.ca };
  await clusterWithAllSlots(port);
  const { stdout } = await launch(['doctor', '--json'], settings).ended;
  const store = JSON.parse(stdout).findings.find(({ check }: { check: string }) => check === 'store');
  expect(store.what).toContain(
    `127.0.0.2:${port} isn’t in the certificate of this server, which is for: localhost`,
  );
  expect(store.remedy).toContain('cluster-announce-hostname');
});

async function clusterWithAllSlots(port: number): Promise<void> {
  const access = ['--tls', '--cacert', TLS.ca, '-h', 'localhost', '-p', `${port}`];
  const child = spawn('redis-cli', [...access, 'CLUSTER', 'ADDSLOTSRANGE', '0', '16383'], {
    stdio: 'ignore',
  });
  await once(child, 'close');
}

test('a reader that goes away ends an export quietly, and not the server', async () => {
  const { url } = await start();
  for (const name of ['one', 'two']) await entrance(['token', 'create', '--name', name], { REDIS_URL: url });
  const exporting = launch(['audit', 'export'], { REDIS_URL: url });
  exporting.child.stdout?.destroy();
  expect(await exporting.ended).toMatchObject({ code: 1, stderr: '' });

  const listening = await freePort();
  const serving = launch(['serve'], { REDIS_URL: url, PORT: `${listening}` });
  const asked = () =>
    fetch(`http://127.0.0.1:${listening}/healthz`).then(
      ({ status }) => status,
      () => 0,
    );
  try {
    await until(() => serving.printed.stdout.includes('Entrance is listening'));
    serving.child.stdout?.destroy();
    for (const _ of [1, 2, 3]) expect(await asked()).toBe(200);
  } finally {
    serving.child.kill('SIGTERM');
  }
  expect(await serving.ended).toMatchObject({ code: 0, stderr: '' });
});

test('a port that is taken is said in one line, without a stack', async () => {
  const taken = await start();
  const { code, stderr } = await launch(['serve'], { PORT: `${taken.port}` }).ended;
  expect(code).toBe(1);
  expect(stderr).toContain(`127.0.0.1:${taken.port} already; PORT sets another port (EADDRINUSE)`);
  expect(stderr.split('\n').filter((line) => line !== '' && !line.startsWith('Warning: '))).toHaveLength(1);

  const elsewhere = await entrance(['serve'], { HOST: '192.0.2.1', LOG_LEVEL: 'silent' });
  expect(elsewhere).toMatchObject({ code: 1, stderr: expect.stringContaining('correct HOST') });
});
