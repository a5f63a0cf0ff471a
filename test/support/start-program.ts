import { execFile, spawn } from 'node:child_process';

export interface RunningProgram {
  readonly port: string;
  stop(): void;
}

interface Surroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Runs a program to its end, and gives what it printed. Rejects with that if the program fails. */
export function runToEnd(
  [program = '', ...args]: readonly string[],
  { cwd, env }: Surroundings,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd, env: { PATH: process.env.PATH ?? '', ...env } };
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(stdout + stderr));
    });
  });
}

/** Starts a program that says the port it listens on, in a log line or in words. Rejects with what it printed where it ends before. */
export async function startProgram(
  [program = '', ...args]: readonly string[],
  { cwd, env }: Surroundings,
): Promise<RunningProgram> {
  const child = spawn(program, args, { cwd, env: { PATH: process.env.PATH ?? '', ...env } });
  const port = await new Promise<string>((resolve, reject) => {
    let output = '';
    const listen = (chunk: Buffer) => {
      output += chunk;
      const listening = /(?:"port":|listening on )(\d+)/.exec(output);
      if (listening?.[1] !== undefined) resolve(listening[1]);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('exit', () => reject(new Error(output)));
  });
  return { port, stop: () => void child.kill('SIGKILL') };
}
