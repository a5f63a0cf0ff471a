import { EntranceError } from '../errors.js';
import type { ApiToken } from './tokens.js';

/** The token that made another one, as it was then. */
export interface Ancestor {
  readonly id: string;
  readonly name: string;
  /** When it had got the secret with which it asked: with another secret it counts as ended. */
  readonly secretSince: string;
  readonly expiresAt: string;
}

/** All of them are looked up at each use of a token. */
const MOST_ANCESTORS = 4;

/**
 * What a token rests on if `maker` makes it, the nearest first. If the maker's secret leaked, whoever holds it knows the new
 * secret too, so the new token ends when the maker is revoked, expires, or gets another secret.
 * @throws EntranceError `invalid_request` if the row of tokens would be too long
 */
export function ancestryBy(maker: ApiToken | undefined): readonly Ancestor[] {
  if (maker === undefined) return [];
  const { id, name, expiresAt, ancestors } = maker;
  if (ancestors.length >= MOST_ANCESTORS)
    throw new EntranceError('invalid_request', {
      detail: `This token was made by a token, in a row of ${MOST_ANCESTORS}: it makes no further ones. Ask with one that a person made.`,
    });
  return [{ id, name, secretSince: secretSince(maker), expiresAt }, ...ancestors];
}

/** What `known` rests on if `maker` gives it a new secret. A token that renews itself rests on what it rested on before. */
export function ancestryAfterRotation(known: ApiToken, maker: ApiToken | undefined): readonly Ancestor[] {
  if (maker?.id === known.id) return known.ancestors;
  if (maker?.ancestors.some(({ id }) => id === known.id))
    throw new EntranceError('invalid_request', {
      detail: 'A token can’t give a new secret to a token by which it was made itself.',
    });
  return ancestryBy(maker);
}

/** The end of a lifetime, which isn’t later than the end of any ancestor. Times in ISO 8601 compare as text. */
export function endWithin(ancestors: readonly Ancestor[], wanted: string): string {
  const ends = [wanted, ...ancestors.map(({ expiresAt }) => expiresAt)];
  return ends.toSorted()[0] ?? wanted;
}

/** Whether an ancestor was revoked or has another secret. `find` gives the tokens that there are, by ID. */
export function hasLostAncestor(
  { ancestors }: ApiToken,
  find: (id: string) => ApiToken | undefined,
): boolean {
  return ancestors.some((ancestor) => {
    const token = find(ancestor.id);
    return token === undefined || secretSince(token) !== ancestor.secretSince;
  });
}

function secretSince({ rotatedAt, createdAt }: ApiToken): string {
  return rotatedAt ?? createdAt;
}
