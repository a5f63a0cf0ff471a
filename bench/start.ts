import { Agent, get } from 'node:http';
import { freePort } from '../test/support/free-port.js';
import { atMost, type Benchmark } from './support/benchmark.js';
import { kinds, settingsFor } from './support/contestants.js';
import { decimals, median, medianRatio, whole } from './support/figures.js';
import { SERVER_CORE, startProcess, stopProcess } from './support/process.js';
import { onStage, type Stage } from './support/stage.js';

/** Starts are short and vary: this many for each round of the other benchmarks. */
const STARTS = 5;

interface Entry {
  readonly label: string;
  readonly file: URL;
  readonly args?: readonly string[];
  readonly path: string;
}

const peer = (file: string) => new URL(`./peers/${file}`, import.meta.url);
const cli = new URL('../dist/cli.js', import.meta.url);
const bare: Entry = { label: 'bare Express', file: peer(kinds.bare.file), path: '/public' };
const mounted: Entry = {
  label: 'Entrance in a host app, its public route',
  file: peer(kinds.entrance.file),
  path: '/public',
};
const server: Entry = { label: 'entrance serve, /healthz', file: cli, args: ['serve'], path: '/healthz' };
const page: Entry = {
  label: 'entrance serve, the sign-in page',
  file: cli,
  args: ['serve'],
  path: '/admin/login',
};
const session: Entry = {
  label: 'express-session + openid-client',
  file: peer(kinds.expressSession.file),
  path: '/public',
};

/** From the start of the process to its first answer. */
export const start: Benchmark = {
  name: 'start',
  title: 'Starting',
  run: (options) =>
    onStage(options, async (stage) => {
      const entries = [bare, session, mounted, server, page];
      const times = new Map<string, number[]>(entries.map(({ label }) => [label, []]));
      for (const entry of entries) await timeToAnswer(stage, entry);
      for (let round = 0; round < options.rounds * STARTS; round += 1) {
        for (const entry of entries) times.get(entry.label)?.push(await timeToAnswer(stage, entry));
      }
      const ratio = ({ label }: Entry, base: Entry) =>
        medianRatio(times.get(label) ?? [], times.get(base.label) ?? []);
      return {
        tables: [
          {
            caption: 'From the start of the process to its first answer, on one core.',
            columns: ['program', 'ms', 'of bare'],
            rows: entries.map((entry) => [
              entry.label,
              whole(median(times.get(entry.label) ?? [])),
              decimals(ratio(entry, bare)),
            ]),
          },
        ],
        targets: [mounted, server, page].map((entry) =>
          atMost(`${entry.label}, of ${session.label}`, 1.5, ratio(entry, session)),
        ),
      };
    }),
};

/** Milliseconds. */
async function timeToAnswer({ microsoft, redis }: Stage, { file, args = [], path }: Entry): Promise<number> {
  const port = await freePort();
  const env = settingsFor(`http://localhost:${port}`, port, { microsoft, redisUrl: redis.url });
  const started = performance.now();
  const child = startProcess(file, { args, env, core: SERVER_CORE });
  try {
    while (!(await answers(port, path))) {
      if (child.exitCode !== null) throw new Error(`${file.pathname} ended with ${child.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return performance.now() - started;
  } finally {
    await stopProcess(child, 'SIGKILL');
  }
}

const agent = new Agent();

function answers(port: number, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path, agent }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode === 200));
    });
    request.on('error', () => resolve(false));
  });
}
