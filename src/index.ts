import type { Logger } from 'pino';
import { ConfigError } from './config/config-error.js';
import { assembleEntrance, type Entrance } from './entrance.js';
import type { Extensions } from './extensions.js';
import { type Opened, openEntrance } from './open.js';
import { parseConfig, readMounted } from './settings.js';

import './guards/guards.js';

export { ConfigError } from './config/config-error.js';
export type { Entrance } from './entrance.js';
export type { ErrorCode } from './error-codes.js';
export { EntranceError } from './errors.js';
export type * from './extensions.js';
export { type RequestClasses, serverOptions } from './operations/server-options.js';

export interface EntranceOptions extends Extensions {
  /**
   * The settings of docs/configuration.md by their names, for example `process.env`. The settings of the standalone
   * server (`PORT`, `HOST`, `TRUST_PROXY`, `LOG_*`, `METRICS_TOKEN`) aren't read.
   */
  readonly settings: Readonly<Record<string, string | undefined>>;
  /**
   * A prefix of all names. With `ENTRANCE_`, `ENTRANCE_BASE_URL` is read instead of `BASE_URL`. `NODE_ENV` and other
   * names that programs around it set are read without the prefix too (docs/configuration.md).
   */
  readonly prefix?: string;
  /** A pino logger. The default writes lines from `info` on to stdout. */
  readonly log?: Logger;
}

export interface MountedEntrance extends Entrance {
  /** Closes the connection to the store. */
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
 *
 * The promise resolves when the store answers and the local administrator exists. If that takes more than a few seconds,
 * it resolves all the same, and Entrance keeps trying. Until then, requests that need the store are answered 503.
 * @throws ConfigError that names every problem of the settings at once; TypeError without settings, or for a prefix
 *   without `_` at its end
 */
export async function createEntrance({
  settings,
  prefix = '',
  log,
  ...extensions
}: EntranceOptions): Promise<MountedEntrance> {
  if (typeof settings !== 'object' || settings === null)
    throw new TypeError(
      'createEntrance needs settings: an object of names and values, such as the environment',
    );
  const opened = openMounted(settings, prefix, log, extensions);
  const { pages: _, ...entrance } = assembleEntrance(opened.deps);
  await opened.readyOrLate();
  return { ...entrance, close: opened.close };
}

/** Opens Entrance for a host app. Problems and warnings name the settings as the host app named them. */
function openMounted(
  settings: EntranceOptions['settings'],
  prefix: string,
  log: Logger | undefined,
  extensions: Extensions,
): Opened {
  const { environment, named, namedIn, warnings } = readMounted(settings, prefix);
  try {
    const config = parseConfig(environment, { mounted: { everyNameIsOurs: prefix !== '' } });
    return openEntrance(
      { ...config, warnings: [...config.warnings.map(named), ...warnings] },
      { log, extensions },
    );
  } catch (error) {
    throw error instanceof ConfigError ? namedIn(error) : error;
  }
}
