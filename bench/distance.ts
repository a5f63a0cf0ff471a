import { createClient } from 'redis';
import { atMost, type Benchmark } from './support/benchmark.js';
import { type Contestant, kinds } from './support/contestants.js';
import { decimals, median } from './support/figures.js';
import { adminSessions } from './support/seed.js';
import { onStage, type Stage } from './support/stage.js';

/** Milliseconds by which each packet is held back, each way. */
const DELAY = 1;
const FRESH_SESSIONS = 500;
const WARM_UP_SECONDS = 1;

/** What it costs that the store is not on the same machine. */
export const distance: Benchmark = {
  name: 'distance',
  title: 'A store at a distance',
  run: (options) =>
    onStage(options, async (stage) => {
      const proxy = await stage.startProxy('delay', DELAY);
      const roundTrip = await pingThrough(proxy.url);
      const entries = await enter(stage, proxy.url);
      const latencies = new Map<string, number[]>(entries.map(({ label }) => [label, []]));
      for (const { server, cookies } of entries)
        await latency(stage, server, await cookies(), WARM_UP_SECONDS);
      for (let round = 0; round < options.rounds; round += 1) {
        for (const { label, server, cookies } of entries) {
          latencies.get(label)?.push(await latency(stage, server, await cookies(), options.seconds));
        }
      }
      return conclude(latencies, roundTrip);
    }),
};

const READ_BEFORE = 'Entrance, session read before';

async function enter(stage: Stage, redisUrl: string) {
  const { bare, oneGet, expressSession, passport, entrance } = kinds;
  const env = { REDIS_URL: redisUrl };
  const entries = [];
  for (const kind of [bare, oneGet, expressSession, passport, entrance]) {
    const server = await stage.start(kind, { env });
    const cookie = await server.signIn();
    const label = kind === entrance ? READ_BEFORE : kind.label;
    entries.push({ label, server, cookies: async () => [cookie] });
    if (kind === entrance) {
      const settings = { ...server.settings, REDIS_URL: stage.redis.url };
      const cookies = () => adminSessions(settings, FRESH_SESSIONS);
      entries.push({ label: 'Entrance, session to be fetched', server, cookies });
    }
  }
  return entries;
}

/** Milliseconds, over one connection. Several cookies are sent once each, one is sent for some time. */
async function latency(
  stage: Stage,
  { port }: Contestant,
  cookies: readonly string[],
  seconds: number,
): Promise<number> {
  const load = await stage.generator.run({
    port,
    path: '/reports',
    headers: cookies.map((cookie) => [`Cookie: ${cookie}`]),
    connections: 1,
    status: 200,
    ...(cookies.length > 1 ? { requests: cookies.length } : { seconds }),
  });
  return median(load.latencies);
}

async function pingThrough(url: string): Promise<number> {
  const client = await createClient({ url }).connect();
  const times: number[] = [];
  for (let ping = 0; ping < 100; ping += 1) {
    const sent = performance.now();
    await client.ping();
    times.push(performance.now() - sent);
  }
  client.destroy();
  return median(times);
}

function conclude(latencies: ReadonlyMap<string, readonly number[]>, roundTrip: number) {
  const bare = latencies.get(kinds.bare.label) ?? [];
  const over = (label: string) =>
    median((latencies.get(label) ?? []).map((value, round) => value - (bare[round] ?? Number.NaN)));
  return {
    tables: [
      {
        caption: `A proxy holds back every packet to and from Redis for at least ${DELAY} ms, so that a round trip takes ${decimals(roundTrip)} ms. One connection.`,
        columns: ['guarded by', 'median latency ms', 'over bare ms'],
        rows: [...latencies].map(([label, values]) => [
          label,
          decimals(median(values)),
          decimals(over(label)),
        ]),
      },
    ],
    targets: [atMost('latency of a session read before, over bare Express', 0.2, over(READ_BEFORE), ' ms')],
  };
}
