import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createWebServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, expect, test } from '@jest/globals';
import { ErrorReply } from '@redis/client';
import { connectRedis, type RedisConnection } from '#entrance/redis/connection.js';
import { faultOf } from '#entrance/redis/fault.js';
import { faultTexts } from '#entrance/redis/fault-texts.js';
import { untilReachable } from '#entrance/redis/until-reachable.js';
import { freePort } from '../support/free-port.js';
import { type LogLine, recordingLog } from '../support/recording-log.js';
import { type RedisServer, type RedisServerOptions, startRedisServer } from '../support/redis-server.js';
import { ask, startClusterTopology, startSentinelTopology, until } from '../support/redis-topologies.js';

const PASSWORD = 'hunter2-must-not-be-printed';
const opened: { stop(): unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.stop();
});

function kept<T extends { stop(): unknown }>(one: T): T {
  opened.push(one);
  return one;
}

async function start(options: RedisServerOptions = {}): Promise<RedisServer> {
  return kept(await startRedisServer(options));
}

async function listening(server: Server): Promise<number> {
  kept({ stop: () => server.close() });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port; // a TCP server’s address once it listens
}

interface Met {
  readonly code: string | undefined;
  readonly words: string | undefined;
  readonly remedy: string | undefined;
  readonly lines: readonly LogLine[];
}

/** The messages to an operator with this address, at the start or at a command. */
async function met(
  url: string,
  act?: (redis: RedisConnection) => Promise<unknown>,
  ready = untilDecided,
): Promise<Met> {
  const { log, lines } = recordingLog('debug');
  const redis = connectRedis(url, { log });
  kept({ stop: () => redis.close() });
  const failure = await ready(redis)
    .then(() => act?.(redis))
    .then(
      () => undefined,
      (error: unknown) => redis.explain(error),
    );
  return { code: failure?.code, words: failure?.words, remedy: failure?.remedy, lines };
}

/** Ends with the first cause. `untilReachable` goes on for two seconds, since a server may have just started. */
async function untilDecided(redis: RedisConnection): Promise<void> {
  await until(() =>
    redis.ping().then(
      () => true,
      (error: unknown) => redis.explain(error)?.code !== 'connecting',
    ),
  );
  await redis.ping();
}

/** The same after all attempts of a start, where a later one could tell more, or log more lines. */
function metAtStart(url: string): Promise<Met> {
  return met(url, undefined, untilReachable);
}

test('nothing listens', async () => {
  const port = await freePort();
  const { code, words, remedy, lines } = await metAtStart(`redis://127.0.0.1:${port}`);
  expect(code).toBe('connection_refused');
  expect(words).toContain(`127.0.0.1:${port} can’t be reached`);
  expect(words).toContain('ECONNREFUSED');
  expect(remedy).toContain('Start Redis');
  expect(lines.filter(({ level }) => level === 50)).toEqual([
    expect.objectContaining({ msg: expect.stringContaining('can’t be reached'), cause: words, remedy }),
  ]);
});

test.each([
  [`redis://:${PASSWORD}@`, ['--requirepass', 'right'], 'password_wrong', 'refuses the password'],
  [`redis://nobody:${PASSWORD}@`, [], 'password_wrong', 'refuses the user or the password'],
  ['redis://', ['--requirepass', 'right'], 'password_missing', 'wants a password'],
  ['rediss://', [], 'tls_unwanted', 'doesn’t speak TLS'],
  [
    `redis://:${PASSWORD}@`,
    ['--rename-command', 'HELLO', ''],
    'protocol_old',
    'doesn’t speak RESP3: Redis 6 or later, and no proxy in front, is needed',
  ],
  ['redis+sentinel://', [], 'not_a_sentinel', 'isn’t a sentinel'],
  [`redis+sentinel://:${PASSWORD}@`, [], 'not_a_sentinel', 'isn’t a sentinel'],
  ['redis+cluster://', [], 'not_a_cluster', 'isn’t a node of a cluster'],
])('%s… at a server with %j: %s, and no password in the log', async (scheme, settings, code, said) => {
  const { port } = await start({ settings });
  const url = `${scheme}127.0.0.1:${port}${scheme.includes('sentinel') ? '/main' : ''}`;
  const found = await met(url);
  expect(found).toMatchObject({ code, words: expect.stringContaining(said) });
  expect(found.words).toContain(`127.0.0.1:${port}`);
  expect(JSON.stringify(found)).not.toContain(PASSWORD);
  expect(JSON.stringify(found.lines.filter(({ level }) => level > 20))).not.toContain('node_modules');
});

