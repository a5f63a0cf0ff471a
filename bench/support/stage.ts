import type { SimulatedMicrosoft } from '../../demo/simulator/simulator.js';
import type { Options } from './benchmark.js';
import {
  type Contestant,
  type ContestantOptions,
  type Kind,
  startContestant,
  startMicrosoft,
} from './contestants.js';
import { type Generator, startGenerator } from './load.js';
import { type Fault, type FaultyProxy, startProxy } from './proxy.js';
import { type BenchRedis, startRedis } from './redis.js';

/** All that a benchmark runs against. */
export interface Stage {
  readonly redis: BenchRedis;
  readonly microsoft: SimulatedMicrosoft;
  readonly generator: Generator;
  /** Stands between servers and Redis, and outlives them. */
  startProxy(fault: Fault, milliseconds: number): Promise<FaultyProxy>;
  start(kind: Kind, options?: Pick<ContestantOptions, 'env' | 'core'>): Promise<Contestant>;
}

/** Sets up a stage of its own, and takes everything down again however the benchmark ends. */
export async function onStage<T>(options: Options, play: (stage: Stage) => Promise<T>): Promise<T> {
  const endings: (() => Promise<void>)[] = [];
  const ending = <Part extends { stop(): Promise<void> }>(part: Part): Part => {
    endings.unshift(() => part.stop());
    return part;
  };
  try {
    const redis = ending(await startRedis());
    const microsoft = await startMicrosoft();
    endings.unshift(() => microsoft.close());
    const generator = ending(startGenerator());
    return await play({
      redis,
      microsoft,
      generator,
      startProxy: async (...fault) => ending(await startProxy(redis.server.port, ...fault)),
      async start(kind, more = {}) {
        const { profileFolder } = options;
        return ending(
          await startContestant(kind, { redisUrl: redis.url, microsoft, profileFolder, ...more }),
        );
      },
    });
  } finally {
    for (const end of endings) await end();
  }
}
