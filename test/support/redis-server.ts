import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.js';

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Where the nodes of its cluster speak to it. */
  readonly busPort: number | undefined;
  readonly pid: number;
  /** Stops answering, but keeps the connections: SIGSTOP. */
  freeze(): void;
  thaw(): void;
  /** Ends at once, like a crash. With `appendonly`, what was written is there when it is started again in `directory`. */
  kill(): Promise<void>;
  /** Ends, and removes its directory. */
  stop(): Promise<void>;
  readonly directory: string;
}

export interface RedisServerOptions {
  /** Otherwise a free one. */
  readonly port?: number;
  readonly appendonly?: boolean;
  /** Otherwise a new one. */
  readonly directory?: string;
  /** Speaks TLS alone, with the certificate of `test/fixtures/tls`. */
  readonly tls?: boolean;
  /** Makes it a node of a cluster that it has to be introduced to. */
  readonly isInCluster?: boolean;
  /** Makes it a sentinel that watches the master at this port, alone or together with others, under the name `main`. */
  readonly sentinelOf?: { readonly port: number; readonly quorum: number; readonly password?: string };
  /** More of redis.conf, for example `['--requirepass', 'secret']`. */
  readonly settings?: readonly string[];
}

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url));
/** A certificate for `localhost` and 127.0.0.1, its key, and the authority that nobody knows; for tests alone. */
export const TLS = { ca: fixture('ca.pem'), certificate: fixture('server.pem'), key: fixture('server.key') };

/** Starts a real Redis on loopback. Another program may take a free port first: then it is tried on another one. */
export async function startRedisServer(options: RedisServerOptions = {}): Promise<RedisServer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOn(options.port ?? (await freePort()), options);
    } catch (error) {
      if (attempt === 3 || !String(error).includes('ddress already in use')) throw error;
    }
  }
}

async function startOn(port: number, options: RedisServerOptions): Promise<RedisServer> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'redis-')));
  const persistence = [
    '--save',
    '',
    '--appendonly',
    options.appendonly ? 'yes' : 'no',
    '--appendfsync',
    'always',
  ];
  const busPort = options.isInCluster ? await freePort() : undefined;
  const { child, pid } = await launch([
    ...(options.sentinelOf ? sentinelSettings(options.sentinelOf, directory) : persistence),
    ...(busPort === undefined ? [] : clusterSettings(busPort)),
    ...(options.tls ? tlsSettings(port) : ['--port', `${port}`]),
    ...['--bind', '127.0.0.1', '--dir', directory],
    ...(options.settings ?? []),
  ]);
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill(signal);
    await exited;
  };
  return {
    url: `${options.tls ? 'rediss' : 'redis'}://127.0.0.1:${port}`,
    port,
    busPort,
    pid,
    directory,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    kill: () => end('SIGKILL'),
    stop: async () => {
      await end('SIGKILL');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A sentinel keeps what it knows in its configuration file. */
function sentinelSettings(
  { port, quorum, password }: NonNullable<RedisServerOptions['sentinelOf']>,
  directory: string,
): string[] {
  const file = join(directory, 'sentinel.conf');
  writeFileSync(
    file,
    [
      `sentinel monitor main 127.0.0.1 ${port} ${quorum}`,
      'sentinel down-after-milliseconds main 500',
      'sentinel failover-timeout main 2000',
      password ? `sentinel auth-pass main "${password}"` : '',
      '',
    ].join('\n'),
  );
  return [file, '--sentinel'];
}

function tlsSettings(port: number): string[] {
  return [
    ...['--port', '0', '--tls-port', `${port}`, '--tls-auth-clients', 'no'],
    ...['--tls-replication', 'yes', '--tls-cluster', 'yes'],
    ...['--tls-ca-cert-file', TLS.ca, '--tls-cert-file', TLS.certificate, '--tls-key-file', TLS.key],
  ];
}

function clusterSettings(busPort: number): string[] {
  const timeout = ['--cluster-node-timeout', '1000', '--repl-diskless-sync-delay', '0'];
  return ['--cluster-enabled', 'yes', '--cluster-port', `${busPort}`, ...timeout];
}

async function launch(settings: readonly string[]): Promise<{ child: ChildProcess; pid: number }> {
  const child = spawn('redis-server', settings, { stdio: ['ignore', 'pipe', 'inherit'] });
  const orphan = () => void child.kill('SIGKILL');
  process.once('exit', orphan);
  child.once('exit', () => process.off('exit', orphan));

  const failed = once(child, 'error').then(() => {
    throw new Error('These tests need a redis-server on the PATH: apt-get install redis-server');
  });
  const lines: string[] = [];
  const ready = (async () => {
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (/Ready to accept connections|Sentinel ID is/.test(line)) return;
    }
    throw new Error(`redis-server ended at its start:\n${lines.join('\n')}`);
  })();
  await Promise.race([ready, failed]);
  child.stdout.resume();
  if (child.pid === undefined) throw new Error('redis-server has no process id');
  return { child, pid: child.pid };
}