test('what a command brought isn’t in the error where Redis doesn’t know the command', async () => {
  const { url } = await start();
  const redis = connectRedis(url, { log: recordingLog().log });
  kept({ stop: () => redis.close() });
  await untilReachable(redis);
  const unknown = redis.client.sendCommand(['NO-SUCH', PASSWORD]);
  await expect(unknown).rejects.toThrow('unknown command');
  const error: unknown = await unknown.catch((thrown: unknown) => thrown);
  expect(inspect(error, { depth: 5 })).not.toContain(PASSWORD);
});

test('a server that speaks TLS and is addressed without', async () => {
  const { port } = await start({ tls: true });
  const found = await metAtStart(`redis://127.0.0.1:${port}`);
  expect(found).toMatchObject({ code: 'tls_wanted', remedy: 'Begin REDIS_URL with rediss://.' });
  expect(found.lines.filter(({ level }) => level === 50)).toHaveLength(1);
});

test('a certificate of an authority that nobody knows, without the certificate in the log', async () => {
  const { port } = await start({ tls: true });
  const found = await met(`rediss://127.0.0.1:${port}`);
  expect(found).toMatchObject({
    code: 'certificate_untrusted',
    remedy: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
  });
  expect(Math.max(...found.lines.map((line) => JSON.stringify(line).length))).toBeLessThan(2_000);
});

test('a web server, something that greets first, and one that hangs up', async () => {
  const web = await listening(createWebServer((_request, response) => response.end('hello')));
  const greeter = await listening(createServer((socket) => socket.write('SSH-2.0-OpenSSH\r\n')));
  const abrupt = await listening(createServer((socket) => socket.destroy()));
  expect((await met(`redis://127.0.0.1:${web}`)).code).toBe('not_redis');
  expect((await met(`redis://127.0.0.1:${greeter}`)).code).toBe('not_redis');
  expect((await met(`rediss://127.0.0.1:${web}`)).code).toBe('tls_unwanted');
  expect((await met(`redis://127.0.0.1:${abrupt}`)).code).toBe('connection_closed');
});

test('a server that keeps silent', async () => {
  const silent = await listening(createServer(() => {}));
  expect((await met(`redis://127.0.0.1:${silent}`)).code).toBe('no_answer');
});

test('a number of a database that there isn’t', async () => {
  const { port } = await start();
  expect(await met(`redis://127.0.0.1:${port}/99`)).toMatchObject({ code: 'database_unknown' });
});

test('a command that the user may not run, and a key that the user may not touch', async () => {
  const server = await start();
  await ask(server, ['ACL', 'SETUSER', 'some', 'on', `>${PASSWORD}`, '~mine', '+@all', '-set']);
  const url = `redis://some:${PASSWORD}@127.0.0.1:${server.port}`;
  expect(await met(url, ({ client }) => client.set('mine', '1'))).toMatchObject({
    code: 'permission_missing',
    words: expect.stringContaining('may not run SET'),
  });
  expect((await met(url, ({ client }) => client.get('yours'))).words).toContain(
    'may not touch one of the keys',
  );
});

test('no memory for writes', async () => {
  const { url } = await start({ settings: ['--maxmemory', '1'] });
  expect((await met(url, ({ client }) => client.set('key', '1'))).code).toBe('memory_full');
});

test('a replica as the only server isn’t ready, and is told as that', async () => {
  const master = await start();
  const { url } = await start({ settings: ['--replicaof', `127.0.0.1 ${master.port}`] });
  expect(await metAtStart(url)).toMatchObject({
    code: 'read_only',
    remedy: expect.stringContaining('master'),
  });
});

test('a sentinel as the only server, and a master’s name that the sentinels don’t know', async () => {
  const { watchers } = kept(await startSentinelTopology());
  const at = `127.0.0.1:${watchers[0]?.port}`;
  expect(await metAtStart(`redis://${at}`)).toMatchObject({
    code: 'is_sentinel',
    remedy: expect.stringContaining('redis+sentinel://host:26379/master-name'),
  });
  expect(await met(`redis+sentinel://${at}/other`)).toMatchObject({
    code: 'master_unknown',
    words: expect.stringContaining('no master called other'),
  });
});

test('a node of a cluster as the only server, and a cluster of which a part is gone', async () => {
  const { url, servers } = kept(await startClusterTopology());
  const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
  const found = await met(`redis://127.0.0.1:${servers[0]?.port}`, ({ client }) =>
    Promise.all(keys.map((key) => client.set(key, '1'))),
  );
  expect(found).toMatchObject({ code: 'is_cluster', remedy: 'Begin REDIS_URL with redis+cluster://.' });

  await servers[2]?.kill();
  const [first] = servers;
  if (first === undefined) throw new Error('no server');
  await until(async () => String(await ask(first, ['CLUSTER', 'INFO'])).includes('cluster_state:fail'));
  expect(['cluster_down', 'connection_refused']).toContain((await met(url)).code);
});

