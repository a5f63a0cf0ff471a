import type { IdTokenClaims } from '../id-token.js';
import type { SignInContext } from '../openid.js';
import type { UserInfo } from '../user-info.js';

type Claims = Readonly<Record<string, unknown>>;

/** Warns the operator once per process, without the value of a claim. */
export type Notify = (text: string) => void;

/** The sources of a sign-in's claims, in the order in which they count. */
export interface Sources {
  readonly idToken: IdTokenClaims;
  readonly userInfo?: Claims;
  readonly accessToken?: Claims;
  /** Whether a claim that is missing in all sources is certain to exist nowhere. */
  readonly areComplete: boolean;
}

/**
 * Asks UserInfo and verifies the access token, each only if a wanted claim is still missing.
 * @param hasTwoNames if Keycloak has two addresses, it refuses UserInfo at one of them for a token of the other;
 *   UserInfo is then no source
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

/** A claim by its plain name or, if there is none, by a path: Keycloak nests a claim if its name has dots. */
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
