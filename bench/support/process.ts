import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';

/** The measured server has a core of its own; the generator, Redis and proxies share another. */
export const SERVER_CORE = 0;
export const OTHER_CORE = 1;
const canPin = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0;

export interface ProcessOptions {
  readonly args?: readonly string[];
  /** In place of this process's environment, but for PATH. */
  readonly env?: Readonly<Record<string, string>>;
  /** Undefined: wherever the system puts it. */
  readonly core?: number | undefined;
  readonly nodeOptions?: readonly string[];
}

/** Starts a Node program beside this one, on its core, with a channel for messages; it ends with this process. */
export function startProcess(file: URL, options: ProcessOptions = {}): ChildProcess {
  const { args = [], env = {}, core, nodeOptions = [] } = options;
  const command = [process.execPath, ...nodeOptions, file.pathname, ...args];
  const [program = '', ...rest] =
    canPin && core !== undefined ? ['taskset', '--cpu-list', `${core}`, ...command] : command;
  return spawn(program, rest, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

/** Puts a process that runs already on a core. */
export function pin(pid: number, core: number): void {
  if (canPin) spawnSync('taskset', ['--all-tasks', '--pid', '--cpu-list', `${core}`, `${pid}`]);
}

/** Sends a message and waits for the reply, or for the first message where there is nothing to say. */
export async function ask<Reply>(child: ChildProcess, question?: object | string): Promise<Reply> {
  const ended = new AbortController();
  const failed = once(child, 'exit', { signal: ended.signal }).then(([code]) => {
    throw new Error(`${child.spawnargs.join(' ')} ended with ${code}`);
  });
  if (question !== undefined) child.send(question);
  try {
    const [reply] = await Promise.race([once(child, 'message', { signal: ended.signal }), failed]);
    return reply;
  } finally {
    ended.abort();
    failed.catch(() => {});
  }
}

/** Hangs up, upon which our own programs end; others are sent a signal. */
export async function stopProcess(child: ChildProcess, signal?: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  if (signal !== undefined) child.kill(signal);
  else if (child.connected) child.disconnect();
  await exited;
}
