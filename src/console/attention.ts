import { PLATFORM_ADMIN } from '../identity/roles.js';
import type { AttentionItem } from '../pages/models/dashboard.js';
import { type CredentialExpiry, credentialExpiry } from '../providers/credentials/expiry.js';
import { datedCredentialsOf } from '../providers/registry.js';
import { plural, sentence } from '../words.js';
import type { ConsoleDependencies } from './dependencies.js';

/** People who haven’t signed in for so many days are worth a look: may they still have their access? */
const UNUSED_DAYS = 90;
const DAY_MS = 86_400_000;

export interface Viewer {
  readonly roles: readonly string[];
}

/** The matters that wait for an administrator, the most urgent first. Each comes from a counter or from memory. */
export function createAttention(deps: ConsoleDependencies) {
  const { config, directory, providers, throttle, nameOfProvider, pages, clock } = deps;
  const datedCredentials = datedCredentialsOf(providers);

  return async (viewer: Viewer): Promise<readonly AttentionItem[]> => {
    const [waiting, unused, throttled, risks] = await Promise.all([
      directory.countWithStatus('pending'),
      directory.countSignedInBefore(clock.now() - UNUSED_DAYS * DAY_MS),
      throttle.countLocked(),
      deps.findStoreRisks(),
    ]);
    const mayOpenSetup = viewer.roles.includes(PLATFORM_ADMIN);
    const setup = mayOpenSetup ? { href: pages.at('/admin/setup'), label: 'Setup' } : undefined;
    const items: readonly (AttentionItem | undefined)[] = [
      ...datedCredentials().map((credential) => {
        const expiry = credentialExpiry(credential, clock.now());
        const text = expiryInWords(nameOfProvider(credential.provider), expiry);
        return text === undefined ? undefined : { tone: toneOf(expiry), text, link: setup };
      }),
      ...providers.map(({ id, health }) =>
        health.reachable
          ? undefined
          : {
              tone: 'danger' as const,
              text: `${nameOfProvider(id)} can’t be used at the moment.`,
              link: setup,
            },
      ),
      ...risks.map((risk) => ({ tone: 'warning' as const, text: sentence(risk) })),
      count(waiting, (number) => `${plural(number, 'person waits', 'people wait')} for approval.`, {
        href: pages.at('/admin/approvals'),
        label: 'Approvals',
      }),
      count(
        throttled,
        (number) =>
          `${plural(number, 'account is', 'accounts are')} throttled after too many wrong passwords.`,
        { href: pages.at('/admin/audit?action=user-sign-in&outcome=failure'), label: 'Refused sign-ins' },
      ),
      count(
        unused,
        (number) => `${plural(number, 'person hasn’t', 'people haven’t')} signed in for ${UNUSED_DAYS} days.`,
        { href: pages.at('/admin/users?sort=last_login_at'), label: 'Users' },
      ),
      count(
        config.warnings.length,
        (number) => `${plural(number, 'setting needs', 'settings need')} a look.`,
        setup,
      ),
    ];
    return items.filter((item) => item !== undefined).toSorted((one, other) => rank(one) - rank(other));
  };
}

function rank({ tone }: AttentionItem): number {
  return tone === 'danger' ? 0 : 1;
}

function count(
  number: number,
  text: (number: number) => string,
  link: AttentionItem['link'],
): AttentionItem | undefined {
  return number === 0 ? undefined : { tone: 'warning', text: text(number), link };
}

function toneOf({ urgency }: CredentialExpiry): AttentionItem['tone'] {
  return urgency === 'expired' || urgency === 'within_7_days' ? 'danger' : 'warning';
}

/** Undefined if nothing has to be done yet. */
export function expiryInWords(
  provider: string,
  { kind, urgency, daysLeft }: CredentialExpiry,
): string | undefined {
  if (urgency === 'none') return undefined;
  if (urgency === 'expired') return `The ${kind} for ${provider} has expired: nobody can sign in by it.`;
  if (urgency === 'not_yet_valid') return `The ${kind} for ${provider} isn’t valid yet.`;
  return `The ${kind} for ${provider} expires in ${plural(daysLeft, 'day')}.`;
}
