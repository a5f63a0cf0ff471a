import { spawn } from 'node:child_process';

export interface RunningProgram {
  readonly port: string;
  stop(): void;
}

/** Starts a program that says the port it listens on, in a log line or in words. Rejects with what it printed where it ends before. */
export async function startProgram(
  [program = '', ...args]: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
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
