import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isStoreFailure } from '#entrance/redis/connection.js';
import { newClient, openNode, type RedisNode, type Server } from '#entrance/redis/node.js';
import { hearSwitches } from '#entrance/redis/sentinel-wire.js';
import { anyText } from '../support/any-text.js';
import { type RedisServer, startRedisServer } from '../support/redis-server.js';
import { connect, until } from '../support/redis-topologies.js';
import { endsWithin, PATIENCE_MS, retryOnStoreFailure } from '../support/timing.js';

const nobody = {
  topology: 'standalone',
  username: undefined,
  password: undefined,
  tls: false,
  database: 0,
} as const;
/** Sentinels that ask for no password. */
const sentinels = { ...nobody, topology: 'sentinel', sentinels: [], masterName: 'main' } as const;
const here = (port: number, access: Partial<Server> = {}): Server => ({
  ...nobody,
  host: '127.0.0.1',
  port,
  ...access,
});

let changes: (string | null)[];
let losses: unknown[];
let opened: RedisNode[];
beforeEach(() => {
  [changes, losses, opened] = [[], [], []];
});
afterEach(async () => {
  for (const node of opened) await node.close();
});

/** A node that tracks what is read. */
function open(server: Server): RedisNode {
  const node = openNode(server, {
    lost: (cause) => losses.push(cause),
    changed: (key) => changes.push(key),
  });
  opened.push(node);
  return node;
}

const rejection = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('with a real Redis', () => {
  let server: RedisServer;
  beforeEach(async () => {
    server = await startRedisServer({ settings: ['--user', 'ada', 'on', '>p:ss', '~*', '&*', '+@all'] });
  });
  afterEach(() => server.stop());

  test('texts of every length and alphabet come back as they are stored, many at once', async () => {
    const node = open(here(server.port));
    const writer = await connect(server.url);
    expect(await node.isReadyWithin(PATIENCE_MS)).toBe(true);
    const short = anyText({ maxLength: 50 });
    const long = fc
      .tuple(
        short,
        fc.constantFrom('a', 'é', '🚀', '\r\n', 'aé🚀\r\n'),
        fc.integer({ min: 10_000, max: 60_000 }),
      )
      .map(([start, unit, times]) => start + unit.repeat(times));
    const text = fc.oneof(short, long);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.tuple(text, text), { selector: ([key]) => key }), async (pairs) => {
        for (const [key, value] of pairs) await retryOnStoreFailure(() => writer.client.set(key, value));
        const values = await retryOnStoreFailure(() =>
          Promise.all(pairs.map(([key]) => node.client.get(key))),
        );
        expect(values).toEqual(pairs.map(([, value]) => value));
      }),
      { numRuns: 30, endOnFailure: true },
    );
    expect(await node.client.get('nothing is stored here')).toBeNull();
    await writer.close();
  });

  test('a user, a password and a database are those of the address', async () => {
    const node = open(here(server.port, { username: 'ada', password: 'p:ss', database: 3 }));
    const writer = await connect(`redis://127.0.0.1:${server.port}/3`);
    await writer.client.set('key', 'in three');
    expect(await node.isReadyWithin(PATIENCE_MS)).toBe(true);
    expect(await node.client.get('key')).toBe('in three');
    await writer.client.sendCommand(['FLUSHDB']);
    await until(() => changes.includes(null));
    await writer.close();
  });

  test('a wrong password is reported, and what is asked fails', async () => {
    const node = open(here(server.port, { username: 'ada', password: 'wrong' }));
    await until(() => losses.length > 0);
    expect(String(losses[0])).toContain('WRONGPASS');
    expect(isStoreFailure(await rejection(node.client.get('key')))).toBe(true);
  });

  test('a value of another type is an error of its own, and the connection goes on', async () => {
    const node = open(here(server.port));
    const writer = await connect(server.url);
    await writer.client.sendCommand(['LPUSH', 'list', 'one']);
    await until(() => node.isReadyWithin(PATIENCE_MS));
    expect(String(await rejection(node.client.get('list')))).toContain('WRONGTYPE');
    expect(await node.client.get('other')).toBeNull();
    expect(losses).toEqual([]);
    await writer.close();
  });

  test('one that is silent fails within a second, and is connected to anew', async () => {
    const node = open(here(server.port));
    await until(() => node.isReadyWithin(PATIENCE_MS));
    server.freeze();
    for (const deadline of [1_000, 50]) {
      const failing = rejection(node.client.get('key'));
      expect(await endsWithin(deadline, failing)).toBe(true);
      expect(isStoreFailure(await failing)).toBe(true);
    }
    server.thaw();
    await until(() => node.isReadyWithin(PATIENCE_MS));
    expect(await node.client.get('key')).toBeNull();
  });
});

