import { atMost, type Benchmark } from './support/benchmark.js';
import { kinds } from './support/contestants.js';
import { megabytes, whole } from './support/figures.js';
import { bySso, openSeed, person } from './support/seed.js';
import { onStage } from './support/stage.js';

const SESSIONS = 100_000;
const SESSIONS_EACH = [1, 10];

/** What sessions and their indexes take in Redis. */
export const memory: Benchmark = {
  name: 'memory',
  title: 'Memory for sessions',
  run: async (options) => {
    const taken: number[] = [];
    for (const each of SESSIONS_EACH) {
      taken.push(
        await onStage(options, async ({ redis, start }) => {
          const { settings } = await start(kinds.entrance);
          const seed = await openSeed(settings);
          const before = await redis.usedMemory();
          await seed.signIn(signingIn(SESSIONS, each));
          const after = await redis.usedMemory();
          await seed.stop();
          return after - before;
        }),
      );
    }
    return {
      tables: [
        {
          caption: `${whole(SESSIONS)} sessions with their indexes: what \`used_memory\` of Redis grew by.`,
          columns: ['sessions of each user', 'memory', 'bytes each'],
          rows: taken.map((bytes, index) => [
            `${SESSIONS_EACH[index]}`,
            megabytes(bytes),
            whole(bytes / SESSIONS),
          ]),
        },
      ],
      targets: [atMost(`${whole(SESSIONS)} sessions`, 70, Math.max(...taken) / 1e6, ' MB')],
    };
  },
};

export function* signingIn(sessions: number, each: number) {
  for (let number = 0; number < sessions / each; number += 1) {
    const user = person(number, { roles: [bySso('platform_viewer')] });
    for (let session = 0; session < each; session += 1) yield user;
  }
}
