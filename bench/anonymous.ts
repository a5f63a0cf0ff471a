import { atLeast, atMost, type Benchmark, type Options } from './support/benchmark.js';
import { type Contestant, kinds } from './support/contestants.js';
import { decimals, median, medianRatio, whole } from './support/figures.js';
import { commandsBetween } from './support/redis.js';
import { onStage, type Stage } from './support/stage.js';

const VISITS = 10_000;
const WARM_UP_SECONDS = 1;

/** What a host app's own routes pay for Entrance being there. */
const routes = [
  { label: 'a public route', path: '/public' },
  { label: 'a public file', path: '/assets/app.css' },
] as const;

/** What visitors cost who have not signed in. */
const visits = [
  { label: 'the sign-in page', path: '/admin/login', status: 200 },
  { label: 'the start of a sign-in', path: '/auth/sso/login/entra', status: 302 },
  { label: 'the ways to sign in', path: '/auth/sso/providers', status: 200 },
  { label: 'a stylesheet of ours', path: '/admin/assets/base.css', status: 200 },
  { label: 'a guarded route, refused', path: '/reports', status: 303 },
] as const;

export const anonymous: Benchmark = {
  name: 'anonymous',
  title: 'Anonymous and public requests',
  run: (options) =>
    onStage(options, async (stage) => {
      const bare = await stage.start(kinds.bare);
      const entrance = await stage.start(kinds.entrance);
      const byListen = await stage.start(kinds.entranceByListen);
      const shared = await compareRoutes(stage, bare, [entrance, byListen], options);
      const own = await measureVisits(stage, entrance);
      return {
        tables: [...shared.tables, own.table],
        targets: [...shared.targets, ...own.targets],
      };
    }),
};

interface Compared {
  /** A route, and how Entrance is mounted. */
  readonly label: string;
  readonly bare: readonly number[];
  readonly ours: readonly number[];
}

async function compareRoutes(
  stage: Stage,
  bare: Contestant,
  mounted: readonly Contestant[],
  options: Options,
) {
  const compared: Compared[] = [];
  for (const { label, path } of routes) {
    const figures: number[][] = [bare, ...mounted].map(() => []);
    for (let round = 0; round < options.rounds; round += 1) {
      for (const [at, server] of [bare, ...mounted].entries())
        figures[at]?.push(await throughput(stage, server, path, options.seconds));
    }
    const [ofBare = [], ...ofMounted] = figures;
    for (const [at, ours] of ofMounted.entries())
      compared.push({ label: `${label}, ${mounted[at]?.label}`, bare: ofBare, ours });
  }
  return {
    tables: [
      {
        caption:
          'A host app’s own routes, with and without Entrance mounted in front. 32 connections, server on one core.',
        columns: ['request', 'bare Express, requests/s', 'with Entrance', 'of bare'],
        rows: compared.map(({ label, bare, ours }) => [
          label,
          whole(median(bare)),
          whole(median(ours)),
          decimals(medianRatio(ours, bare)),
        ]),
      },
    ],
    targets: compared.map(({ label, bare, ours }) =>
      atLeast(`${label}, of bare Express`, 0.95, medianRatio(ours, bare)),
    ),
  };
}

/** A server that has waited for its turn is slow at first, so it is warmed up before it is measured. */
async function throughput(
  { generator }: Stage,
  { port }: Contestant,
  path: string,
  seconds: number,
): Promise<number> {
  const job = { port, path, headers: [[]], connections: 32, status: 200 };
  await generator.run({ ...job, seconds: WARM_UP_SECONDS });
  const load = await generator.run({ ...job, seconds });
  return load.requests / load.seconds;
}

async function measureVisits(stage: Stage, entrance: Contestant) {
  const rows: string[][] = [];
  let commands = 0;
  let keys = 0;
  for (const { label, path, status } of visits) {
    const before = { keys: await stage.redis.keyCount(), commands: await stage.redis.commands() };
    const cpu = await entrance.cpu();
    const load = await stage.generator.run({
      port: entrance.port,
      path,
      headers: visitors(VISITS),
      connections: 32,
      requests: VISITS,
      status,
    });
    const spent = ((await entrance.cpu()) - cpu) / VISITS;
    const sent = [...commandsBetween(before.commands, await stage.redis.commands()).values()];
    const written = (await stage.redis.keyCount()) - before.keys;
    const total = sent.reduce((sum, count) => sum + count, 0);
    commands += total;
    keys += written;
    rows.push([label, whole(load.requests / load.seconds), whole(spent), whole(total), whole(written)]);
  }
  return {
    table: {
      caption: `${whole(VISITS)} visits each by people who have not signed in.`,
      columns: ['visit', 'requests/s', 'CPU µs/request', 'store commands', 'keys written'],
      rows,
    },
    targets: [
      atMost('store commands of all these visits', 0, commands),
      atMost('keys written by all these visits', 0, keys),
    ],
  };
}

/** Each from an address of its own, as far as the limit for one address goes. */
function visitors(count: number): string[][] {
  return Array.from({ length: count }, (_, number) => [
    'Accept: text/html',
    `X-Forwarded-For: 10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`,
  ]);
}
