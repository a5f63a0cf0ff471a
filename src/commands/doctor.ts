import { systemClock } from '../clock.js';
import type { Config } from '../config/config.js';
import { ConfigError } from '../config/config-error.js';
import { configurationProblems } from '../doctor/configuration.js';
import { examine, hasFailed } from '../doctor/examine.js';
import { reportJson, reportText } from '../doctor/report.js';
import { assertLogFile, createLog } from '../log.js';
import { assertStrongPassword } from '../open-entrance.js';
import type { Finding } from '../providers/inspection/finding.js';
import { createProviders } from '../providers/registry.js';
import { connectRedis } from '../redis/connection.js';

export interface Diagnosis {
  readonly outcome: 'ok' | 'failed' | 'configuration';
  readonly report: string;
}

/** `entrance doctor`. A configuration that is refused is reported as findings too. */
export async function diagnose(
  readConfig: () => Config,
  { json, colours }: { readonly json: boolean; readonly colours: boolean },
): Promise<Diagnosis> {
  const report = (findings: readonly Finding[]) =>
    json ? reportJson(findings) : reportText(findings, { colours });
  let config: Config;
  try {
    config = readConfig();
    assertStrongPassword(config);
    assertLogFile(config.log);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { outcome: 'configuration', report: report(configurationProblems(error)) };
  }
  const findings = await examineAll(config);
  return { outcome: hasFailed(findings) ? 'failed' : 'ok', report: report(findings) };
}

async function examineAll(config: Config): Promise<readonly Finding[]> {
  const log = createLog({ ...config.log, level: 'silent', file: undefined });
  const providers = createProviders(config, systemClock, log);
  const redisUrl = config.store.redisUrl?.value();
  const redis = redisUrl === undefined ? undefined : connectRedis(redisUrl, { log });
  try {
    return await examine({ config, providers, redis, clock: systemClock });
  } finally {
    await redis?.close();
  }
}
