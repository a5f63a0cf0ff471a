import * as z from 'zod';
import { EntranceError } from '../errors.js';
import { UNKNOWN } from '../identity/claimed.js';
import { parseEmail } from '../identity/email.js';
import type { Identity } from '../identity/identity.js';
import { cleanText, displayText } from '../identity/text.js';
import { LONGEST_NAME } from '../identity/user.js';
import { isNothing } from './claim-list.js';
import type { IdTokenClaims } from './id-token.js';

const text = z.string().max(1_024);
const optionalText = text.optional().catch(undefined);

/** The claims of OpenID Connect Core §5.1 that describe a person. A claim of an unexpected form counts as absent. */
const standardClaims = z.object({
  iss: text,
  sub: z.string().min(1).max(255),
  name: optionalText,
  given_name: optionalText,
  family_name: optionalText,
  email: optionalText,
  email_verified: z.unknown().optional(),
  sid: optionalText,
});

/**
 * The identity from the standard claims: issuer and `sub` identify the person, and the address is the claim `email`,
 * which counts as verified only if `email_verified` is the boolean true. Groups and roles are unknown until the
 * provider adds them.
 * @param provider the ID of the provider
 * @throws EntranceError `sso_failed` without `sub`
 */
export function identityFromStandardClaims(provider: string, claims: IdTokenClaims): Identity {
  const { data: read, error } = standardClaims.safeParse(claims);
  if (read === undefined)
    throw new EntranceError('sso_failed', {
      cause: { claims: error.issues.map(({ path }) => path.join('.')) },
    });
  const email = parseEmail(read.email);
  return {
    key: { provider, providerScope: read.iss, providerId: read.sub },
    email,
    emailVerified: email !== undefined && read.email_verified === true,
    ...(email === undefined && !isNothing(claims.email) ? { emailIsUncertain: true } : {}),
    fullName: fullNameOf(read, email) ?? read.sub,
    groups: UNKNOWN,
    appRoles: UNKNOWN,
    providerSessionId: read.sid,
  };
}

type NameClaim = 'name' | 'given_name' | 'family_name';

/** The first of these texts with a visible character: the name, its parts, or the part of the address before `@`. */
export function fullNameOf(
  { name, given_name, family_name }: Partial<Pick<z.infer<typeof standardClaims>, NameClaim>>,
  address: string | undefined,
): string | undefined {
  const composed = [given_name, family_name].map((part = '') => cleanText(part)).join(' ');
  const localPart = address?.slice(0, address.lastIndexOf('@'));
  const shown = [name, composed, localPart].map((part = '') => displayText(part, LONGEST_NAME));
  return shown.find((part) => part !== undefined);
}
