import type { IdTokenClaims } from '../id-token.js';
import type { SignInContext } from '../openid.js';
import type { UserInfo } from '../user-info.js';
import type { Notify } from './rights.js';

type Claims = Readonly<Record<string, unknown>>;

/** Where claims of one sign-in were found, in the order in which they count. */
export interface Sources {
  readonly idToken: IdTokenClaims;
  /** What UserInfo answered, if it was asked. */
  readonly userInfo?: Claims;
  /** The claims of the verified access token, if it was read. */
  readonly accessToken?: Claims;
  /** Whether a claim that is in none of them is certain to be nowhere. */
  readonly areComplete: boolean;
}

/**
 * Asks UserInfo, and verifies the access token, only if a wanted claim is still missing.
 * @param hasTwoNames with a token of its public name, Keycloak refuses UserInfo under the other one: it then is no source
 */
export async function sourcesOf(
  idToken: IdTokenClaims,
  wanted: readonly string[],
  context: Pick<SignInContext, 'userInfo' | 'accessTokenClaims'>,
  { hasTwoNames, notify }: { readonly hasTwoNames: boolean; readonly notify: Notify },
): Promise<Sources> {
  const isEnough = (sources: Sources) => wanted.every((name) => valueIn(sources, name) !== undefined);
  const first: Sources = { idToken, areComplete: false };
  if (isEnough(first)) return first;

  const answer = await context.userInfo();
  const second: Sources = answer.outcome === 'answered' ? { ...first, userInfo: answer.claims } : first;
  if (isEnough(second)) return second;

  const accessToken = await context.accessTokenClaims();
  const isKnown = answer.outcome === 'answered' || (hasTwoNames && answer.outcome === 'unauthorized');
  if (!isKnown) notify(refusalOf(answer));
  return accessToken === undefined ? second : { ...second, accessToken, areComplete: isKnown };
}

function refusalOf({ outcome }: UserInfo): string {
  return `Keycloak’s UserInfo endpoint doesn’t answer (${outcome}): what only it tells counts as unknown. If Keycloak has two names, set SSO_KEYCLOAK_PUBLIC_BASE_URL`;
}

/** The claim in the first source that has it. */
export function valueIn({ idToken, userInfo, accessToken }: Sources, name: string): unknown {
  for (const source of [idToken, userInfo, accessToken]) {
    const value = source === undefined ? undefined : claimAt(source, name);
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

/** A claim by its name as it is, or else by a path: Keycloak nests a claim that has dots in its name. */
export function claimAt(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name
    .split('.')
    .reduce<unknown>(
      (inner, part) => (isRecord(inner) && Object.hasOwn(inner, part) ? inner[part] : undefined),
      claims,
    );
}

function isRecord(value: unknown): value is Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
