import type { Logger } from 'pino';
import * as z from 'zod';
import { Secret } from '../../config/secret.js';
import { EntranceError } from '../../errors.js';
import { hiddenCharacter } from '../../identity/text.js';
import type { CompletedSignIn, Confirmation, ShowClaims } from '../provider.js';
import { readSessionClaims } from '../session-claims.js';
import { identityFromStandardClaims } from '../standard-claims.js';
import type { OAuthProvider } from './custom-provider.js';
import { provedGroups } from './read-groups.js';

const LONGEST_SUBJECT = 255;
const optionalText = z.string().optional().catch(undefined);

const provedPerson = z.object({
  subject: z
    .string()
    .min(1)
    .max(LONGEST_SUBJECT)
    .refine((text) => text.trim() === text && hiddenCharacter(text) === undefined),
  email: z.unknown().optional(),
  emailVerified: z.unknown().optional(),
  fullName: optionalText,
  groups: z.unknown().optional(),
  refreshToken: z.string().min(1).optional().catch(undefined),
  loginHint: optionalText,
  authContexts: z.unknown().optional(),
});

/**
 * The identity by what the function `complete` gave. A person without a subject is nobody; every other member of an
 * unexpected form counts as absent.
 * @throws EntranceError `sso_failed` without a subject
 */
export function completedBy(
  given: unknown,
  { id, stepsUp }: OAuthProvider,
  { log, show }: { readonly log: Logger; readonly show: ShowClaims | undefined },
): CompletedSignIn {
  const { data: person, error } = provedPerson.safeParse(given);
  if (person === undefined)
    throw new EntranceError('sso_failed', {
      cause: { complete: error.issues.map(({ path }) => path.join('.') || 'no object') },
      remedy: `The function complete of the provider ${id} has to give a subject: a text of up to ${LONGEST_SUBJECT} characters without blanks around it, the provider’s own ID of the person.`,
    });
  const { authContexts, email, emailVerified, fullName, groups, loginHint, refreshToken, subject } = person;
  show?.('the function complete', { subject, email, emailVerified, fullName, groups, authContexts });
  const identity = identityFromStandardClaims(id, {
    iss: scopeOf(id),
    sub: subject,
    name: fullName,
    email,
    email_verified: emailVerified,
  });
  const session = readSessionClaims({ login_hint: loginHint, ...(stepsUp && { acrs: authContexts }) }, {});
  return {
    ...identity,
    groups: provedGroups(groups, (unread) =>
      log.warn({ unread }, 'groups of the host app’s function complete couldn’t be read in full'),
    ),
    appRoles: [],
    ...session,
    refreshToken: refreshToken === undefined ? undefined : Secret.of(refreshToken),
  };
}

/** Told by its form from the ID of a directory (tenant). It rests on nothing that the host app may change. */
function scopeOf(id: string): string {
  return `custom://${id}`;
}

const stillThere = z.object({ isThere: z.boolean(), refreshToken: z.string().min(1).optional() });

/** @throws EntranceError `sso_failed` for another answer: whether the person is there isn't known then */
export function confirmationBy(given: unknown, { id }: OAuthProvider): Confirmation {
  const { data } = stillThere.safeParse(given);
  if (data === undefined)
    throw new EntranceError('sso_failed', {
      cause: { reason: 'confirm of the host app’s provider gave no answer' },
      remedy: `The function confirm of the provider ${id} has to give { isThere: true } or { isThere: false }.`,
    });
  if (!data.isThere)
    return { outcome: 'ended', reason: { reason: 'the host app’s function confirm said so' }, facts: {} };
  const { refreshToken } = data;
  return {
    outcome: 'confirmed',
    refreshToken: refreshToken === undefined ? undefined : Secret.of(refreshToken),
  };
}
