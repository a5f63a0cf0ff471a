import pino, { type Logger } from 'pino';
import type { AuditOptions } from '#entrance/audit/audit.js';
import { createSigner } from '#entrance/audit/signature.js';
import { type Clock, systemClock } from '#entrance/clock.js';
import type { AuditConfig } from '#entrance/config/config.js';
import { Secret } from '#entrance/config/secret.js';

export const DAY = 86_400_000;

export interface TestAuditOptions {
  readonly secrets?: readonly string[];
  readonly retention?: Partial<AuditConfig>;
  readonly clock?: Clock;
  readonly log?: Logger;
}

/** What an audit log is made with; says nothing. */
export function auditOptions({
  secrets = ['a secret'],
  retention,
  clock,
  log,
}: TestAuditOptions = {}): AuditOptions {
  return {
    signer: createSigner(Secret.of(...secrets)),
    retention: { maxAge: 365 * DAY, maxEvents: 1_000_000, ...retention },
    clock: clock ?? systemClock,
    log: log ?? pino({ level: 'silent' }),
  };
}
