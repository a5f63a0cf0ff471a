import type { Request } from 'express';
import type { Logger } from 'pino';
import type { Actor, Happening } from '../audit/event.js';
import type { Clock } from '../clock.js';
import type { Directory } from '../directory/directory.js';
import { EntranceError } from '../errors.js';
import { holdsRole, PLATFORM_ADMIN } from '../identity/roles.js';
import { bearerToken } from './bearer-token.js';
import { looksLikeToken, parseToken } from './token-text.js';
import { type ApiToken, nameOf, type Tokens } from './tokens.js';

/** That uses aren’t recorded is said once in as long. */
const SAID_INTERVAL_MS = 60_000;
/** Milliseconds. */
const RECORDED_USE_INTERVAL = 60 * 60_000;

/**
 * The API token that a request shows; undefined if it shows none. With `ownTokensOnly`, a `Bearer` that hasn't the form of our
 * tokens counts as none. Throws EntranceError `token_invalid`.
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
  log: Logger,
): AuthenticateToken {
  let saidAt = Number.NEGATIVE_INFINITY;
  return async (request, { ownTokensOnly = false } = {}) => {
    const sent = bearerToken(request);
    if (sent === undefined || (ownTokensOnly && !looksLikeToken(sent))) return undefined;
    const hash = parseToken(sent);
    const token = hash === undefined ? undefined : await tokens.findByHash(hash);
    if (token === undefined || !(await isVouchedFor(token))) throw new EntranceError('token_invalid');
    await noteUse(token, originOf(request));
    return token;
  };

  /**
   * A store that is full still answers what is read. The use changes nothing, so it passes, and the next one is noted in its place.
   */
  async function noteUse(token: ApiToken, origin: Actor): Promise<void> {
    try {
      await tokens.touch(token, clock.now(), useEvents(token, origin));
    } catch (error) {
      if (clock.now() < saidAt + SAID_INTERVAL_MS) return;
      saidAt = clock.now();
      log.error(
        { err: error, token: nameOf(token), ...origin },
        'the use of an API token could not be recorded',
      );
    }
  }

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