test('a cluster whose slots nobody has is told, though every node answers', async () => {
  const { port } = await start({ isInCluster: true });
  expect((await met(`redis+cluster://127.0.0.1:${port}`)).code).toBe('cluster_down');
});

test('a cause that changes while Redis is away is told, and each once', async () => {
  const port = await freePort();
  const { log, lines } = recordingLog();
  const redis = connectRedis(`redis://127.0.0.1:${port}`, { log });
  kept({ stop: () => redis.close() });
  const causes = () => lines.filter(({ level }) => level === 50).map(({ code }) => code);
  await until(() => causes().length === 1);
  await start({ port, settings: ['--requirepass', 'right'] });
  await until(() => causes().length === 2);
  expect(causes()).toEqual(['connection_refused', 'password_missing']);
});

test.each([
  ['LOADING Redis is loading the dataset in memory', 'loading'],
  ["READONLY You can't write against a read only replica.", 'read_only'],
  ["MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", 'master_down'],
  ['CLUSTERDOWN Hash slot not served', 'cluster_down'],
  ['MISCONF Redis is configured to save RDB snapshots, but is unable to persist on disk.', 'disk_failing'],
  ['BUSY Redis is busy running a script.', 'busy'],
  ['NOREPLICAS Not enough good replicas to write.', 'too_few_replicas'],
  ['ERR max number of clients reached', 'too_many_clients'],
  ['DENIED Redis is running in protected mode because protected mode is enabled', 'protected_mode'],
  ['ERR Client sent AUTH, but no password is set', 'password_unwanted'],
  ['ERR AUTH <password> called without any password configured for the default user.', 'password_unwanted'],
  ['NOPROTO unsupported protocol version', 'protocol_old'],
  [
    'ERR unknown command `HELLO`, with args beginning with: `3`, `AUTH`, `default`, `hunter2`',
    'protocol_old',
  ],
  ['MOVED 3999 127.0.0.1:6381', 'is_cluster'],
  ['ERR SELECT is not allowed in cluster mode', 'is_cluster'],
  ['ERR something that nobody expects', 'other'],
])('the reply “%s” is %s', (reply, code) => {
  const fault = faultOf(new ErrorReply(reply));
  expect(fault.code).toBe(code);
  expect(fault.words).not.toContain('hunter2');
});

const place = {
  host: 'redis.acmecorp.com',
  port: 6380,
  tls: true,
  username: undefined,
  password: 'x',
} as const;
const failure = (code: string, facts: object = {}) => Object.assign(new Error(code), { code, ...facts });

test.each([
  [
    failure('ENOTFOUND', { hostname: 'redis.acmecorp.com' }),
    'host_unknown',
    'redis.acmecorp.com is unknown to DNS',
  ],
  [failure('EHOSTUNREACH'), 'host_unreachable', 'no route'],
  [failure('ETIMEDOUT'), 'no_answer', 'in time'],
  [failure('ECONNRESET'), 'connection_closed', 'closed'],
  [failure('CERT_HAS_EXPIRED'), 'certificate_expired', 'has expired'],
  [
    failure('ERR_TLS_CERT_ALTNAME_INVALID', {
      cert: { subjectaltname: 'DNS:localhost, IP Address:10.0.0.1', raw: 'x'.repeat(2_000) },
    }),
    'certificate_name',
    'redis.acmecorp.com:6380 isn’t in the certificate of this server, which is for: localhost, 10.0.0.1',
  ],
  [failure('ERR_SSL_WRONG_VERSION_NUMBER'), 'tls_unwanted', 'doesn’t speak TLS'],
  [failure('ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE'), 'tls_failed', 'TLS'],
])('an error of the network is told as a fault, %#', (error, code, said) => {
  const fault = faultOf(error, { ...place, topology: 'standalone' });
  expect(fault).toMatchObject({ code, words: expect.stringContaining(said) });
  expect(fault.words.length).toBeLessThan(300);
});

test.each(['cluster', 'sentinel'] as const)(
  'a certificate that doesn’t name a server of a %s says how Redis announces names',
  (topology) => {
    const { remedy } = faultOf(failure('ERR_TLS_CERT_ALTNAME_INVALID'), { ...place, topology });
    expect(remedy).toContain(topology === 'cluster' ? 'cluster-announce-hostname' : 'announce-hostnames');
  },
);

test('each fault stands in the guide', () => {
  const guide = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
  const missing = Object.keys(faultTexts).filter((code) => !guide.includes(`\`${code}\``));
  expect(missing).toEqual([]);
});
