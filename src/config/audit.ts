import type { AuditConfig } from './config.js';
import { durationUpTo, wholeNumber } from './schemas.js';
import type { Setting } from './setting.js';
import type { SettingsReader } from './settings-reader.js';

const LONGEST_DAYS = 3_650;

/** The most audit events that the in-memory store keeps. */
export const MOST_IN_MEMORY = 10_000;

export const auditSettings = {
  retention: {
    name: 'AUDIT_RETENTION',
    default: '365d',
    example: '365d',
    meaning: `Audit events older than this are removed, up to ${LONGEST_DAYS}d. The rest can still be verified.`,
    schema: durationUpTo(LONGEST_DAYS),
  } satisfies Setting<number>,
  maxEvents: {
    name: 'AUDIT_MAX_EVENTS',
    default: '1000000',
    example: '1000000',
    meaning: `How many audit events are kept. Beyond it, refusals, sign-ins, sign-outs and uses of tokens are removed before changes, and the oldest first. A million take about 1 GB in Redis. The in-memory store keeps ${MOST_IN_MEMORY.toLocaleString('en')} at most.`,
    schema: wholeNumber(1_000, 100_000_000),
  } satisfies Setting<number>,
};

export function readAudit(settings: SettingsReader): AuditConfig {
  return {
    maxAge: settings.get(auditSettings.retention),
    maxEvents: settings.get(auditSettings.maxEvents),
  };
}
