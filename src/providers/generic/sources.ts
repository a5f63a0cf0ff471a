import { grantingValues } from '../../config/common-settings.js';
import type { IdTokenClaims } from '../id-token.js';
import type { SignInContext } from '../openid.js';
import type { GenericConfig } from './config.js';

export interface Sources {
  readonly idToken: IdTokenClaims;
  /** Undefined if UserInfo wasn’t asked, or didn’t answer. */
  readonly userInfo: IdTokenClaims | undefined;
  /** False if UserInfo, which may hold a claim that is missing here, didn't answer. */
  readonly isWhole: boolean;
}

/** A claim by its name, even if the name looks like a path. The ID token comes first. */
export function claimIn({ idToken, userInfo = {} }: Sources, name: string): unknown {
  return ownClaim(idToken, name) ?? ownClaim(userInfo, name);
}

export function ownClaim(claims: IdTokenClaims, name: string): unknown {
  return Object.hasOwn(claims, name) ? (claims[name] ?? undefined) : undefined;
}

/** @param always asks UserInfo in any case, since only the host app knows which claims it needs */
export async function sourcesOf(
  idToken: IdTokenClaims,
  { metadata, tell, userInfo }: SignInContext,
  config: GenericConfig,
  always = false,
): Promise<Sources> {
  const isThere = config.usesUserInfo && metadata.userinfo_endpoint !== undefined;
  if (!isThere || !(always || lacksSomething(idToken, config)))
    return { idToken, userInfo: undefined, isWhole: true };
  const answer = await userInfo();
  tell('UserInfo was asked for what the ID token lacks', () => ({ outcome: answer.outcome }));
  return answer.outcome === 'answered'
    ? { idToken, userInfo: answer.claims, isWhole: true }
    : { idToken, userInfo: undefined, isWhole: false };
}

function lacksSomething(idToken: IdTokenClaims, config: GenericConfig): boolean {
  const { assumesVerified, emailClaim, groupsClaims } = config;
  const saysVerified =
    emailClaim !== 'email' || assumesVerified || ownClaim(idToken, 'email_verified') !== undefined;
  const lacksAddress = ownClaim(idToken, emailClaim) === undefined || !saysVerified;
  const lacksGroups = groupsClaims.some((name) => ownClaim(idToken, name) === undefined);
  return lacksAddress || (lacksGroups && grantingValues(config).length > 0);
}
