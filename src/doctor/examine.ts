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

/**
 * Runs every check, from the settings outwards. It changes nothing: the one cookie that it is given, for the theme, is
 * dropped.
 */
export async function examine({ config, providers, redis, clock }: Patient): Promise<readonly Finding[]> {
  const now = () => clock.now();
  const findings = await Promise.all([
    checkConfiguration(config),
    checkBaseUrl(config),
    checkRedis(redis, now),
    ...providers.map(({ inspection }) => inspection.examine(now)),
  ]);
  return findings.flat();
}

/** Whether a finding must be fixed before people can rely on the installation. */
export function hasFailed(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity === 'failed');
}
