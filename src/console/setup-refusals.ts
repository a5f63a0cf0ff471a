import type { AuditEvent } from '../audit/event.js';
import { isErrorCode } from '../error-codes.js';
import { refusalRule } from '../identity/refusal-rules.js';
import type { ExplainedRefusal } from '../pages/models/setup.js';
import { sentence } from './audit-words.js';
import type { ConsoleDependencies } from './dependencies.js';
import { timeInWords } from './time-in-words.js';

type Explaining = Pick<ConsoleDependencies, 'providers' | 'nameOfProvider' | 'clock'>;

/** A refused sign-in with the rule or the code that refused it, and the operator's remedy. */
export function explainRefusal(
  one: AuditEvent,
  { providers, nameOfProvider, clock }: Explaining,
): ExplainedRefusal {
  const { entrance, event, organization, user } = one;
  const provider = providers.find(({ id }) => id === entrance.provider);
  const code = event.reason;
  const ruled = isErrorCode(code)
    ? refusalRule(code, {
        tenant: organization?.id,
        domain: user?.email?.split('@')[1],
        domains: provider?.config.settings.trustedDomains,
        ...(provider && { remedies: provider.refusalRemedies }),
      })
    : undefined;
  const { provider_code: providerCode } = entrance;
  const reported =
    providerCode === undefined ? undefined : provider?.explain({ error: '', description: providerCode });
  return {
    sentence: sentence(one, nameOfProvider),
    time: timeInWords(one['@timestamp'], clock.now()),
    reason: providerCode ?? (ruled && `The rule: ${ruled.rule}.`),
    remedy: reported?.remedy ?? ruled?.remedy,
  };
}
