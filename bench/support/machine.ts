import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';

/** What the figures were measured on. */
export function describeMachine(): string {
  const memory = Math.round(totalmem() / 2 ** 30);
  const redis = /v=([\d.]+)/.exec(spawnSync('redis-server', ['--version'], { encoding: 'utf8' }).stdout)?.[1];
  return [
    `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown processor'}`,
    `${memory} GiB of memory`,
    `${type()} ${release().split('.', 2).join('.')}`,
    `Node.js ${process.versions.node}`,
    `Redis ${redis}`,
  ].join(', ');
}
