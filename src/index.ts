import type { Logger } from 'pino';
import { parseConfig } from './config/parse.js';
import { assembleEntrance, type Entrance } from './entrance.js';
import { openEntrance } from './open.js';

import './guards/guards.js';

export { ConfigError } from './config/config-error.js';
export type { Entrance } from './entrance.js';
export { EntranceError, type ErrorCode } from './errors.js';
export { type RequestClasses, serverOptions } from './http/server-options.js';

export interface EntranceOptions {
  /** The settings of docs/configuration.md by their names, such as `process.env`. */
  readonly settings: Readonly<Record<string, string | undefined>>;
  /** Where to log; a pino logger of its own on stdout where left out. */
  readonly log?: Logger;
}

export interface MountedEntrance extends Entrance {
  /** Lets go of the store's connection. */
  close(): Promise<void>;
}

/**
 * Admin sign-in for an Express app.
 *
 * ```ts
 * const entrance = await createEntrance({ settings: process.env });
 * app.use(entrance.routes);
 * app.use('/reports', entrance.requireRole('platform_admin'), reports);
 * createServer(serverOptions(app), app).listen(8000);
 * ```
 * @throws ConfigError that names every problem of the settings at once; TypeError without settings
 */
export async function createEntrance({ settings, log }: EntranceOptions): Promise<MountedEntrance> {
  if (typeof settings !== 'object')
    throw new TypeError(
      'createEntrance needs settings: an object of names and values, such as the environment',
    );
  const opened = openEntrance(parseConfig(settings), { log });
  const { pages: _, ...entrance } = assembleEntrance(opened.deps);
  return { ...entrance, close: opened.close };
}
