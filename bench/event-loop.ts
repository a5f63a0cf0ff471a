import { hashPassword } from '#entrance/passwords/hashing.js';
import { atMost, type Benchmark } from './support/benchmark.js';
import { kinds } from './support/contestants.js';
import { decimals, median } from './support/figures.js';
import { SERVER_CORE } from './support/process.js';
import { openSeed, people } from './support/seed.js';
import { onStage } from './support/stage.js';
import { Visitor } from './support/visitor.js';

const SIGN_INS = 50;
const PASSWORD = 'plum-harbour-violin-92';

/** Whether everybody else still gets answers while passwords are verified. */
export const eventLoop: Benchmark = {
  name: 'event-loop',
  title: 'While passwords are verified',
  run: async (options) => {
    const cores = [
      { label: 'one core', core: SERVER_CORE },
      { label: 'all cores', core: undefined },
    ];
    const rows: string[][] = [];
    const p99s: number[] = [];
    for (const { label, core } of cores) {
      const delays = await onStage(options, async ({ start }) => {
        const entrance = await start(kinds.entrance, { core });
        const emails = await addLocalUsers(entrance.settings);
        await signInAll(entrance.url, emails);
        const rounds = [];
        for (let round = 0; round < options.rounds; round += 1) {
          const started = performance.now();
          await entrance.watchEventLoop();
          await signInAll(entrance.url, emails);
          rounds.push({ ...(await entrance.eventLoopDelay()), took: performance.now() - started });
        }
        return rounds;
      });
      const figure = (name: 'p50' | 'p99' | 'max' | 'took') => median(delays.map((delay) => delay[name]));
      p99s.push(figure('p99'));
      rows.push([
        label,
        decimals(figure('p50')),
        decimals(figure('p99')),
        decimals(figure('max')),
        decimals(figure('took') / 1e3),
      ]);
    }
    return {
      tables: [
        {
          caption: `How late the server’s event loop is while ${SIGN_INS} local sign-ins arrive at once.`,
          columns: ['server on', 'p50 ms', 'p99 ms', 'longest ms', 'all signed in after s'],
          rows,
        },
      ],
      targets: [atMost('event-loop delay, p99', 20, Math.max(...p99s), ' ms')],
    };
  },
};

async function addLocalUsers(settings: Readonly<Record<string, string>>): Promise<string[]> {
  const users = [...people(SIGN_INS, () => ({ provider: 'local', providerId: null, providerScope: null }))];
  const seed = await openSeed(settings);
  await seed.addUsers(users, await hashPassword(PASSWORD));
  await seed.stop();
  return users.map(({ email }) => email);
}

async function signInAll(url: string, emails: readonly string[]): Promise<void> {
  await Promise.all(
    emails.map(async (email, number) => {
      const { status } = await new Visitor(url).visit('/admin/login', {
        method: 'POST',
        headers: { 'x-forwarded-for': `10.0.0.${number}` },
        body: new URLSearchParams({ email, password: PASSWORD }),
      });
      if (status !== 303) throw new Error(`a local sign-in was answered ${status}`);
    }),
  );
}
