import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, expect, test } from '@jest/globals';
import { freePort } from '../support/free-port.js';
import { type RedisServer, startRedisServer, TLS } from '../support/redis-server.js';
import { until } from '../support/timing.js';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const started: RedisServer[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

async function start(options: Parameters<typeof startRedisServer>[0]): Promise<RedisServer> {
  const server = await startRedisServer({ tls: true, ...options });
  started.push(server);
  return server;
}

/** Whether the command reaches the store, in a process of its own: Node reads its authorities when it starts. */
async function reaches(url: string, authority: string | undefined): Promise<boolean> {
  const settings = { SESSION_SECRET: 'a secret for tests that is long enough to be one', REDIS_URL: url };
  const env = { ...settings, ...(authority === undefined ? {} : { NODE_EXTRA_CA_CERTS: authority }) };
  return promisify(execFile)(process.execPath, [cli, 'token', 'create', '--name', 'x'], {
    env,
    cwd: tmpdir(),
  }).then(
    ({ stdout }) => stdout.startsWith('entrance_'),
    () => false,
  );
}

test('a private authority is trusted where Node is told to, and nobody else is', async () => {
  const { port } = await start({});
  expect(await reaches(`rediss://localhost:${port}`, TLS.ca)).toBe(true);
  expect(await reaches(`rediss://localhost:${port}`, undefined)).toBe(false);
});

test('what was read is tracked over TLS too', async () => {
  const { port } = await start({});
  const listening = await freePort();
  const env = {
    REDIS_URL: `rediss://localhost:${port}`,
    SESSION_SECRET: 'a secret for tests that is long enough to be one',
    NODE_EXTRA_CA_CERTS: TLS.ca,
    PORT: `${listening}`,
    PLATFORM_ADMIN_EMAIL: 'admin@acmecorp.com',
    PLATFORM_ADMIN_PASSWORD: 'nine purple ladders hum softly',
  };
  const serving = spawn(process.execPath, [cli, 'serve'], { env, cwd: tmpdir(), stdio: 'ignore' });
  try {
    await until(async () => (await clientsOf(port)).some(({ flags }) => flags.includes('t')));
  } finally {
    serving.kill();
    await once(serving, 'exit');
  }
});

test('so it is behind Sentinel', async () => {
  const { port } = await start({});
  const sentinel = await start({ sentinelOf: { port, quorum: 1 } });
  expect(await reaches(`rediss+sentinel://localhost:${sentinel.port}/main`, TLS.ca)).toBe(true);
});

test('and in a cluster', async () => {
  const node = await start({ isInCluster: true, settings: ['--cluster-announce-ip', '127.0.0.1'] });
  await addAllSlots(node);
  await until(() => reaches(`rediss+cluster://localhost:${node.port}`, TLS.ca));
});

async function addAllSlots({ port }: RedisServer): Promise<void> {
  await askSecurely(port, 'CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
}

/** Who is connected: `t` among the flags means that keys are tracked. */
async function clientsOf(port: number) {
  const list = await askSecurely(port, 'CLIENT', 'LIST');
  return [...list.matchAll(/ flags=(\S+)/g)].map(([, flags = '']) => ({ flags }));
}

async function askSecurely(port: number, ...command: readonly string[]): Promise<string> {
  const access = ['--tls', '--cacert', TLS.ca, '-h', 'localhost', '-p', `${port}`];
  return (await promisify(execFile)('redis-cli', [...access, ...command])).stdout;
}
