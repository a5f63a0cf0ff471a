import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { runCommand } from '#entrance/cli.js';

/** The program `entrance` as it is built. */
export const BUILT = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

interface Given {
  /** The command looks for a `.env` file here. */
  readonly folder: string;
  readonly settings?: Readonly<Record<string, string>>;
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `entrance …` in the process of the test: for what isn’t about the command’s own process. */
export async function runHere(args: readonly string[], { folder, settings }: Given): Promise<Ended> {
  const printed = { stdout: '', stderr: '' };
  const keeping = (name: keyof typeof printed) =>
    new Writable({
      decodeStrings: false,
      write(text, _encoding, done) {
        printed[name] += text;
        done();
      },
    });
  const around = { folder, env: { ...settings }, stdout: keeping('stdout'), stderr: keeping('stderr') };
  return { code: await runCommand(args, around), ...printed };
}

export interface Started {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  readonly printed: { readonly stdout: string; readonly stderr: string };
  readonly ended: Promise<Ended>;
}

/** Starts `entrance …` in a process of its own. */
export function startCommand(
  args: readonly string[],
  { folder, settings, program = BUILT }: Given & { readonly program?: string },
): Started {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', ...settings },
  });
  const printed = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    printed.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    printed.stderr += chunk;
  });
  return {
    child,
    printed,
    ended: once(child, 'close').then(([code]) => ({ code: Number(code), ...printed })),
  };
}
