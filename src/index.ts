import type { IncomingMessage } from 'node:http';
import { ConfigError } from './config/config-error.js';
import { environmentOf } from './config/typed-settings.js';
import { assembleEntrance } from './entrance.js';
import { assertOptionNames } from './extensions/option-names.js';
import type { Extensions } from './extensions.js';
import { EnvironmentSettings } from './host/from-environment.js';
import type { Handler } from './host/handler.js';
import type { Health } from './host/health.js';
import type { Log } from './host/log.js';
import type { Settings } from './host/settings.js';
import type { User } from './host/user.js';
import { loggerOf } from './log.js';
import { type Opened, openEntrance } from './open-entrance.js';
import { readHealth } from './operations/health.js';
import { createMetrics } from './operations/metrics.js';
import { kindsWith } from './providers/kinds.js';
import { datedCredentialsOf } from './providers/registry.js';
import { parseConfig, readMounted } from './settings.js';
import { testSeamOf } from './test-seam.js';
import type { Scope } from './tokens/api-token.js';

export { ConfigError } from './config/config-error.js';
export type { ErrorCode } from './error-codes.js';
export { EntranceError } from './errors.js';
export type * from './extensions.js';
export {
  type EnvironmentSettings,
  type FromEnvironmentOptions,
  fromEnvironment,
} from './host/from-environment.js';
export type { Handler } from './host/handler.js';
export type { Health } from './host/health.js';
export type { Log, LogMethod } from './host/log.js';
export type { Settings } from './host/settings.js';
export type { User } from './host/user.js';
export { type RequestClasses, serverOptions } from './operations/server-options.js';
export type { Scope } from './tokens/api-token.js';

export interface EntranceOptions extends Extensions {
  /**
   * The settings of docs/configuration.md: by their names, or `fromEnvironment(process.env)`. The settings of the
   * standalone server (`PORT`, `HOST`, `TRUST_PROXY`, `LOG_*`, `METRICS_TOKEN`) aren’t read.
   */
  readonly settings: Settings | EnvironmentSettings;
  /** @deprecated Use `settings: fromEnvironment(process.env, { prefix })`. */
  readonly prefix?: string;
  /** A pino logger, or another one with these methods of pino. The default writes lines from `info` on to stdout. */
  readonly log?: Log;
}

/** The routes, the guards and what else a host app needs. Guards and routes work in Express 4 and 5. */
export interface Entrance {
  /** All routes of Entrance, under the path of `BASE_URL`. */
  readonly routes: Handler;
  /** Lets a signed-in user pass and sets `request.user`. Sends any other visitor to sign in, or answers 401. */
  readonly requireSession: Handler;
  /**
   * Lets a user pass who holds one of these roles, and sets `request.user`. Answers 403 to a signed-in user without
   * one.
   */
  requireRole(...roles: readonly string[]): Handler;
  /**
   * Lets a user pass if their session has this authentication context, `c1` to `c99`, and sets `request.user`.
   * Otherwise sends the user to the provider for the context and back (GET), or answers 401 with a claims challenge.
   * @throws TypeError for another name
   */
  requireAuthContext(authContext: string): Handler;
  /**
   * Lets a program pass that sends an API token with this scope (`Authorization: Bearer …`), and a signed-in user whose
   * roles include the scope. Answers 401 with `WWW-Authenticate` without either, and 403 without the scope.
   * @throws TypeError for an unknown scope
   */
  requireScope(scope: Scope): Handler;
  /**
   * The user whom `requireSession`, `requireRole` or `requireAuthContext` of this Entrance let pass: the value of
   * `request.user`, typed.
   * @throws TypeError on a route without one of these guards
   */
  guardedUser(request: IncomingMessage): User;
  /**
   * The signed-in user of a request, with or without a guard before it; undefined for anybody else. A request that
   * shows an API token acts for no user, and so does a form that another site’s page sent. The promise rejects with an
   * EntranceError (its `status` is 503) while the store doesn’t answer.
   */
  userOf(request: IncomingMessage): Promise<User | undefined>;
  /** What `/readyz` of the standalone server answers. */
  health(): Promise<Health>;
  /** The metrics of Entrance in Prometheus’s text format, `text/plain; version=0.0.4`. Your process’s own aren’t among them. */
  metrics(): Promise<string>;
  /** Closes the connection to the store. */
  close(): Promise<void>;
}

/** @deprecated The name is `Entrance`. */
export type MountedEntrance = Entrance;

/**
 * Admin sign-in for an Express app.
 *
 * ```ts
 * const entrance = await createEntrance({ settings: fromEnvironment(process.env) });
 * app.use(entrance.routes);
 * app.use('/reports', entrance.requireRole('platform_admin'), reports);
 * createServer(serverOptions(app), app).listen(8000);
 * ```
 *
 * The promise resolves when the store answers and the local administrator exists. If that takes more than a few seconds,
 * it resolves all the same, and Entrance keeps trying. Until then, requests that need the store are answered 503.
 * @throws ConfigError that names every problem of the settings at once; TypeError without settings, for an option that
 *   doesn’t exist, for a prefix without `_` at its end, for a log without pino’s methods, or for providers that can’t be
 *   used
 */
export async function createEntrance(options: EntranceOptions): Promise<Entrance> {
  const opened = openAtEdge(options);
  testSeamOf(options)?.opened(opened);
  const { providers, clock, log } = opened.deps;
  const datedCredentials = datedCredentialsOf(providers);
  const { countSignIn, measure, read } = createMetrics({ ofProcess: false, datedCredentials, clock, log });
  const {
    pages: _,
    answerError: __,
    ...entrance
  } = assembleEntrance({ ...opened.deps, countSignIn, measure });
  await opened.readyOrLate();
  return { ...entrance, health: () => readHealth(opened.deps), metrics: read, close: opened.close };
}

/** The stack of a ConfigError begins in the app, so that no line of the bundle buries its text. */
function openAtEdge(options: EntranceOptions): Opened {
  try {
    return openMounted(options);
  } catch (error) {
    if (error instanceof ConfigError) Error.captureStackTrace(error, createEntrance);
    throw error;
  }
}

/** Opens Entrance for a host app. Problems and warnings name the settings as the host app named them. */
function openMounted(options: EntranceOptions): Opened {
  const { settings, prefix: oldPrefix = '', log, ...extensions } = options;
  if (typeof settings !== 'object' || settings === null)
    throw new TypeError(
      'createEntrance needs settings: what fromEnvironment gives, or an object of names and values',
    );
  assertOptionNames(options);
  const { environment: given, prefix } =
    settings instanceof EnvironmentSettings
      ? settings
      : { environment: environmentOf(settings), prefix: oldPrefix };
  const kinds = kindsWith(extensions.providers);
  const { environment, named, namedIn, warnings } = readMounted(given, prefix, kinds);
  try {
    const config = parseConfig(environment, { mounted: { everyNameIsOurs: prefix !== '' } }, kinds);
    const logger = log && loggerOf(log);
    return openEntrance(
      { ...config, warnings: [...config.warnings.map(named), ...warnings] },
      { log: logger, extensions, kinds, clock: testSeamOf(options)?.clock },
    );
  } catch (error) {
    throw error instanceof ConfigError ? namedIn(error) : error;
  }
}
