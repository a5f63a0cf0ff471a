import type { Logger } from 'pino';
import type { Clock } from '../../clock.js';
import { credentialExpiry, type ProviderCredential } from './expiry.js';

const HOUR = 60 * 60 * 1_000;
const DAY = 24 * HOUR;

/** Warns in the log, at start and then daily, of credentials that expire soon, have expired, or aren’t valid yet. */
export function watchExpiry(credentials: () => readonly ProviderCredential[], clock: Clock, log: Logger) {
  const toldAt = new Map<string, number>();

  /** Warns of urgent credentials, each once a day at most. */
  function look(): void {
    const now = clock.now();
    for (const credential of credentials()) {
      const { provider, kind, expiresAt } = credential;
      const { urgency, daysLeft } = credentialExpiry(credential, now);
      const name = `${provider} ${kind}`;
      if (urgency === 'none' || now - (toldAt.get(name) ?? Number.NEGATIVE_INFINITY) < DAY) continue;
      toldAt.set(name, now);
      const level = urgency === 'within_60_days' || urgency === 'within_30_days' ? 'warn' : 'error';
      log[level](
        {
          provider,
          credential: kind,
          urgency,
          daysLeft,
          expiresAt: new Date(expiresAt).toISOString(),
          remedy: credential.renewal,
        },
        texts[urgency],
      );
    }
  }

  look();
  const timer = setInterval(look, HOUR).unref();
  return { look, stop: () => clearInterval(timer) };
}

const texts = {
  not_yet_valid: 'the credential for the identity provider isn’t valid yet',
  expired: 'the credential for the identity provider has expired',
  within_7_days: 'the credential for the identity provider expires within 7 days',
  within_30_days: 'the credential for the identity provider expires within 30 days',
  within_60_days: 'the credential for the identity provider expires within 60 days',
} as const;
