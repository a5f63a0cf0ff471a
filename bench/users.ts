import type { User } from '#entrance/directory/directory.js';
import { signingIn } from './memory.js';
import { atMost, type Benchmark, type Target } from './support/benchmark.js';
import { type Contestant, kinds } from './support/contestants.js';
import { decimals, megabytes, percentile, whole } from './support/figures.js';
import { bySso, openSeed, people, person, type Seed } from './support/seed.js';
import { onStage, type Stage } from './support/stage.js';
import { Visitor } from './support/visitor.js';

const SIZES = [1_000, 100_000];
const FULL_SIZE = 1_000_000;
const SESSIONS = 10_000;
const FULL_SESSIONS = 1_000_000;
const SESSIONS_OF_ONE = 100;
/** How often each page is asked for, and how many people lose their sessions. */
const VISITS = 200;
const REVOCATIONS = 30;

const TEAM = '0190a5b1-7c4e-7d3a-9f21-5b6c7d8e9f00';

/** Pages as people ask for them: plain, deep, and with filters that leave many, few or nobody. */
const pages = [
  { label: 'first page', query: '' },
  { label: 'by last sign-in, newest first', query: 'sort=-last_login_at' },
  { label: 'by name, backwards', query: 'sort=-full_name' },
  { label: 'search that many match', query: 'q=a' },
  { label: 'search that one matches', query: 'q=ada.okafor.0@' },
  { label: 'search that nobody matches', query: 'q=zzz' },
  { label: 'search by name, newest first', query: 'q=ada&sort=-last_login_at' },
  { label: 'search by surname', query: 'q=okafor' },
  { label: 'search by surname, newest first', query: 'q=lindqvist&sort=-last_login_at' },
  { label: 'search by surname, by name', query: 'q=tanaka&sort=full_name' },
  { label: 'search by surname, by email', query: 'q=okafor&sort=email' },
  { label: 'search by the beginning of a surname, by name', query: 'q=lind&sort=full_name' },
  { label: 'search by a rare surname', query: 'q=aaltonen&sort=-last_login_at' },
  { label: 'search by surname and name', query: 'q=okafor+ada&sort=-last_login_at' },
  { label: 'search by a rare surname and name', query: 'q=zuiderveld+grace' },
  { label: 'not signed in for long', query: 'not_signed_in_since=2025-01-02&sort=full_name' },
  {
    label: 'not signed in for months, newest first',
    query: 'not_signed_in_since=2025-07-01&sort=-last_login_at',
  },
  { label: 'a rare role', query: 'role=platform_admin' },
  { label: 'a common role', query: 'role=platform_viewer&sort=-last_login_at' },
  { label: 'the disabled', query: 'status=disabled&sort=-created_at' },
  { label: 'local accounts', query: 'provider=local' },
  { label: 'a search among the disabled', query: 'q=chiara&status=disabled' },
  { label: 'a team', query: `team=${TEAM}&sort=full_name` },
  { label: 'a team, newest first', query: `team=${TEAM}&sort=-created_at` },
  { label: 'a search in a team', query: `q=okafor&team=${TEAM}` },
  {
    label: 'a role among those not signed in for long',
    query: 'role=platform_viewer&not_signed_in_since=2025-02-01',
  },
  { label: 'a role among the disabled', query: 'role=platform_viewer&status=disabled&sort=-full_name' },
] as const;

/** The users page, its API and the dashboard as the directory grows, and what the directory takes. */
export const users: Benchmark = {
  name: 'users',
  title: 'Many users',
  async run(options) {
    const sizes = options.full ? [...SIZES, FULL_SIZE] : SIZES;
    const measured: Size[] = [];
    for (const size of sizes) measured.push(await onStage(options, (stage) => measure(stage, size)));
    return {
      tables: [
        {
          caption: `From the request to the answer, for a page of 50, on the same machine: all kinds of pages below, ${VISITS} times each.`,
          columns: [
            'users',
            'page p50 ms',
            'page p99 ms',
            'API p50 ms',
            'API p99 ms',
            'slowest Redis command',
            'memory',
            'bytes each',
          ],
          rows: measured.map(({ size, page, api, slowest, bytes }) => [
            whole(size),
            ...figures(page),
            ...figures(api),
            slowest,
            megabytes(bytes),
            whole(bytes / size),
          ]),
        },
        {
          caption: 'The same by kind of page: p99 of the users page, ms.',
          columns: ['page', ...sizes.map((size) => whole(size))],
          rows: pages.map(({ label }) => [
            label,
            ...measured.map(({ page }) => decimals(percentile(page.get(label) ?? [], 99), 1)),
          ]),
        },
        {
          caption: `Disabling somebody who has ${SESSIONS_OF_ONE} sessions, ${REVOCATIONS} times: from the request to the answer.`,
          columns: ['users', 'sessions in all', 'p50 ms', 'longest ms'],
          rows: measured.map(({ size, sessions, revocations }) => [
            whole(size),
            whole(sessions),
            decimals(percentile(revocations, 50), 1),
            decimals(Math.max(...revocations), 1),
          ]),
        },
        {
          caption: `The dashboard beside these sessions, ${VISITS} times.`,
          columns: ['users', 'sessions in all', 'p50 ms', 'p99 ms'],
          rows: measured.map(({ size, sessions, dashboard }) => [
            whole(size),
            whole(sessions),
            decimals(percentile(dashboard, 50), 1),
            decimals(percentile(dashboard, 99), 1),
          ]),
        },
      ],
      targets: measured.flatMap(targetsOf),
    };
  },
};

