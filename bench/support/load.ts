import type { ChildProcess } from 'node:child_process';
import { ask, OTHER_CORE, startProcess, stopProcess } from './process.js';

export interface Job {
  readonly port: number;
  readonly path: string;
  /** Header lines of the requests: each takes the next entry, round and round. */
  readonly headers: readonly (readonly string[])[];
  readonly connections: number;
  /** When to stop: after so many requests, or after so many seconds. */
  readonly requests?: number;
  readonly seconds?: number;
  /** What every answer has to be. */
  readonly status: number;
}

export interface Load {
  readonly requests: number;
  readonly seconds: number;
  /** Milliseconds of each request. */
  readonly latencies: readonly number[];
}

export interface Generator {
  /** Throws where an answer isn't the expected one, so that no error is measured as speed. */
  run(job: Job): Promise<Load>;
  stop(): Promise<void>;
}

export function startGenerator(): Generator {
  const child: ChildProcess = startProcess(new URL('./generator.js', import.meta.url), { core: OTHER_CORE });
  return {
    async run({ status, ...job }) {
      const load = await ask<Load & { statuses: Readonly<Record<string, number>> }>(child, job);
      if (Object.keys(load.statuses).some((answered) => answered !== `${status}`)) {
        throw new Error(
          `${job.path}: expected ${status} alone, and was answered ${JSON.stringify(load.statuses)}`,
        );
      }
      return load;
    },
    stop: () => stopProcess(child),
  };
}
