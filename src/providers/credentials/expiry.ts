import type { CredentialsConfig } from '../../config/config.js';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** A credential with a known end. Times are milliseconds since the Unix epoch. */
export interface DatedCredential {
  readonly kind: 'certificate' | 'secret';
  readonly validFrom: number | undefined;
  readonly expiresAt: number;
  readonly renewal: string;
}

export type Renewal = Readonly<Record<DatedCredential['kind'], string>>;

export interface ProviderCredential extends DatedCredential {
  readonly provider: string;
}

/** The days before the end of a credential from which its renewal is more urgent, the most urgent first. */
export const WARNING_DAYS = [7, 30, 60] as const;

export type Urgency = 'not_yet_valid' | 'expired' | `within_${(typeof WARNING_DAYS)[number]}_days` | 'none';

export interface CredentialExpiry extends DatedCredential {
  /** Whole days until the end; negative after it. */
  readonly daysLeft: number;
  readonly urgency: Urgency;
}

const thresholds: readonly (readonly [left: number, passed: Urgency])[] = [
  [0, 'expired'],
  ...WARNING_DAYS.map((days) => [days * DAY_MS, `within_${days}_days`] as const),
];

export function credentialExpiry(credential: DatedCredential, now: number): CredentialExpiry {
  const left = credential.expiresAt - now;
  const [, passed] = thresholds.find(([threshold]) => left <= threshold) ?? [];
  const early = credential.validFrom !== undefined && now < credential.validFrom;
  return {
    ...credential,
    daysLeft: Math.floor(left / DAY_MS),
    urgency: early ? 'not_yet_valid' : (passed ?? 'none'),
  };
}

/** Makes a function that reads the credentials with a known end at each call. */
export function datedCredentials(
  { certificate, secret, secretExpires }: CredentialsConfig,
  renewal: Renewal,
): () => readonly DatedCredential[] {
  const secretAtStart = secret?.value();
  return () => {
    const dated: DatedCredential[] = [];
    if (certificate !== undefined) {
      const { validFrom, validTo } = certificate.current().certificate;
      dated.push({
        kind: 'certificate',
        validFrom: Date.parse(validFrom),
        expiresAt: Date.parse(validTo),
        renewal: renewal.certificate,
      });
    }
    // The date belongs to the secret of the start, not to a secret that has replaced it.
    if (secretExpires !== undefined && secret !== undefined && secret.value() === secretAtStart)
      dated.push({
        kind: 'secret',
        validFrom: undefined,
        expiresAt: secretExpires,
        renewal: renewal.secret,
      });
    return dated;
  };
}