type Times = ReadonlyMap<string, readonly number[]>;

interface Size {
  readonly size: number;
  readonly page: Times;
  readonly api: Times;
  readonly slowest: string;
  readonly bytes: number;
  readonly sessions: number;
  readonly revocations: readonly number[];
  readonly dashboard: readonly number[];
}

async function measure(stage: Stage, size: number): Promise<Size> {
  const entrance = await stage.start(kinds.entrance);
  const cookie = await entrance.signIn();
  const seed = await openSeed(entrance.settings);
  try {
    const before = await stage.redis.usedMemory();
    await seed.addUsers(people(size, describe));
    await stage.redis.resetSlowLog(); // thousands of slow writes would count as memory of users
    const bytes = (await stage.redis.usedMemory()) - before;
    const page = await visitAll(stage, entrance, cookie, '/admin/users');
    const api = await visitAll(stage, entrance, cookie, '/auth/users');
    const slowest = await stage.redis.slowestCommand();
    const sessions = size === FULL_SIZE ? FULL_SESSIONS : SESSIONS;
    const revocations = await revoke(entrance, cookie, seed, sessions);
    return {
      size,
      page,
      api,
      slowest:
        slowest === undefined ? '< 0.5 ms' : `${decimals(slowest.milliseconds, 1)} ms (${slowest.name})`,
      bytes,
      sessions: sessions + REVOCATIONS * SESSIONS_OF_ONE,
      revocations,
      dashboard: await visit(stage, entrance, cookie, '/admin'),
    };
  } finally {
    await seed.stop();
  }
}

/**
 * A directory as companies have them: nearly all from Entra, some disabled, few with a role, hardly any local. Some
 * have a rare surname.
 */
function describe(number: number): Partial<User> {
  return {
    ...(number % 400 === 11 ? { fullName: `Grace ${number % 800 === 11 ? 'Zuiderveld' : 'Aaltonen'}` } : {}),
    ...(number % 1_000 === 3 ? { provider: 'local', providerId: null, providerScope: null } : {}),
    ...(number % 50 === 7 ? { status: 'disabled' } : {}),
    roles: rolesOf(number).map(bySso),
    teams: number % 100 === 23 ? [{ name: TEAM, origin: 'manual' }] : [],
  };
}

function rolesOf(number: number): string[] {
  if (number % 2_000 === 0) return ['platform_admin'];
  return number % 10 === 0 ? ['platform_viewer'] : [];
}

/** Milliseconds of each visit, by kind of page. */
async function visitAll(stage: Stage, entrance: Contestant, cookie: string, path: string): Promise<Times> {
  const times = new Map<string, readonly number[]>();
  await visit(stage, entrance, cookie, path);
  for (const { label, query } of pages)
    times.set(label, await visit(stage, entrance, cookie, `${path}?${query}`));
  return times;
}

async function visit(
  stage: Stage,
  { port }: Contestant,
  cookie: string,
  path: string,
): Promise<readonly number[]> {
  const headers = [[`Cookie: ${cookie}`, 'Accept: text/html']];
  const job = { port, headers, connections: 1, status: 200, requests: VISITS };
  return (await stage.generator.run({ ...job, path })).latencies;
}

/** Milliseconds for each of some people with many sessions, while others have many too. */
async function revoke(entrance: Contestant, cookie: string, seed: Seed, sessions: number): Promise<number[]> {
  const revoked = Array.from({ length: REVOCATIONS }, (_, number) => person(FULL_SIZE + number));
  await seed.addUsers(revoked);
  await seed.signIn(signingIn(sessions, 2));
  for (const user of revoked) await seed.signIn(Array.from({ length: SESSIONS_OF_ONE }, () => user));
  const times: number[] = [];
  for (const { id } of revoked) {
    const visitor = new Visitor(entrance.url);
    const asked = performance.now();
    const { status } = await visitor.visit(`/auth/users/${id}`, {
      method: 'PATCH',
      headers: { cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ status: 'disabled' }),
    });
    times.push(performance.now() - asked);
    if (status !== 200) throw new Error(`disabling was answered ${status}`);
  }
  return times;
}

function figures(times: Times): string[] {
  const all = [...times.values()].flat();
  return [decimals(percentile(all, 50), 1), decimals(percentile(all, 99), 1)];
}

function targetsOf({ size, page, api, bytes, sessions, revocations, dashboard }: Size): Target[] {
  const worst = Math.max(...[...page.values(), ...api.values()].map((times) => percentile(times, 99)));
  return [
    atMost(`${whole(size)} users: p99 of the slowest kind of page`, 25, worst, ' ms'),
    ...(size === FULL_SIZE ? [atMost(`${whole(size)} users: memory`, 1_000, bytes / 1e6, ' MB')] : []),
    atMost(`${whole(size)} users: p99 of the dashboard`, 25, percentile(dashboard, 99), ' ms'),
    atMost(
      `${whole(size)} users: ${SESSIONS_OF_ONE} sessions ended among ${whole(sessions)}`,
      10,
      percentile(revocations, 50),
      ' ms',
    ),
  ];
}
