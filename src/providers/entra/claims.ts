import * as z from 'zod';
import { EntranceError } from '../../errors.js';
import { parseEmail } from '../../identity/email.js';
import type { Identity } from '../../identity/identity.js';
import { isNothing } from '../claim-list.js';
import type { IdTokenClaims } from '../id-token.js';
import { fullNameOf } from '../standard-claims.js';
import { versionError } from './issuer.js';
import { isTrue, type Notify, rightsOf } from './rights.js';
import { ANY_TENANT, namedTenants } from './tenant.js';

const text = z.string().max(1_024);
const optionalText = text.optional().catch(undefined);

/** An Entra v2.0 ID token. A claim of an unexpected form counts as absent, unless it gives rights. */
const entraClaims = z.object({
  ver: z.literal('2.0'),
  tid: z.guid().toLowerCase(),
  oid: text.min(1),
  iss: text,
  idp: z.unknown().optional(),
  acct: z.unknown().optional(),
  email: optionalText,
  preferred_username: optionalText,
  upn: optionalText,
  name: optionalText,
  given_name: optionalText,
  family_name: optionalText,
  xms_edov: z.unknown().optional(),
  groups: z.unknown().optional(),
  roles: z.unknown().optional(),
  hasgroups: z.unknown().optional(),
  _claim_names: z.unknown().optional(),
  sid: optionalText,
});

const MOST_NAMES = 100;

/** The names of a token's claims, and of the claims that are read here and missing. It never gives values. */
export function namesOfClaims(claims: IdTokenClaims) {
  const present = Object.keys(claims).sort();
  return {
    present: present.slice(0, MOST_NAMES),
    absent: Object.keys(entraClaims.shape).filter((name) => !present.includes(name)),
  };
}

type EntraClaims = z.infer<typeof entraClaims>;

/**
 * The identity from the validated claims of an Entra ID token (contract §4.4, §11).
 * @param allowedTenants the IDs of tenants that may sign in; `*` admits any other tenant too. An email address, groups
 *   and app roles count only if their tenant is named: in a multi-tenant application, each tenant's own administrators
 *   assign the app roles.
 * @param notify gets oddities of claims that give rights, for the operator
 * @throws EntranceError `sso_misconfigured` for a v1.0 token, `sso_failed` if `tid` or `oid` is missing
 */
export function identityFromEntraClaims(
  claims: IdTokenClaims,
  allowedTenants: readonly string[],
  notify: Notify = () => undefined,
): Identity {
  const parsed = parseClaims(claims);
  const { address, isUncertain } = addressIn(claims, parsed);
  const vouches = namedTenants(allowedTenants).includes(parsed.tid);
  const isAllowed = vouches || allowedTenants.includes(ANY_TENANT);
  return {
    key: { provider: 'entra', providerScope: parsed.tid, providerId: parsed.oid },
    ...(isAllowed ? {} : { refusal: 'tenant_not_allowed' }),
    email: address,
    emailIsUncertain: isUncertain,
    emailVerified: address !== undefined && isVerified(claims, parsed, vouches),
    ...(isVerifiedByOwner(parsed) ? { emailDomainOwnerVerified: true } : {}),
    fullName: fullNameOf(parsed, address) ?? parsed.oid,
    ...(vouches ? rightsOf(parsed, notify) : { groups: [], appRoles: [] }),
    providerSessionId: parsed.sid,
  };
}

function addressIn(claims: IdTokenClaims, parsed: EntraClaims) {
  let isUncertain = false;
  for (const name of ['email', 'preferred_username', 'upn'] as const) {
    const address = parseEmail(parsed[name]);
    if (address !== undefined) return { address, isUncertain };
    isUncertain ||= parsed[name] === undefined && !isNothing(claims[name]);
  }
  return { address: undefined, isUncertain };
}

function parseClaims(claims: IdTokenClaims): EntraClaims {
  const parsed = entraClaims.safeParse(claims);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => issue.path.join('.'));
  throw wrong.includes('ver')
    ? versionError()
    : new EntranceError('sso_failed', { cause: { claims: wrong } });
}

/** `xms_edov` describes the claim `email`, and says nothing about a user name that stands in for it. */
function isVerified(claims: IdTokenClaims, parsed: EntraClaims, tenantVouches: boolean): boolean {
  const isAboutAddress = isNothing(claims.email) || parseEmail(parsed.email) !== undefined;
  if (isAboutAddress && isTrue(parsed.xms_edov)) return true;
  return tenantVouches && !isGuest(parsed);
}

/** `xms_edov` describes the claim `email` only. */
function isVerifiedByOwner({ email, xms_edov: edov }: EntraClaims): boolean {
  return isTrue(edov) && parseEmail(email) !== undefined;
}

function isGuest(claims: EntraClaims): boolean {
  const external = [claims.preferred_username, claims.upn, claims.email].some((name) =>
    name?.toUpperCase().includes('#EXT#'),
  );
  return external || !isMember(claims.acct) || !isOwnIssuer(claims);
}

/** `acct` is 0 for members and 1 for guests. With another value, no address is confirmed. */
function isMember(acct: unknown): boolean {
  return isNothing(acct) || acct === 0 || acct === '0';
}

function isOwnIssuer({ idp, iss, tid }: EntraClaims): boolean {
  return isNothing(idp) || (typeof idp === 'string' && (idp === iss || idp.includes(tid)));
}
