import { oddFiles } from '../test/support/odd-bodies.js';
import { atMost, type Benchmark } from './support/benchmark.js';
import { type Contestant, kinds } from './support/contestants.js';
import { decimals } from './support/figures.js';
import { adminSessions } from './support/seed.js';
import { onStage } from './support/stage.js';
import { Visitor } from './support/visitor.js';

/** The files that take longest are told. */
const TOLD = 5;

/** Whether everybody else still gets answers while files arrive that aren’t what anybody imports. */
export const oddInputs: Benchmark = {
  name: 'odd-inputs',
  title: 'While odd files are imported',
  run: (options) =>
    onStage(options, async ({ start }) => {
      const entrance = await start(kinds.entrance);
      const [cookie = ''] = await adminSessions(entrance.settings, 1);
      const stands: { readonly name: string; readonly longest: number }[] = [];
      for (const [name, file] of Object.entries(oddFiles))
        stands.push({ name, longest: await longestWhile(entrance, cookie, file()) });
      stands.sort((one, other) => other.longest - one.longest);
      return {
        tables: [
          {
            caption: `How late the server’s event loop is at most while a file of up to 1 MB is checked: the ${TOLD} worst of ${stands.length}.`,
            columns: ['the file', 'longest ms'],
            rows: stands.slice(0, TOLD).map(({ name, longest }) => [name, decimals(longest)]),
          },
        ],
        targets: [atMost('longest', 100, stands[0]?.longest ?? 0, ' ms')],
      };
    }),
};

async function longestWhile(entrance: Contestant, cookie: string, file: string): Promise<number> {
  await entrance.watchEventLoop();
  const { status } = await new Visitor(entrance.url).visit('/auth/users/import?dry_run=true', {
    method: 'POST',
    headers: { cookie, 'content-type': 'text/csv' },
    body: file,
  });
  if (status !== 200 && status !== 422) throw new Error(`an import was answered ${status}`);
  return (await entrance.eventLoopDelay()).max;
}
