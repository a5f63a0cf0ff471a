import type { Clock } from '../clock.js';
import type { Config } from '../config/config.js';
import type { Finding } from '../providers/inspection/finding.js';
import type { Provider } from '../providers/provider.js';
import type { RedisConnection } from '../redis/connection.js';
import { checkBaseUrl } from './base-url.js';
import { checkConfiguration } from './configuration.js';
import { checkRedis } from './redis.js';

export interface Patient {
  readonly config: Config;
  readonly providers: readonly Provider[];
  /** Undefined with the in-memory store. */
  readonly redis: RedisConnection | undefined;
  readonly clock: Clock;
}

/** Every check, from the settings outwards. Nothing changes: the one cookie, for the theme, is dropped. */
export async function examine({ config, providers, redis, clock }: Patient): Promise<readonly Finding[]> {
  const { installation, ofProviders } = await examineInParts({ config, providers, redis, clock });
  return [...installation, ...ofProviders.flatMap(({ findings }) => findings)];
}

export interface Examined {
  /** The findings about the settings, our own address and the store. */
  readonly installation: readonly Finding[];
  readonly ofProviders: readonly { readonly id: string; readonly findings: readonly Finding[] }[];
}

/** The same checks, with the findings about each provider apart. */
export async function examineInParts({ config, providers, redis, clock }: Patient): Promise<Examined> {
  const now = () => clock.now();
  const [installation, ofProviders] = await Promise.all([
    Promise.all([checkConfiguration(config), checkBaseUrl(config), checkRedis(redis, now)]),
    Promise.all(
      providers.map(async ({ id, inspection }) => ({ id, findings: await inspection.examine(now) })),
    ),
  ]);
  return { installation: installation.flat(), ofProviders };
}

/** Whether a finding must be fixed before people can rely on the installation. */
export function hasFailed(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity === 'failed');
}
