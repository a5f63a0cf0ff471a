import { readAudit } from './audit.js';
import { readBrand } from './brand.js';
import { checkForeignMode, checkForeignNames, checkForeignRedis } from './check-foreign-names.js';
import type { Config } from './config.js';
import { ConfigError } from './config-error.js';
import { checkContradictions } from './contradictions.js';
import { readLocalAccounts } from './local-accounts.js';
import { readLog } from './log.js';
import type { ProviderSettings } from './provider-settings.js';
import { Secret } from './secret.js';
import { readProduction, readServer, serverSettings } from './server.js';
import { readSession } from './session.js';
import { type Environment, type ReaderOptions, SettingsReader } from './settings-reader.js';
import { readSso } from './sso.js';
import { mayForget, readStore, reasonToLast } from './store.js';
import { checkUnknownNames } from './unknown-names.js';
import { checkWaysIn } from './ways-in.js';

export interface ParseOptions extends ReaderOptions {
  /** Whether the log goes to a terminal, where people read it. */
  readonly terminal?: boolean;
  /** Set in a host app: `everyNameIsOurs` if every name in the environment is meant for us. */
  readonly mounted?: { readonly everyNameIsOurs: boolean };
}

/** @throws ConfigError that names every problem at once */
export function parseSettings(
  environment: Environment,
  kinds: readonly ProviderSettings[],
  { terminal = false, mounted, ...options }: ParseOptions = {},
): Config {
  const settings = new SettingsReader(withGiven(environment, kinds), options);

  const production = readProduction(settings);
  const server = readServer(settings, production, mounted !== undefined);
  const reason = reasonToLast(production, server.baseUrl);
  const store = readStore(settings, reason);
  const session = readSession(settings, !production && mayForget(settings) ? undefined : reason);
  const log = readLog(settings, terminal);
  const audit = readAudit(settings);
  const brand = readBrand(settings);
  const metricsToken = settings.findSecret(serverSettings.metricsToken);
  const sso = readSso(settings, kinds);
  const localAccounts = readLocalAccounts(settings, !sso.enabled || sso.preserveAdminAuth);
  checkWaysIn(settings, { store, localAccounts, sso });
  checkContradictions(settings, { server, session, localAccounts, sso }, kinds, mounted !== undefined);
  checkForeignMode(settings, production);
  checkForeignRedis(settings, store);
  checkForeignNames(settings, kinds, mounted !== undefined);
  checkUnknownNames(settings, kinds, mounted?.everyNameIsOurs);

  const { problems, warnings } = settings;
  if (problems.length > 0) throw new ConfigError(problems, warnings);
  return freeze({
    production,
    server,
    store,
    session,
    log,
    audit,
    brand,
    metricsToken,
    localAccounts,
    sso,
    warnings,
  });
}

/** Adds the values of the host app's code where no variable is set. A secret may be set as a file. */
function withGiven(environment: Environment, kinds: readonly ProviderSettings[]): Environment {
  const isSet = (name: string) => (environment[name] ?? '').trim() !== '';
  const given = kinds
    .flatMap((kind) => Object.entries(kind.given ?? {}))
    .filter(([name]) => !isSet(name) && !isSet(`${name}_FILE`));
  return { ...environment, ...Object.fromEntries(given) };
}

/** Freezes nested objects too. Secrets protect themselves, and the bytes of a buffer can’t be frozen. */
function freeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null && !(inner instanceof Secret) && !Buffer.isBuffer(inner))
      freeze(inner);
  }
  return Object.freeze(value);
}
