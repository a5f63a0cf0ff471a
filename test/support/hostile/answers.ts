import type { ServerResponse } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import type { Endpoint, HostileProvider } from './provider.js';

const MEGABYTE = 1_048_576;
export const json = { 'Content-Type': 'application/json' };

export type RawAnswer = (response: ServerResponse) => void;

/** An endpoint answers byte by byte. */
export function answering(endpoint: Endpoint, answer: RawAnswer) {
  return ({ faults }: HostileProvider): void => {
    faults.answers = { ...faults.answers, [endpoint]: answer };
  };
}

export function saysJson(body: unknown, status = 200): RawAnswer {
  return (response) => void response.writeHead(status, json).end(JSON.stringify(body));
}

export function saysStatus(status: number): RawAnswer {
  return (response) => void response.writeHead(status, json).end();
}

export function redirectsTo(location: string, status = 302): RawAnswer {
  return (response) => void response.writeHead(status, { Location: location }).end();
}

export const htmlPage: RawAnswer = (response) =>
  void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<h1>Welcome</h1>');

export const emptyForm: RawAnswer = (response) =>
  void response.writeHead(200, { 'Content-Type': 'application/x-www-form-urlencoded' }).end();

let megabyte: Buffer | undefined;

/** JSON that goes on for twenty megabytes. */
export const twentyMegabytes: RawAnswer = (response) => {
  megabyte ??= Buffer.alloc(MEGABYTE, 'x');
  const parts = [Buffer.from('{"padding":"'), ...Array<Buffer>(20).fill(megabyte), Buffer.from('"}')];
  response.writeHead(200, json);
  pipeline(Readable.from(parts), response, () => undefined); // nobody listens to the end
};

let packed: Buffer | undefined;

/** A few kilobytes that unpack to fifty megabytes. */
export const gzipBomb: RawAnswer = (response) => {
  packed ??= gzipSync(`{"padding":"${'x'.repeat(50 * MEGABYTE)}"}`);
  response.writeHead(200, { ...json, 'Content-Encoding': 'gzip' }).end(packed);
};

export const deeplyNested: RawAnswer = (response) =>
  void response.writeHead(200, json).end('['.repeat(100_000));

/** An answer that nobody asked for, and the end of HTTP on this connection. */
export const protocolSwitch: RawAnswer = ({ socket }) =>
  void socket?.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');

export const brokenConnection: RawAnswer = (response) => void response.destroy();

export const brokenOff: RawAnswer = (response) => {
  response.writeHead(200, { ...json, 'Content-Length': '1000' }).write('{', () => response.destroy());
};

/** One byte a second, for ever. */
export const trickle: RawAnswer = (response) => {
  response.writeHead(200, json);
  const timer = setInterval(() => response.write(' '), 1_000).unref();
  response.on('close', () => clearInterval(timer));
};

export const silence: RawAnswer = () => undefined;
