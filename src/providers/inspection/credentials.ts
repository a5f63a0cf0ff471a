import * as z from 'zod';
import type { CredentialsConfig } from '../../config/config.js';
import { displayText } from '../../identity/text.js';
import { plural, sentence } from '../../words.js';
import { credentialExpiry, type DatedCredential } from '../credentials/expiry.js';
import type { CredentialTrial } from '../provider.js';
import { couldNotCheck, type Finding, failed, ok, warning } from './finding.js';

/** The texts for an operator about the credentials of one provider. */
export interface CredentialWords {
  readonly name: string;
  /** The finding if the address for trying credentials isn’t known. */
  readonly unknownPlace?: Finding;
  remedyFor(trial: CredentialTrial): string;
  /** How to set the end of the secret; undefined if there is no such setting. */
  readonly undated?: string;
}

/** Reports whether the provider accepts each credential. A refused credential is fatal only if none is accepted. */
export function judgeCredentials(
  trials: readonly CredentialTrial[] | undefined,
  words: CredentialWords,
): readonly Finding[] {
  if (trials === undefined) return words.unknownPlace === undefined ? [] : [words.unknownPlace];
  const oneIsAccepted = trials.some(({ outcome }) => outcome === 'accepted');
  return trials.map((trial) => judge(trial, words, oneIsAccepted));
}

function judge(trial: CredentialTrial, words: CredentialWords, oneIsAccepted: boolean): Finding {
  const { name, outcome } = trial;
  if (outcome === 'accepted') return ok('credential', `${words.name} accepts the ${name}.`);
  const reason = reasonOf(trial);
  if (outcome === 'unknown') {
    return couldNotCheck(
      'credential',
      sentence(`${words.name} neither accepts nor refuses the ${name}: ${reason}`),
      {
        why: 'Whether the next sign-in works is open.',
        remedy: trial.error?.remedy ?? 'Sign in once to see, and run this again later.',
      },
    );
  }
  const what = sentence(`${words.name} refuses the ${name}: ${reason}`);
  return oneIsAccepted
    ? warning('credential', what, {
        why: 'Another credential is accepted, so people can sign in; each sign-in takes longer, and the spare is none.',
        remedy: words.remedyFor(trial),
      })
    : failed('credential', what, {
        why: `Nobody can sign in with ${words.name}.`,
        remedy: words.remedyFor(trial),
      });
}

const reported = z.object({ error: z.string(), description: z.string().optional() });
const unavailable = z.union([
  z.object({ reason: z.string() }).transform(({ reason }) => reason),
  z.object({ words: z.string() }).transform(({ words }) => words),
]);

/** The provider’s error up to the IDs in it, or our own text. */
function reasonOf({ error }: CredentialTrial): string {
  const said = reported.safeParse(error?.cause).data;
  if (said === undefined) return unavailable.safeParse(error?.cause).data ?? error?.code ?? 'no answer';
  const [words = ''] = (said.description ?? said.error).split(/\.?\s+(?:Trace ID|\[Reason|Visit |Ensure )/);
  return displayText(words, 200) ?? said.error;
}

/** Reports the credentials that end soon, and those whose end isn't known. */
export function checkExpiry(
  dated: readonly DatedCredential[],
  { secret }: CredentialsConfig,
  words: CredentialWords,
  now: number,
): readonly Finding[] {
  const isUndated = secret !== undefined && !dated.some(({ kind }) => kind === 'secret');
  const findings = dated.map((credential) => judgeExpiry(credential, words, now));
  if (!isUndated || words.undated === undefined) return findings;
  const undated = couldNotCheck('credential_expiry', 'When the client secret expires isn’t known.', {
    why: `On that day every sign-in with ${words.name} fails, and nobody is warned before.`,
    remedy: words.undated,
  });
  return [...findings, undated];
}

function judgeExpiry(credential: DatedCredential, { name }: CredentialWords, now: number): Finding {
  const { kind, expiresAt, renewal, validFrom } = credential;
  const { urgency, daysLeft } = credentialExpiry(credential, now);
  const advice = { why: `${name} then refuses it, and nobody can sign in by it.`, remedy: renewal };
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
