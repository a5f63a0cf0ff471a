import { atLeast, atMost, type Benchmark, type Options, type Table } from './support/benchmark.js';
import { type Contestant, type Kind, kinds } from './support/contestants.js';
import { decimals, median, medianRatio, whole } from './support/figures.js';
import type { Load } from './support/load.js';
import { adminSessions } from './support/seed.js';
import { onStage, type Stage } from './support/stage.js';

const WARM_UP_SECONDS = 2;
/** Sessions that are read once each, in one measurement: of the time before the idle clock is due. */
const FRESH_SESSIONS = 6_000;
/** More of them, for the warm-up: about as many requests as the others are warmed up with over one connection. */
const WARM_UP_SESSIONS = 10_000;

/** One who takes part: a server, and the cookies that its requests carry. */
interface Entry {
  readonly label: string;
  readonly server: Contestant;
  /** The `Cookie` header of its session; bare Express is sent one too, as browsers do. */
  readonly cookie: string;
  /** More sessions, for a measurement that sends each of them once. */
  readonly freshCookies?: () => Promise<readonly string[]>;
}

interface Round {
  readonly throughput: number;
  /** Microseconds of CPU for a request, over many connections and over one. */
  readonly busyCpu: number;
  readonly cpu: number;
  readonly latency: number;
}

/** What a guard costs: many connections at once, and one alone, where every round trip shows. */
export const guard: Benchmark = {
  name: 'guard',
  title: 'A guarded request',
  run: (options) =>
    onStage(options, async (stage) => {
      const entries = await enter(stage);
      const rounds = new Map<string, Round[]>(entries.map(({ label }) => [label, []]));
      for (let round = 0; round < options.rounds; round += 1) {
        for (const entry of entries) rounds.get(entry.label)?.push(await measure(stage, entry, options));
      }
      return conclude(rounds);
    }),
};

const readBefore = ({ label }: Pick<Contestant, 'label'>) => `${label}, session read before`;
const fetched = ({ label }: Pick<Contestant, 'label'>) => `${label}, session to be fetched`;

async function enter(stage: Stage): Promise<Entry[]> {
  const { entrance, entranceByListen, verifyingSession: _, ...peers } = kinds;
  const ours = await Promise.all([entrance, entranceByListen].map((kind) => enterOurs(stage, kind)));
  const theirs: Entry[] = [];
  for (const kind of Object.values(peers)) {
    const server = await stage.start(kind);
    const cookie = (await server.signIn()) || (ours[0]?.[0]?.cookie ?? '');
    theirs.push({ label: kind.label, server, cookie });
  }
  return [...theirs, ...ours.flat()];
}

async function enterOurs(stage: Stage, kind: Kind): Promise<Entry[]> {
  const server = await stage.start(kind);
  const cookie = await server.signIn();
  const freshCookies = () => adminSessions(server.settings, WARM_UP_SESSIONS + FRESH_SESSIONS);
  return [
    { label: readBefore(kind), server, cookie },
    { label: fetched(kind), server, cookie, freshCookies },
  ];
}

async function measure(stage: Stage, entry: Entry, { seconds }: Options): Promise<Round> {
  const busy = await load(stage, entry, 32, seconds);
  const alone = await load(stage, entry, 1, seconds);
  return {
    throughput: busy.requests / busy.seconds,
    busyCpu: busy.cpu / busy.requests,
    cpu: alone.cpu / alone.requests,
    latency: median(alone.latencies),
  };
}

/** A server that has waited for its turn is slow at first, so it is warmed up before it is measured. */
async function load(
  { generator }: Stage,
  { server, cookie, freshCookies }: Entry,
  connections: number,
  seconds: number,
): Promise<Load & { readonly cpu: number }> {
  const fresh = (await freshCookies?.())?.map(cookieLine);
  const first = fresh?.splice(0, WARM_UP_SESSIONS);
  const job = { port: server.port, path: '/reports', connections, status: 200 };
  const eachOnce = (headers: readonly string[][]) => ({ ...job, headers, requests: headers.length });
  const again = (duration: number) => ({ ...job, headers: [cookieLine(cookie)], seconds: duration });
  await generator.run(first === undefined ? again(WARM_UP_SECONDS) : eachOnce(first));
  const before = await server.cpu();
  const measured = await generator.run(fresh === undefined ? again(seconds) : eachOnce(fresh));
  return { ...measured, cpu: (await server.cpu()) - before };
}

function cookieLine(cookie: string): string[] {
  return [`Cookie: ${cookie}`];
}

function conclude(rounds: ReadonlyMap<string, readonly Round[]>) {
  const all = (label: string, figure: keyof Round) => (rounds.get(label) ?? []).map((round) => round[figure]);
  const { bare, expressSession, openidRedis, openidCookie, passport, entrance, entranceByListen } = kinds;
  const throughput = (label: string, base: string) =>
    medianRatio(all(label, 'throughput'), all(base, 'throughput'));
  const cpu = (label: string) => medianRatio(all(label, 'cpu'), all(bare.label, 'cpu'));

  const table: Table = {
    caption:
      'Server on one core. Requests per second over 32 connections and CPU time of the server for one of them; then, over one connection, its CPU time and the median latency.',
    columns: ['guarded by', 'requests/s', 'of bare', 'CPU µs', 'alone: CPU µs', 'of bare', 'latency ms'],
    rows: [...rounds.keys()].map((label) => [
      label,
      whole(median(all(label, 'throughput'))),
      decimals(throughput(label, bare.label)),
      whole(median(all(label, 'busyCpu'))),
      whole(median(all(label, 'cpu'))),
      decimals(cpu(label)),
      decimals(median(all(label, 'latency'))),
    ]),
  };
  return {
    tables: [table],
    targets: [entrance, entranceByListen].flatMap((kind) => {
      const { label } = kind;
      const throughputOf = (base: string) => throughput(readBefore(kind), base);
      return [
        atLeast(`${label}: throughput, of bare Express`, 0.9, throughputOf(bare.label)),
        atLeast(`${label}: throughput, of express-session`, 1.4, throughputOf(expressSession.label)),
        atLeast(
          `${label}: throughput, of express-openid-connect on Redis`,
          1.7,
          throughputOf(openidRedis.label),
        ),
        atLeast(
          `${label}: throughput, of express-openid-connect’s cookie`,
          3,
          throughputOf(openidCookie.label),
        ),
        atLeast(`${label}: throughput, of Passport`, 1.6, throughputOf(passport.label)),
        atMost(`${label}: CPU of a session read before, of bare Express`, 1.35, cpu(readBefore(kind))),
        atMost(`${label}: CPU of a session to be fetched, of bare Express`, 1.9, cpu(fetched(kind))),
      ];
    }),
  };
}
