import type { Happening } from '#entrance/audit/event.js';
import type { NewUser } from '#entrance/directory/directory.js';
import { DAY, type HistoryOptions, HOUR, MINUTE, type Moment } from './moment.js';
import { originFor } from './visits.js';

/** Sign-ins that were refused, each with the reason that the product would give. */
export function refusals(users: readonly NewUser[], { stores, tenantId }: HistoryOptions): readonly Moment[] {
  const refused = (ago: number, email: string, fullName: string, rest: Partial<Happening>): Moment => ({
    ago,
    async happen() {
      const id = users.find((user) => user.email === email)?.id;
      await stores.audit.record({
        action: 'user-sign-in',
        outcome: 'failure',
        by: { ...originFor(email), user: { id, email, fullName } },
        provider: 'entra',
        tenantId,
        ...rest,
      });
    },
  });
  const lena = ['lena.fischer@adventure-works.com', 'Lena Fischer'] as const;
  const marek = ['marek.nowak@contoso.com', 'Marek Nowak'] as const;
  const seun = ['oluwaseun.adeyemi@fabrikam.com', 'Oluwaseun Adeyemi'] as const;
  const tomas = ['tomas.herrera@fabrikam.com', 'Tomás Herrera'] as const;
  const elsewhere = '5e0d7c3b-94a1-4f26-8b7c-d2f1a6e39805';
  const password = { reason: 'credentials_invalid', provider: 'local', tenantId: undefined } as const;
  return [
    refused(27.2 * DAY, ...lena, { reason: 'domain_not_trusted' }),
    refused(24.1 * DAY, ...tomas, { reason: 'sso_misconfigured', providerCode: 'AADSTS50105' }),
    refused(19.3 * DAY, ...marek, { reason: 'account_disabled' }),
    refused(15.4 * DAY, 'kwame.mensah@tailspintoys.com', 'Kwame Mensah', {
      reason: 'tenant_not_allowed',
      tenantId: elsewhere,
    }),
    refused(12.6 * DAY, 'operator@contoso.com', '', password),
    refused(12.6 * DAY - MINUTE, 'operator@contoso.com', '', password),
    refused(8.2 * DAY, ...marek, { reason: 'account_disabled' }),
    refused(5.3 * DAY, 'priya.raman@contoso.com', 'Priya Raman', {
      reason: 'sso_misconfigured',
      providerCode: 'AADSTS65001',
    }),
    refused(3.1 * DAY, ...lena, { reason: 'domain_not_trusted' }),
    refused(1.9 * DAY, ...seun, { reason: 'pending_approval' }),
    refused(20 * HOUR, ...tomas, { reason: 'sso_misconfigured', providerCode: 'AADSTS50105' }),
    refused(5 * HOUR, ...marek, { reason: 'account_disabled' }),
    refused(2.5 * HOUR, ...seun, { reason: 'pending_approval' }),
  ];
}
