import { ask, OTHER_CORE, startProcess, stopProcess } from './process.js';

export interface FaultyProxy {
  readonly url: string;
  stop(): Promise<void>;
}

/** Holds each packet back so many milliseconds, or cuts all connections about so often. */
export type Fault = 'delay' | 'cut';

export async function startProxy(
  redisPort: number,
  fault: Fault,
  milliseconds: number,
): Promise<FaultyProxy> {
  const child = startProcess(new URL('./faulty-proxy.js', import.meta.url), {
    args: [`${redisPort}`, fault, `${milliseconds}`],
    core: OTHER_CORE,
  });
  const { port } = await ask<{ port: number }>(child);
  return { url: `redis://127.0.0.1:${port}`, stop: () => stopProcess(child) };
}
