import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { RedisConnection } from '#entrance/redis/connection.js';
import { hearSwitches } from '#entrance/redis/sentinel-wire.js';
import { type RedisServer, startRedisServer } from '../support/redis-server.js';
import { connect, until } from '../support/redis-topologies.js';

let masters: readonly RedisServer[];
let sentinel: FakeSentinel;
let redis: RedisConnection;

/** Nothing is asked for by the clock here: what happens is because it was heard. */
beforeEach(async () => {
  jest.spyOn(globalThis, 'setInterval').mockReturnValue(setTimeout(() => {}, 0));
  masters = await Promise.all([startRedisServer(), startRedisServer()]);
  while (!(await listens())) {
    await redis.close();
    sentinel.close();
  }
});

/** A busy machine may take longer to connect than a sentinel is waited for, and nobody tries again here. */
async function listens(): Promise<boolean> {
  sentinel = await startFakeSentinel(portOf(0));
  redis = await connect(`redis+sentinel://127.0.0.1:${sentinel.port}/main`);
  // Once to find the master, and once when it listens.
  for (let looks = 0; looks < 100 && sentinel.asked < 2; looks += 1) await pause(20);
  return sentinel.asked >= 2;
}
afterEach(async () => {
  jest.restoreAllMocks();
  await redis.close();
  sentinel.close();
  await Promise.all(masters.map((master) => master.stop()));
});

const portOf = (index: number) => masters[index]?.port ?? 0;
const portInUse = async () => Number(await redis.client.configGet('port').then(({ port }) => port));

test('a switch to another master is heard, though the one before still answers and takes writes', async () => {
  expect(await portInUse()).toBe(portOf(0));
  sentinel.name(portOf(1));
  sentinel.publish(`main 127.0.0.1 ${portOf(0)} 127.0.0.1 ${portOf(1)}`);
  await until(async () => (await portInUse().catch(() => 0)) === portOf(1));
});

test('a switch of another master of these sentinels means nothing', async () => {
  const access = { tls: false, username: undefined, password: undefined };
  const sentinels = [{ host: '127.0.0.1', port: sentinel.port }] as const;
  const address = { topology: 'sentinel', ...access, sentinels, masterName: 'main', database: 0 } as const;
  const heard: string[] = [];
  const hearing = hearSwitches(sentinels[0], address, () => heard.push('a switch'));
  await until(async () => heard.length === 1); // as if there had been one before it listened
  sentinel.publish('another 127.0.0.1 1 127.0.0.1 2');
  sentinel.publish('main-2 127.0.0.1 1 127.0.0.1 2');
  sentinel.publish('main 127.0.0.1 1 127.0.0.1 2');
  await until(async () => heard.length > 1);
  expect(heard).toHaveLength(2);
  hearing.close();
});

interface FakeSentinel {
  readonly port: number;
  /** How often it was asked for the master. */
  readonly asked: number;
  /** The port of the master from now on. */
  name(port: number): void;
  publish(message: string): void;
  close(): void;
}

/** Real sentinels publish switches alone that they made, and hang the clients of the former master up. */
async function startFakeSentinel(named: number): Promise<FakeSentinel> {
  let master = named;
  let asked = 0;
  const listeners: Socket[] = [];
  const open = new Set<Socket>();
  const server: Server = createServer((socket) => {
    open.add(socket);
    socket.on('data', (data) => {
      const command = String(data).toUpperCase();
      if (command.includes('GET-MASTER-ADDR-BY-NAME')) {
        asked += 1;
        socket.write(list('127.0.0.1', `${master}`));
      } else if (command.includes('SUBSCRIBE')) {
        listeners.push(socket);
        socket.write(`*3\r\n${text('subscribe')}${text('+switch-master')}:1\r\n`);
      }
    });
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    get asked() {
      return asked;
    },
    name(port) {
      master = port;
    },
    publish(message) {
      for (const listener of listeners) listener.write(list('message', '+switch-master', message));
    },
    close() {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}

/** As Redis writes it (RESP 2). */
function text(value: string): string {
  return `$${Buffer.byteLength(value)}\r\n${value}\r\n`;
}

function list(...values: readonly string[]): string {
  return `*${values.length}\r\n${values.map(text).join('')}`;
}
