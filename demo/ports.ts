import { once } from 'node:events';
import { createServer } from 'node:net';
import { DemoError } from './demo-error.js';

const DEFAULT_PORT = 8000;
/** Leaves room for the stand-ins of the providers, whose ports follow. */
const HIGHEST_PORT = 65_499;

export function parsePort(text: string | undefined): number {
  const port = Number(text ?? DEFAULT_PORT);
  if (Number.isInteger(port) && port >= 1 && port <= HIGHEST_PORT) return port;
  throw new DemoError(`PORT is a number from 1 to ${HIGHEST_PORT}, for example: PORT=8080 npm run demo`);
}

/** Called before anything else starts, so that a port that is taken is all that the terminal tells. */
export async function requireFree(port: number): Promise<void> {
  const probe = createServer().listen(port, '127.0.0.1');
  await once(probe, 'listening').catch((error: unknown) => {
    throw isPortTaken(error) ? portTaken(port) : error;
  });
  probe.close();
  await once(probe, 'close');
}

export function isPortTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

export function portTaken(port: number): DemoError {
  return new DemoError(
    `Port ${port} is taken by another program. Choose another one: PORT=${port + 1_000} npm run demo`,
  );
}
