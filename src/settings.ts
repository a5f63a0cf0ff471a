import type { Config } from './config/config.js';
import { type EnvFile, readEnvFile as readEnvFileOf } from './config/env-file.js';
import { type MountedSettings, readMounted as readMountedOf } from './config/mounted.js';
import { type ParseOptions, parseSettings } from './config/parse.js';
import { settingGroupsOf } from './config/setting-groups.js';
import type { Environment } from './config/settings-reader.js';
import { providerKinds } from './providers/kinds.js';
import type { ProviderKind } from './providers/provider-kind.js';

export type { ParseOptions };

/* The settings of the product with those of every kind of provider. */

/** All documented settings, in the order of the documentation. */
export const settingGroups = settingGroupsOf(providerKinds);

/** The configuration, frozen. @throws ConfigError that names every problem at once */
export function parseConfig(
  environment: Environment,
  options?: ParseOptions,
  kinds: readonly ProviderKind[] = providerKinds,
): Config {
  return parseSettings(environment, kinds, options);
}

export function readEnvFile(path: string, environment: Environment): EnvFile {
  return readEnvFileOf(path, environment, providerKinds);
}

export function readMounted(
  environment: Environment,
  prefix: string,
  kinds: readonly ProviderKind[] = providerKinds,
): MountedSettings {
  return readMountedOf(environment, prefix, kinds);
}