describe('with a server of the test’s', () => {
  /** What it answers to a whole handshake (HELLO, CLIENT SETINFO twice, CLIENT TRACKING), and then to what comes. */
  let greeting: string;
  let answer: string;
  let sockets: Socket[];
  let port: number;
  let stop: () => Promise<void>;
  beforeEach(async () => {
    [greeting, answer, sockets] = [`%1\r\n$5\r\nproto\r\n:3\r\n${'+OK\r\n'.repeat(3)}`, '', []];
    const server = createServer((socket) => {
      sockets.push(socket.on('error', () => {}));
      let heard = '';
      socket.on('data', (bytes) => {
        const isGreeted = heard.includes('TRACKING');
        heard += bytes;
        if (isGreeted) socket.write(answer);
        else if (heard.includes('TRACKING')) socket.write(greeting);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo); // a TCP server’s address once it listens
    stop = async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    };
  });
  afterEach(() => stop());

  test('a reply that arrives byte by byte, with news in between, is whole', async () => {
    const node = open(here(port));
    expect(await node.isReadyWithin(PATIENCE_MS)).toBe(true);
    const reading = node.client.get('key');
    const [socket] = sockets;
    const reply = '>2\r\n$10\r\ninvalidate\r\n*2\r\n$3\r\none\r\n$5\r\nzw\u00e9i\r\n$6\r\nv\u00e4lue\r\n';
    for (const byte of Buffer.from(reply)) {
      socket?.write(Buffer.of(byte));
      await new Promise(setImmediate);
    }
    expect(await reading).toBe('välue');
    expect(changes).toEqual(['one', 'zwéi']);
  });

  test('what isn’t the protocol ends the connection, and with it what waits', async () => {
    answer = 'HTTP/1.1 400 Bad Request\r\n\r\n';
    const node = open(here(port));
    await until(() => node.isReadyWithin(PATIENCE_MS));
    expect(isStoreFailure(await rejection(node.client.get('key')))).toBe(true);
    await until(() => sockets.length === 2);
    expect(losses).toHaveLength(1);
  });

  test('one that ends in the packet that greets is never ready', async () => {
    greeting += 'HTTP/1.1';
    const node = open(here(port));
    expect(await node.isReadyWithin(1_000)).toBe(false);
    await until(() => sockets.length > 1);
    expect(node.client.isReady).toBe(false);
    expect(isStoreFailure(await rejection(node.client.get('key')))).toBe(true);
  });

  test('a connection that is cut rejects what waits at once, and there is another soon', async () => {
    const node = open(here(port));
    await until(() => node.isReadyWithin(PATIENCE_MS));
    const reading = rejection(node.client.get('key'));
    sockets[0]?.destroy();
    expect(await endsWithin(500, reading)).toBe(true);
    expect(isStoreFailure(await reading)).toBe(true);
    await until(() => node.isReadyWithin(PATIENCE_MS));
  });

  test.each<[string, (server: Server) => unknown]>([
    ['a node', (server) => open(server).close()],
    ['what hears sentinels', (server) => hearSwitches(server, sentinels, () => {}).close()],
  ])('%s that is closed while it connects says nothing to the server, and ends', async (_, openAndClose) => {
    await openAndClose(here(port));
    await until(() => sockets.length === 1);
    const [socket] = sockets;
    await until(() => socket?.closed === true);
    expect(socket?.bytesRead).toBe(0);
  });

  test('without a greeting it isn’t ready, and is connected to anew', async () => {
    greeting = '';
    const node = open(here(port));
    expect(await node.isReadyWithin(1_500)).toBe(false);
    await until(() => sockets.length > 1);
    expect(losses.length).toBeGreaterThan(0);
  });

  test('more than ten thousand at once are refused instead of piled up', async () => {
    const node = open(here(port));
    await until(() => node.isReadyWithin(PATIENCE_MS));
    const waiting = Array.from({ length: 10_000 }, () => rejection(node.client.get('key')));
    expect(isStoreFailure(await rejection(node.client.get('key')))).toBe(true);
    sockets[0]?.destroy();
    expect((await Promise.all(waiting)).every(isStoreFailure)).toBe(true);
  });
});

test('clients with different options share one class, which takes long to make', () => {
  const classOf = (client: object) => Object.getPrototypeOf(Object.getPrototypeOf(client));
  expect(classOf(newClient({ socket: { port: 1 } }))).toBe(classOf(newClient({ socket: { port: 2 } })));
});
