import { atLeast, atMost, type Benchmark, type Options, type Table } from './support/benchmark.js';
import { type Contestant, kinds } from './support/contestants.js';
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

const READ_BEFORE = 'Entrance, session read before';
const FETCHED = 'Entrance, session to be fetched';

async function enter(stage: Stage): Promise<Entry[]> {
  const { entrance, verifyingSession: _, ...peers } = kinds;
  const server = await stage.start(entrance);
  const cookie = await server.signIn();
  const freshCookies = () => adminSessions(server.settings, WARM_UP_SESSIONS + FRESH_SESSIONS);
  const entries: Entry[] = [];
  for (const kind of Object.values(peers)) {
    const peer = await stage.start(kind);
    entries.push({ label: kind.label, server: peer, cookie: (await peer.signIn()) || cookie });
  }
  return [
    ...entries,
    { label: READ_BEFORE, server, cookie },
    { label: FETCHED, server, cookie, freshCookies },
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
  const { bare, expressSession, openidRedis, openidCookie, passport } = kinds;
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
    targets: [
      atLeast('throughput, of bare Express', 0.9, throughput(READ_BEFORE, bare.label)),
      atLeast('throughput, of express-session', 1.4, throughput(READ_BEFORE, expressSession.label)),
      atLeast(
        'throughput, of express-openid-connect on Redis',
        1.7,
        throughput(READ_BEFORE, openidRedis.label),
      ),
      atLeast(
        'throughput, of express-openid-connect’s cookie',
        3,
        throughput(READ_BEFORE, openidCookie.label),
      ),
      atLeast('throughput, of Passport', 1.6, throughput(READ_BEFORE, passport.label)),
      atMost('CPU of a session read before, of bare Express', 1.35, cpu(READ_BEFORE)),
      atMost('CPU of a session to be fetched, of bare Express', 1.9, cpu(FETCHED)),
    ],
  };
}
