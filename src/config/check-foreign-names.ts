import type { StoreConfig } from './config.js';
import { type ForeignNames, type ForeignTables, foreignTables } from './foreign-names.js';
import type { ProviderSettings } from './provider-settings.js';
import { parseRedisAddress } from './redis-address.js';
import { boolean } from './schemas.js';
import type { SettingsReader } from './settings-reader.js';
import { ssoSettings } from './sso-settings.js';

/** Other products’ names for `NODE_ENV`. */
const MODES = ['ENVIRONMENT', 'APP_ENV', 'NODE_ENVIRONMENT', 'ASPNETCORE_ENVIRONMENT', 'DOTNET_ENVIRONMENT'];
const TLS_SWITCHES = [
  'REDIS_SSL',
  'REDIS_TLS',
  'REDIS_USE_SSL',
  'REDIS_USE_TLS',
  'REDIS_TLS_ENABLED',
  'REDIS_SSL_ENABLED',
];
const PASSWORDS = ['REDIS_PASSWORD', 'REDIS_AUTH', 'REDIS_AUTH_TOKEN'];
const DATABASES = ['REDIS_DB', 'REDIS_DATABASE', 'REDIS_DB_INDEX'];

/** @param isMounted in a host app the common names are its own, unless names of the gateway stand beside them */
export function checkForeignNames(
  settings: SettingsReader,
  kinds: readonly ProviderSettings[],
  isMounted: boolean,
): void {
  const tables = foreignTables(kinds);
  const ofGateway = [
    ...tables.gateway.flatMap((entry) => mentionOf(settings, entry)),
    ...prefixed(settings, tables),
  ];
  const isMoved = ofGateway.length > 0;
  const common = isMounted && !isMoved ? [] : tables.common.flatMap((entry) => mentionOf(settings, entry));
  const all = [...ofGateway, ...common];
  if (all.length === 0) return;
  const names = isMoved ? 'Names of the MCP Gateway and of other products' : 'Names of other products';
  settings.warn(`${names} have no effect here: ${all.join('; ')}`);
}

/** Another product’s setting may say that the installation is production, while it would count as a trial here. */
export function checkForeignMode(settings: SettingsReader, production: boolean): void {
  const name = MODES.find((one) => /^prod(?:uction)?$/i.test(settings.text(one) ?? ''));
  if (name === undefined || production) return;
  settings.warn(
    `${name}=${settings.text(name)} has no effect here: set NODE_ENV=production. Without it this counts as a trial, and neither Redis nor SESSION_SECRET is required`,
  );
}

/** Warns if other products’ variables describe another Redis than our address does. */
export function checkForeignRedis(settings: SettingsReader, { redisUrl }: StoreConfig): void {
  if (redisUrl === undefined) return;
  const parsed = parseRedisAddress(redisUrl.value());
  if (!('address' in parsed)) return;
  const { address } = parsed;
  const tls = TLS_SWITCHES.find((name) => boolean.safeParse(settings.text(name)).data === true);
  if (tls !== undefined && !address.tls)
    settings.warn(
      `${tls} has no effect here, and Redis is spoken to in clear: TLS is rediss:// in REDIS_URL, in place of redis://`,
    );
  const password = PASSWORDS.find((name) => settings.text(name) !== undefined);
  if (password !== undefined && address.password === undefined)
    settings.warn(
      `${password} has no effect here, and REDIS_URL has no password: it goes into REDIS_URL, redis://:PASSWORD@host:port`,
    );
  const database = DATABASES.find((name) => Number(settings.text(name)) > 0);
  if (database !== undefined && 'database' in address && address.database === 0)
    settings.warn(
      `${database} has no effect here: the number of the database stands at the end of REDIS_URL, redis://host:port/${Number(settings.text(database))}`,
    );
}

function mentionOf(
  settings: SettingsReader,
  { names, here, unless = [], forSso }: ForeignNames,
): readonly string[] {
  const given = names.filter((name) => settings.text(name) !== undefined && !isSwitchedOff(settings, name));
  if (given.length === 0 || unless.some((name) => settings.text(name) !== undefined)) return [];
  if (forSso && !settings.isSet(ssoSettings.enabled)) return [];
  return [`${given.join(', ')} (${here})`];
}

function prefixed(settings: SettingsReader, tables: Required<ForeignTables>): readonly string[] {
  return tables.gatewayPrefixes.flatMap(([prefix, here]) => {
    const given = settings.names().filter((name) => isMentioned(settings, tables, name, prefix));
    return given.length === 0 ? [] : [`${given.sort().join(', ')} (${here})`];
  });
}

function isMentioned(
  settings: SettingsReader,
  { gateway }: Required<ForeignTables>,
  name: string,
  prefix: string,
): boolean {
  const isListed = gateway.some(({ names }) => names.includes(name));
  return name.startsWith(prefix) && !isListed && !isSwitchedOff(settings, name);
}

/** A switch that is off needs no warning. */
function isSwitchedOff(settings: SettingsReader, name: string): boolean {
  return name.endsWith('_ENABLED') && settings.isNo(name);
}
