import { Agent, request } from 'node:http';
import { atMost, type Benchmark } from './support/benchmark.js';
import { type Contestant, kinds } from './support/contestants.js';
import { decimals, percentile, whole } from './support/figures.js';
import { adminSessions } from './support/seed.js';
import { onStage } from './support/stage.js';

/** Sign-outs of each kind for one round of the other benchmarks. */
const SIGN_OUTS = 100;
/** A session that ended has to stay ended: it is tried on for so long, milliseconds. */
const AFTERMATH = 50;
/** About how far apart the second instance's connections are cut, milliseconds. */
const CUT_EVERY = 150;

/** How long a session that ended on one instance is still good on another. */
export const revocation: Benchmark = {
  name: 'revocation',
  title: 'Revocation, seen by a second instance',
  run: (options) =>
    onStage(options, async (stage) => {
      const steady = await stage.start(kinds.entrance);
      const shared = { BASE_URL: steady.url };
      const second = await stage.start(kinds.entrance, { env: shared });
      const proxy = await stage.startProxy('cut', CUT_EVERY);
      const troubled = await stage.start(kinds.entrance, {
        env: { ...shared, REDIS_URL: proxy.url, LOG_LEVEL: 'silent' },
      });

      const rounds = options.rounds * SIGN_OUTS;
      const calm = await signOuts(steady, second, rounds);
      const cut = await signOuts(steady, troubled, rounds);
      return {
        tables: [
          {
            caption: `From the answer to a sign-out on one instance to the last request that another instance still lets in; 0 where it refuses from the first. ${whole(rounds)} sign-outs each; the second instance is asked without pause, until ${AFTERMATH} ms after its first refusal.`,
            columns: ['the second instance', 'p50 ms', 'p99 ms', 'longest ms', 'let one in after the answer'],
            rows: [row('connected', calm), row(`its connections to Redis cut every ${CUT_EVERY} ms`, cut)],
          },
        ],
        targets: [
          atMost('p99, connected', 10, percentile(calm, 99), ' ms'),
          atMost('p99, cut again and again', 10, percentile(cut, 99), ' ms'),
          atMost('longest', 100, Math.max(...calm, ...cut), ' ms'),
        ],
      };
    }),
};

async function signOuts(here: Contestant, there: Contestant, rounds: number): Promise<number[]> {
  const cookies = await adminSessions(here.settings, rounds);
  const lags: number[] = [];
  for (const cookie of cookies) lags.push(await signOut(here, there, cookie));
  return lags;
}

/** Reads the session over there, ends it here, and keeps trying over there; milliseconds for which it still let in. */
async function signOut(here: Contestant, there: Contestant, cookie: string): Promise<number> {
  await untilLetIn(there, cookie);
  let ended = Number.POSITIVE_INFINITY;
  const ending = ask(here, 'POST', '/admin/logout', cookie).then(({ status, at }) => {
    if (status !== 303) throw new Error(`signing out was answered ${status}`);
    ended = at;
  });
  let lastLetIn = Number.NEGATIVE_INFINITY;
  let refused = Number.POSITIVE_INFINITY;
  while (performance.now() < refused + AFTERMATH) {
    const { status, sent, at } = await ask(there, 'GET', '/reports', cookie);
    if (status === 200 && sent > ended) lastLetIn = at;
    if (status === 401 && refused === Number.POSITIVE_INFINITY) refused = at;
  }
  await ending;
  return Math.max(0, lastLetIn - ended);
}

async function untilLetIn(server: Contestant, cookie: string): Promise<void> {
  for (let times = 0; times < 3; ) {
    const { status } = await ask(server, 'GET', '/reports', cookie);
    if (status === 401) throw new Error('a session is refused that nobody ended');
    if (status === 200) times += 1;
  }
}

const agent = new Agent({ keepAlive: true });

function ask(
  { port, settings }: Contestant,
  method: string,
  path: string,
  cookie: string,
): Promise<{ status: number | undefined; sent: number; at: number }> {
  const headers = {
    cookie,
    accept: 'application/json',
    'sec-fetch-site': 'same-origin',
    origin: settings.BASE_URL,
  };
  return new Promise((resolve, reject) => {
    const sent = performance.now();
    request({ host: '127.0.0.1', port, method, path, headers, agent }, (response) => {
      const at = performance.now();
      response.resume().on('end', () => resolve({ status: response.statusCode, sent, at }));
    })
      .on('error', reject)
      .end();
  });
}

function row(label: string, lags: readonly number[]): string[] {
  return [
    label,
    decimals(percentile(lags, 50)),
    decimals(percentile(lags, 99)),
    decimals(Math.max(...lags)),
    whole(lags.filter((lag) => lag > 0).length),
  ];
}
