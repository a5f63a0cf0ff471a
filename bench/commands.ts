import { atMost, type Benchmark } from './support/benchmark.js';
import { type Contestant, kinds } from './support/contestants.js';
import { decimals } from './support/figures.js';
import { commandsBetween } from './support/redis.js';
import { adminSessions } from './support/seed.js';
import { onStage, type Stage } from './support/stage.js';

const REQUESTS = 2_000;
const READS = new Set([
  'GET',
  'MGET',
  'EXISTS',
  'HGET',
  'HMGET',
  'TTL',
  'PTTL',
  'STRLEN',
  'ZSCORE',
  'ZRANGE',
]);

/** How often the store is asked and written for one guarded request. */
export const commands: Benchmark = {
  name: 'commands',
  title: 'Store commands of a guarded request',
  run: (options) =>
    onStage(options, async (stage) => {
      const rows: string[][] = [];
      const { expressSession, openidRedis, passport, oneGet } = kinds;
      for (const kind of [oneGet, expressSession, openidRedis, passport]) {
        const server = await stage.start(kind);
        rows.push(row(kind.label, await count(stage, server, [await server.signIn()])));
      }
      const entrance = await stage.start(kinds.entrance);
      const cookie = await entrance.signIn();
      await count(stage, entrance, [cookie]);
      const readBefore = await count(stage, entrance, [cookie]);
      const fetched = await count(stage, entrance, await adminSessions(entrance.settings, REQUESTS));
      rows.push(
        row('Entrance, session read before', readBefore),
        row('Entrance, session to be fetched', fetched),
      );
      return {
        tables: [
          {
            caption: `Mean over ${REQUESTS.toLocaleString('en')} requests.`,
            columns: ['guarded by', 'reads', 'writes', 'which'],
            rows,
          },
        ],
        targets: [
          atMost('commands for a session read before', 0, readBefore.reads + readBefore.writes),
          atMost('commands for a session to be fetched', 1, fetched.reads + fetched.writes),
          atMost('writes', 0, readBefore.writes + fetched.writes),
        ],
      };
    }),
};

interface Count {
  readonly reads: number;
  readonly writes: number;
  readonly names: readonly string[];
}

async function count(stage: Stage, { port }: Contestant, cookies: readonly string[]): Promise<Count> {
  const before = await stage.redis.commands();
  await stage.generator.run({
    port,
    path: '/reports',
    headers: cookies.map((cookie) => [`Cookie: ${cookie}`]),
    connections: 1,
    requests: REQUESTS,
    status: 200,
  });
  const sent = [...commandsBetween(before, await stage.redis.commands())];
  const perRequest = (isCounted: (name: string) => boolean) =>
    sent.filter(([name]) => isCounted(name)).reduce((sum, [, times]) => sum + times, 0) / REQUESTS;
  return {
    reads: perRequest((name) => READS.has(name)),
    writes: perRequest((name) => !READS.has(name)),
    names: sent.map(([name]) => name),
  };
}

function row(label: string, { reads, writes, names }: Count): string[] {
  return [label, decimals(reads), decimals(writes), names.join(', ') || 'none'];
}
