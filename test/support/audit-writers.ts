import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const WRITER = fileURLToPath(new URL('audit-writer.ts', import.meta.url));

/** Several processes record at once; resolves when all have ended well. Needs the build in `dist/`. */
export async function runAuditWriters(
  redisUrl: string,
  prefix: string,
  {
    processes,
    writers,
    events,
  }: { readonly processes: number; readonly writers: number; readonly events: number },
): Promise<void> {
  const args = ['--import', 'tsx', WRITER, redisUrl, prefix, `${writers}`, `${events}`];
  const children = Array.from({ length: processes }, () =>
    spawn(process.execPath, args, {
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'inherit', 'inherit'],
    }),
  );
  const codes = await Promise.all(children.map(async (child) => Number((await once(child, 'exit'))[0])));
  if (codes.some((code) => code !== 0)) throw new Error(`a writer ended with ${codes.join(', ')}`);
}
