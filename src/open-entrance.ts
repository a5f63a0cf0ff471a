import type { Logger } from 'pino';
import { watchGrantEnds } from './access/ended-grants.js';
import { type Clock, systemClock } from './clock.js';
import type { Config } from './config/config.js';
import { ConfigError } from './config/config-error.js';
import type { EntranceDependencies } from './entrance.js';
import { createHooks } from './extensions/hooks.js';
import { tellingOfCreation } from './extensions/telling-of-creation.js';
import type { Extensions } from './extensions.js';
import { createLog } from './log.js';
import type { HealthSources } from './operations/health.js';
import { createTemplates } from './pages/templates.js';
import { createTextOf } from './pages/texts.js';
import { ensureAdministrator } from './passwords/administrator.js';
import { passwordProblem } from './passwords/policy.js';
import { watchRequests } from './people/approval.js';
import { prepare } from './preparation.js';
import { watchExpiry } from './providers/credentials/expiry-warnings.js';
import type { ProviderKind } from './providers/provider-kind.js';
import { createProviders, datedCredentialsOf } from './providers/registry.js';
import { openStores, type Stores } from './stores.js';

/** Loading the libraries blocks for some 40 ms, so the first requests come before. */
const WARM_UP_DELAY_MS = 100;

export interface OpenOptions {
  readonly stores?: Stores | undefined;
  readonly clock?: Clock | undefined;
  readonly log?: Logger | undefined;
  readonly extensions?: Extensions | undefined;
  /** The kinds of provider with which the configuration was read. */
  readonly kinds?: readonly ProviderKind[] | undefined;
}

export interface Opened {
  readonly deps: EntranceDependencies & HealthSources;
  /** Resolves when the store has answered, and the local administrator exists or none is configured. */
  readonly administratorReady: Promise<void>;
  /** Resolves like `administratorReady`, but after a few seconds in any case. */
  readyOrLate(): Promise<void>;
  close(): Promise<void>;
}

/** @throws ConfigError for a weak administrator password; TypeError for unusable views or texts of a host app */
export function openEntrance(config: Config, options: OpenOptions = {}): Opened {
  assertStrongPassword(config);
  const { clock = systemClock, log = createLog(config.log), extensions = {} } = options;
  const wording = {
    template: createTemplates(extensions.views, log),
    textOf: createTextOf(extensions.texts),
  };
  warn(config, options.log);
  const hooks = createHooks(extensions, log);
  const opened = options.stores ?? openStores(config, log, clock, extensions);
  const stores = { ...opened, directory: tellingOfCreation(opened.directory, hooks) };
  const providers = createProviders(config, clock, log, options.kinds);
  const { preparedMark } = stores;
  const preparation = prepare(
    async () => {
      await stores.pingStore();
      await ensureAdministrator(config.localAccounts, stores.directory, clock, log);
      const migrated = await stores.directory.migrate();
      if (migrated > 0)
        log.info({ users: migrated }, 'what an earlier version stored is in the present form');
      if (!(await preparedMark.isSet())) await preparedMark.set();
    },
    log,
    preparedMark.isSet,
  );
  const datedCredentials = datedCredentialsOf(providers);
  const expiryWatch = watchExpiry(datedCredentials, clock, log);
  const stopForgetting = watchRequests(stores.directory, clock, log);
  const stopWatchingEnds = watchGrantEnds(stores, clock, log);
  const reportLoadFailure = (error: unknown) =>
    void log.error({ err: error }, 'a part of Entrance could not be loaded');
  let watches: ReadonlyArray<Promise<undefined | (() => void)>> = [];
  const warmUp = setTimeout(() => {
    watches = providers.map((provider) => provider.watch().catch(reportLoadFailure));
    void stores.throttle.prepare().catch(reportLoadFailure);
  }, WARM_UP_DELAY_MS).unref();
  return {
    deps: {
      config,
      ...stores,
      async pingStore() {
        const milliseconds = await stores.pingStore();
        await preparation.check();
        return milliseconds;
      },
      providers,
      hooks,
      wording,
      clock,
      log,
      isPrepared: () => preparation.isDone,
    },
    administratorReady: preparation.done,
    readyOrLate: preparation.doneOrLate,
    async close() {
      clearTimeout(warmUp);
      preparation.stop();
      expiryWatch.stop();
      stopForgetting();
      stopWatchingEnds();
      for (const stop of await Promise.all(watches)) stop?.();
      await stores.close();
    },
  };
}

/** To stderr at each start, unless `LOG_LEVEL` is `silent`; to the log of a host app, if it gave one. */
function warn({ log: { level }, warnings }: Config, hostLog: Logger | undefined): void {
  for (const warning of warnings) {
    if (hostLog !== undefined) hostLog.warn(warning);
    else if (level !== 'silent') process.stderr.write(`Warning: ${warning}.\n`);
  }
}

/** @throws ConfigError for an administrator password that is easily guessed */
export function assertStrongPassword({ localAccounts: { administrator, passwordMinLength } }: Config): void {
  if (administrator === undefined) return;
  const { email, fullName, password } = administrator;
  const problem = passwordProblem(password.value(), { minLength: passwordMinLength, email, fullName });
  if (problem === undefined) return;
  throw new ConfigError([
    {
      variable: 'PLATFORM_ADMIN_PASSWORD',
      problem,
      example: 'four or more unrelated words, or what a password manager makes',
    },
  ]);
}
