import { EntranceError } from '../errors.js';
import type { Ancestor, ApiToken } from './api-token.js';

/** The most ancestors, since each use of a token looks all of them up. */
const MOST_ANCESTORS = 4;

/**
 * The ancestors of a token that `maker` makes, the nearest first. If the maker's secret leaked, the thief may also know
 * the secret of the new token, so the new token ends when the maker is revoked, expires, or gets another secret.
 * @throws EntranceError `invalid_request` if there would be too many ancestors
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

/** The ancestors of `known` after `maker` gave it a new secret. A token that renews itself keeps its ancestors. */
export function ancestryAfterRotation(known: ApiToken, maker: ApiToken | undefined): readonly Ancestor[] {
  if (maker?.id === known.id) return known.ancestors;
  if (maker?.ancestors.some(({ id }) => id === known.id))
    throw new EntranceError('invalid_request', {
      detail: 'A token can’t give a new secret to a token by which it was made itself.',
    });
  return ancestryBy(maker);
}

/** The end of a lifetime, at most the earliest end of the ancestors. Times in ISO 8601 compare as text. */
export function endWithin(ancestors: readonly Ancestor[], wanted: string): string {
  const ends = [wanted, ...ancestors.map(({ expiresAt }) => expiresAt)];
  return ends.toSorted()[0] ?? wanted;
}

/** Whether an ancestor was revoked or has another secret. `find` gives the existing tokens by ID. */
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
