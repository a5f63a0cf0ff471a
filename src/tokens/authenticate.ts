import type { Request } from 'express';
import type { Actor, Happening } from '../audit/event.js';
import type { Clock } from '../clock.js';
import type { Directory } from '../directory/directory.js';
import { EntranceError } from '../errors.js';
import { holdsRole, PLATFORM_ADMIN } from '../identity/roles.js';
import { bearerToken } from './bearer-token.js';
import { looksLikeToken, parseToken } from './token-text.js';
import { type ApiToken, nameOf, type Tokens } from './tokens.js';

/** Milliseconds. */
const RECORDED_USE_INTERVAL = 60 * 60_000;

/**
 * The API token that a request shows; undefined if it shows none. With `ownTokensOnly`, a `Bearer` that hasn't the form of our
 * tokens is somebody else's and counts as none. Throws EntranceError `token_invalid`.
 */
export type AuthenticateToken = (
  request: Request,
  options?: { readonly ownTokensOnly?: boolean },
) => Promise<ApiToken | undefined>;

export function createTokenAuthentication(
  tokens: Tokens,
  directory: Directory,
  clock: Clock,
  originOf: (request: Request) => Actor,
): AuthenticateToken {
  return async (request, { ownTokensOnly = false } = {}) => {
    const sent = bearerToken(request);
    if (sent === undefined || (ownTokensOnly && !looksLikeToken(sent))) return undefined;
    const hash = parseToken(sent);
    const token = hash === undefined ? undefined : await tokens.findByHash(hash);
    if (token === undefined || !(await isVouchedFor(token))) throw new EntranceError('token_invalid');
    await tokens.touch(token, clock.now(), useEvents(token, originOf(request)));
    return token;
  };

  /** A use is recorded at most once an hour: a token that is used all day would drown everything else. */
  function useEvents(token: ApiToken, origin: Actor): readonly Happening[] {
    const { lastUsedAt, createdBy } = token;
    if (lastUsedAt !== null && clock.now() - Date.parse(lastUsedAt) < RECORDED_USE_INTERVAL) return [];
    const by = { ...origin, token: nameOf(token), user: createdBy === null ? undefined : { id: createdBy } };
    return [{ action: 'token-use', by, token: nameOf(token) }];
  }

  /** A token lives no longer than the right of the person who made it to make one. */
  async function isVouchedFor({ createdBy }: ApiToken): Promise<boolean> {
    if (createdBy === null) return true;
    const maker = await directory.find(createdBy);
    return maker?.status === 'active' && holdsRole(maker.roles, PLATFORM_ADMIN);
  }
}
