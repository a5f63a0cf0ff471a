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

/** Every check, from the settings outwards. Changes nothing but a theme cookie that it throws away. */
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

/** Whether something has to be mended before people can rely on it. */
export function hasFailed(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity === 'failed');
}
