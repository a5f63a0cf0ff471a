import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startNginx } from './nginx.js';

const EXAMPLES = fileURLToPath(new URL('../../examples/proxies/', import.meta.url));

interface Ports {
  readonly proxy: number;
  readonly entrance: number;
  readonly app: number;
}

/** The proxies of examples/proxies that the tests have, each with how it is started. */
const proxies = {
  nginx: { file: 'nginx.conf', start: startNginx },
  caddy: { file: 'Caddyfile', start: startCaddy },
};
export type ProxyName = keyof typeof proxies;
export const proxyNames: readonly ProxyName[] = ['nginx', 'caddy'];

export function proxyExample(file: string): Promise<string> {
  return readFile(join(EXAMPLES, file), 'utf8');
}

/** Starts a proxy with its example as it stands, but for the ports. */
export async function startProxy(name: ProxyName, folder: string, ports: Ports): Promise<ChildProcess> {
  const { file, start } = proxies[name];
  const example = await proxyExample(file);
  return start(
    folder,
    example
      .replaceAll(':8080', `:${ports.proxy}`)
      .replaceAll('127.0.0.1:8000', `127.0.0.1:${ports.entrance}`)
      .replaceAll('127.0.0.1:3000', `127.0.0.1:${ports.app}`),
  );
}

async function startCaddy(folder: string, site: string): Promise<ChildProcess> {
  const file = join(folder, 'Caddyfile');
  await writeFile(file, `{\n\tadmin off\n}\n${site}`);
  return spawn('caddy', ['run', '--config', file, '--adapter', 'caddyfile'], {
    stdio: ['ignore', 'ignore', 'ignore'],
    env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
  });
}
