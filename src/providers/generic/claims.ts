import { parseEmail } from '../../identity/email.js';
import type { Identity } from '../../identity/identity.js';
import { identityFromStandardClaims } from '../standard-claims.js';
import type { GenericConfig } from './config.js';
import { groupsOf } from './groups.js';
import { claimIn, ownClaim, type Sources } from './sources.js';

/** The identity from the claims of the ID token, which UserInfo completes. */
export function identityOf(
  sources: Sources,
  config: GenericConfig,
  report: (claim: string, unread: object) => void,
): Identity {
  const { emailClaim, id, nameClaim } = config;
  const identity = identityFromStandardClaims(id, {
    ...sources.idToken,
    name: claimIn(sources, nameClaim),
    given_name: claimIn(sources, 'given_name'),
    family_name: claimIn(sources, 'family_name'),
    email: single(claimIn(sources, emailClaim)),
  });
  return {
    ...identity,
    emailVerified: identity.email !== undefined && isVerified(identity.email, sources, config),
    groups: groupsOf(sources, config, report),
    appRoles: [],
  };
}

/** Some providers send a list of addresses. If it has several, nobody knows which one is meant. */
function single(claim: unknown): unknown {
  return Array.isArray(claim) && claim.length === 1 ? claim[0] : claim;
}

/** The source that holds the address also says whether it is verified; a single “no” is enough. */
function isVerified(
  email: string,
  { idToken, userInfo = {} }: Sources,
  { assumesVerified, emailClaim }: GenericConfig,
): boolean {
  if (emailClaim !== 'email') return assumesVerified;
  const said = [idToken, userInfo]
    .filter((claims) => parseEmail(single(ownClaim(claims, emailClaim))) === email)
    .map((claims) => ownClaim(claims, 'email_verified'))
    .filter((one) => one !== undefined);
  return said.length === 0 ? assumesVerified : said.every((one) => one === true || one === 'true');
}
