import { createHash } from 'node:crypto';
import { decodeJwt } from 'jose/jwt/decode';
import * as z from 'zod';
import type { CredentialsConfig } from '../config/config.js';
import { displayText } from '../identity/text.js';
import { credentialExpiry, type DatedCredential, renewal } from '../providers/credentials/expiry.js';
import type { CredentialTrial, ProviderInspection } from '../providers/provider.js';
import { plural, sentence } from '../words.js';
import { couldNotCheck, type Finding, failed, ok, warning } from './finding.js';

/** Asks Microsoft to accept each credential. One that is refused is fatal only where no other is accepted. */
export async function checkCredentials(
  inspection: ProviderInspection,
  credentials: CredentialsConfig,
): Promise<readonly Finding[]> {
  const trials = await inspection.tryCredentials();
  if (trials === undefined) return [noDirectory];
  const oneIsAccepted = trials.some(({ outcome }) => outcome === 'accepted');
  return trials.map((trial) => judge(trial, credentials, oneIsAccepted));
}

const noDirectory = couldNotCheck(
  'credential',
  'At which directory to try the credentials isn’t known: SSO_ENTRA_ALLOWED_TENANTS names none.',
  {
    why: 'Whether Microsoft accepts them is open.',
    mend: 'Sign in once to see, or name your own directory in SSO_ENTRA_ALLOWED_TENANTS, first and beside the *.',
  },
);

function judge(trial: CredentialTrial, credentials: CredentialsConfig, oneIsAccepted: boolean): Finding {
  const { name, outcome } = trial;
  if (outcome === 'accepted') return ok('credential', `Microsoft accepts the ${name}.`);
  const reason = reasonOf(trial);
  if (outcome === 'unknown') {
    return couldNotCheck(
      'credential',
      sentence(`Microsoft neither accepts nor refuses the ${name}: ${reason}`),
      {
        why: 'Whether the next sign-in works is open.',
        mend: trial.error?.mend ?? 'Sign in once to see, and run this again later.',
      },
    );
  }
  const what = sentence(`Microsoft refuses the ${name}: ${reason}`);
  return oneIsAccepted
    ? warning('credential', what, {
        why: 'Another credential is accepted, so people can sign in; each sign-in takes longer, and the spare is none.',
        mend: mendOf(trial, credentials),
      })
    : failed('credential', what, {
        why: 'Nobody can sign in with Microsoft.',
        mend: mendOf(trial, credentials),
      });
}

const reported = z.object({ error: z.string(), description: z.string().optional() });
const unavailable = z.union([
  z.object({ reason: z.string() }).transform(({ reason }) => reason),
  z.object({ words: z.string() }).transform(({ words }) => words),
]);

/** Microsoft’s own words up to its IDs, or ours. */
function reasonOf({ error }: CredentialTrial): string {
  const said = reported.safeParse(error?.cause).data;
  if (said === undefined) return unavailable.safeParse(error?.cause).data ?? error?.code ?? 'no answer';
  const [words = ''] = (said.description ?? said.error).split(/\.?\s+(?:Trace ID|\[Reason|Visit |Ensure )/);
  return displayText(words, 200) ?? said.error;
}

function mendOf(trial: CredentialTrial, { certificate, federatedToken }: CredentialsConfig): string {
  if (trial.kind === 'certificate' && certificate !== undefined) {
    const { raw } = certificate.current().certificate;
    const thumbprint = createHash('sha1').update(raw).digest('hex').toUpperCase();
    return `App registrations → your app → Certificates & secrets → Certificates: upload the certificate of SSO_ENTRA_CLIENT_CERTIFICATE_FILE; the list then shows the thumbprint ${thumbprint}.`;
  }
  if (trial.kind === 'federated' && federatedToken !== undefined) {
    return `App registrations → your app → Certificates & secrets → Federated credentials: ${identityOf(federatedToken)}. A token that has expired is for whoever writes the file to renew.`;
  }
  return (
    trial.error?.mend ??
    'App registrations → your app → Certificates & secrets → Client secrets: SSO_ENTRA_CLIENT_SECRET takes the Value of one that hasn’t expired.'
  );
}

/** What Microsoft compares of a token: who speaks, of whom, to whom. Never the token itself. */
function identityOf(token: NonNullable<CredentialsConfig['federatedToken']>): string {
  try {
    const { iss, sub, aud, exp } = decodeJwt(token.value());
    const end = exp === undefined ? 'never' : new Date(exp * 1_000).toISOString();
    return `one has to have the issuer ${iss}, the subject ${sub} and the audience ${aud} of the token in the file (which expires: ${end})`;
  } catch {
    return 'the token’s file can’t be read, or holds no token';
  }
}

/** Which credentials end soon, and of which nobody knows it. */
export function checkExpiry(
  dated: readonly DatedCredential[],
  { secret }: CredentialsConfig,
  now: number,
): readonly Finding[] {
  const isUndated = secret !== undefined && !dated.some(({ kind }) => kind === 'secret');
  const undated = couldNotCheck('credential_expiry', 'When the client secret expires isn’t known.', {
    why: 'On that day every sign-in with Microsoft fails, and nobody is warned before.',
    mend: 'Set SSO_ENTRA_CLIENT_SECRET_EXPIRES to the date that the portal shows beside the secret (App registrations → your app → Certificates & secrets).',
  });
  return [...dated.map((credential) => judgeExpiry(credential, now)), ...(isUndated ? [undated] : [])];
}

function judgeExpiry(credential: DatedCredential, now: number): Finding {
  const { kind, expiresAt, validFrom } = credential;
  const { urgency, daysLeft } = credentialExpiry(credential, now);
  const advice = { why: 'Microsoft then refuses it, and nobody can sign in by it.', mend: renewal[kind] };
  const day = dateOf(expiresAt);
  switch (urgency) {
    case 'expired':
      return failed('credential_expiry', `The ${kind} has expired on ${day}.`, advice);
    case 'not_yet_valid':
      return failed('credential_expiry', `The ${kind} is valid from ${dateOf(validFrom ?? 0)} only.`, advice);
    case 'none':
      return ok('credential_expiry', `The ${kind} expires on ${day}, in ${plural(daysLeft, 'day')}.`);
    default:
      return warning(
        'credential_expiry',
        `The ${kind} expires on ${day}, in ${plural(daysLeft, 'day')}.`,
        advice,
      );
  }
}

function dateOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
