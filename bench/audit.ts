/**
 * 8 writers on 4 processes record 100,000 audit events: how fast, is it one chain, how long did Redis stand still, and how
 * much memory does an export take. `npm run build && npx tsx bench/audit.ts [EVENTS]`
 */
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import pino from 'pino';
import { exportText } from '#entrance/audit/export.js';
import { createRedisAudit } from '#entrance/audit/redis.js';
import { connectRedis } from '#entrance/redis/connection.js';
import { auditOptions } from '../test/support/audit.js';
import { runAuditWriters } from '../test/support/audit-writers.js';
import { startRedisServer } from '../test/support/redis-server.js';

const PROCESSES = 4;
const WRITERS = 2;
const MEGABYTE = 1_048_576;
const total = Number(process.argv[2] ?? 100_000);

const server = await startRedisServer({
  settings: ['--slowlog-log-slower-than', '1000', '--slowlog-max-len', '10000'],
});
const redis = connectRedis(server.url, { log: pino({ level: 'silent' }) });
await once(redis.client, 'ready');
const open = (maxEvents = 100_000_000) =>
  createRedisAudit(redis.client, 'bench:', auditOptions({ retention: { maxEvents } }));
const audit = open();

await timed(`${PROCESSES * WRITERS} writers on ${PROCESSES} processes record ${total} events`, () =>
  runAuditWriters(server.url, 'bench:', {
    processes: PROCESSES,
    writers: WRITERS,
    events: Math.ceil(total / (PROCESSES * WRITERS)),
  }),
);
const { intact, count } = await timed('verification', () => audit.verify());
console.log(`  ${count} events in one chain: ${intact ? 'intact' : 'BROKEN'}`);
console.log(`  Redis holds ${await usedMegabytes()} MB`);

await timed('one page, newest first', () => audit.list({ limit: 50 }));
await timed('one page of a person', () => audit.list({ limit: 50, user: 'nobody' }));
await timed('one page of what is rare', () => audit.list({ limit: 50, action: 'user-sign-out' }));
await timed('one page of an hour', () => audit.list({ limit: 50, to: Date.now() - 3_600_000 }));
await timed('export', async () => {
  let [bytes, most] = [0, 0];
  for await (const text of exportText(audit.export({}, 'newest first'), 'ndjson')) {
    bytes += text.length;
    most = Math.max(most, process.memoryUsage().rss);
  }
  console.log(`  ${megabytes(bytes)} MB, with ${megabytes(most)} MB of memory at most`);
});
await timed('retention of all but 1,000', () => open(1_000).upkeep());
console.log(`  the rest is ${(await audit.verify()).intact ? 'intact' : 'BROKEN'}`);
console.log(`slowest commands: ${await slowestCommands()}`);
await redis.close();
await server.stop();

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  console.log(`${what}: ${((performance.now() - started) / 1e3).toFixed(3)} s`);
  return result;
}

/** As Redis saw them: on a busy machine a command is also slow when it was not let run. */
async function slowestCommands(): Promise<string> {
  const entries = await redis.client.sendCommand(['SLOWLOG', 'GET', '10000']);
  const commands = (Array.isArray(entries) ? entries : [])
    .map((entry) => ({
      name: `${entry[3][0]} ${String(entry[3][1]).slice(0, 8)}`,
      milliseconds: Number(entry[2]) / 1e3,
    }))
    .sort((one, other) => other.milliseconds - one.milliseconds);
  return `${commands
    .slice(0, 5)
    .map(({ name, milliseconds }) => `${name} ${milliseconds} ms`)
    .join(', ')} (${commands.length} over 1 ms)`;
}

async function usedMegabytes(): Promise<number> {
  return megabytes(Number(/^used_memory:(\d+)/m.exec(await redis.client.info('memory'))?.[1]));
}

function megabytes(bytes: number): number {
  return Math.round(bytes / MEGABYTE);
}
