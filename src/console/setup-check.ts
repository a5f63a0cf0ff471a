import * as z from 'zod';
import type { Finding } from '../providers/inspection/finding.js';
import type { ConsoleDependencies } from './dependencies.js';

/** The findings stay readable for a day; the page says when they were made. */
const LIFETIME_MS = 86_400_000;
const KEY = 'setup-check';

const finding = z.object({
  check: z.string(),
  severity: z.enum(['ok', 'warning', 'failed', 'could_not_check']),
  what: z.string(),
  why: z.string().optional(),
  remedy: z.string().optional(),
});
export type KeptFinding = z.infer<typeof finding>;

const check = z.object({
  /** Milliseconds since the epoch. */
  at: z.number(),
  installation: z.array(finding).readonly(),
  ofProviders: z.array(z.object({ id: z.string(), findings: z.array(finding).readonly() })).readonly(),
});
export type SetupCheck = z.infer<typeof check>;

export function createSetupChecks({ config, providers, redis, clock, keptTexts }: ConsoleDependencies) {
  let running: Promise<SetupCheck> | undefined;
  return {
    /** Runs what `entrance doctor` runs, and keeps the findings for all instances. A call during a run waits for it. */
    run(): Promise<SetupCheck> {
      running ??= examineAll().finally(() => {
        running = undefined;
      });
      return running;
    },
    /** The last findings; undefined if there are none, or only old ones. */
    async last(): Promise<SetupCheck | undefined> {
      const text = await keptTexts.read(KEY);
      return text === undefined ? undefined : check.safeParse(JSON.parse(text)).data;
    },
  };

  async function examineAll(): Promise<SetupCheck> {
    // The checks have clients of their own, which no other page needs.
    const { examineInParts } = await import('../doctor/examine.js');
    const { installation, ofProviders } = await examineInParts({ config, providers, redis, clock });
    const found = { at: clock.now(), installation, ofProviders };
    await keptTexts.keep(KEY, JSON.stringify(found), LIFETIME_MS);
    return found;
  }
}

/** “9 checks are right, 1 is wrong.” */
export function summaryOf({ installation, ofProviders }: SetupCheck): string {
  const findings: readonly Pick<Finding, 'severity'>[] = [
    ...installation,
    ...ofProviders.flatMap((one) => one.findings),
  ];
  const count = (severity: Finding['severity']) => findings.filter((one) => one.severity === severity).length;
  const parts = [
    `${count('ok')} right`,
    `${count('failed')} wrong`,
    `${count('warning')} with a warning`,
    `${count('could_not_check')} not to be checked from here`,
  ];
  return `${findings.length} checks: ${parts.filter((part) => !part.startsWith('0 ')).join(', ')}.`;
}
