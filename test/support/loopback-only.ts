import { Socket } from 'node:net';
import { afterEach, expect } from '@jest/globals';

/** No test talks to anything but this machine: what tries to is stopped, and fails the test. */
const LOOPBACK =
  /^(?:localhost|(?:[\w-]+\.)+localhost|127(?:\.\d{1,3}){3}|::1|\[::1\]|::ffff:127(?:\.\d{1,3}){3})$/i;
const attempts: string[] = [];
const connect = Socket.prototype.connect;

Socket.prototype.connect = function (this: Socket, ...args: Parameters<typeof connect>) {
  const host = hostOf(args);
  if (host !== undefined && !LOOPBACK.test(host)) {
    attempts.push(host);
    queueMicrotask(() =>
      this.destroy(Object.assign(new Error(`refused: ${host} is not loopback`), { code: 'ECONNREFUSED' })),
    );
    return this;
  }
  return connect.apply(this, args);
} as typeof connect;

afterEach(() => {
  expect(attempts.splice(0)).toEqual([]);
});

/** What Node was asked to connect to; undefined for a path (a Unix socket). */
function hostOf(args: readonly unknown[]): string | undefined {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  if (typeof first === 'object' && first !== null) {
    if ('path' in first && typeof first.path === 'string') return undefined;
    return 'host' in first && typeof first.host === 'string' ? first.host : 'localhost';
  }
  return typeof second === 'string' ? second : 'localhost';
}
