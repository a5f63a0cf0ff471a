import type { Request } from 'express';
import type { Logger } from 'pino';
import type { Actor, Happening } from '../audit/event.js';
import type { Clock } from '../clock.js';
import type { Directory } from '../directory/directory.js';
import { EntranceError } from '../errors.js';
import { holdsRole, PLATFORM_ADMIN } from '../identity/roles.js';
import type { ApiToken } from './api-token.js';
import { bearerToken } from './bearer-token.js';
import { looksLikeToken, parseToken } from './token-text.js';
import { nameOf, type Tokens } from './tokens.js';

/** The shortest interval between two log lines that say that uses aren’t recorded. */
const FAILURE_LOG_INTERVAL_MS = 60_000;
const RECORDED_USE_INTERVAL_MS = 60 * 60_000;

/**
 * Gives the API token of a request; undefined if there is none. With `ownTokensOnly`, a `Bearer` credential that
 * doesn't have the form of our tokens counts as none. Throws EntranceError `token_invalid`.
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

  /** If the store is full, the request still passes: the next use is recorded instead. */
  async function noteUse(token: ApiToken, origin: Actor): Promise<void> {
    try {
      await tokens.touch(token, clock.now(), useEvents(token, origin));
    } catch (error) {
      if (clock.now() < saidAt + FAILURE_LOG_INTERVAL_MS) return;
      saidAt = clock.now();
      log.error(
        { err: error, token: nameOf(token), ...origin },
        'the use of an API token could not be recorded',
      );
    }
  }

  /** Records a use at most once an hour, since a token in constant use would fill the audit log. */
  function useEvents(token: ApiToken, origin: Actor): readonly Happening[] {
    const { lastUsedAt, createdBy } = token;
    if (lastUsedAt !== null && clock.now() - Date.parse(lastUsedAt) < RECORDED_USE_INTERVAL_MS) return [];
    const by = { ...origin, token: nameOf(token), user: createdBy === null ? undefined : { id: createdBy } };
    return [{ action: 'token-use', by, token: nameOf(token) }];
  }

  /** Whether the person who made the token may still make tokens; a token ends with this right. */
  async function isVouchedFor({ createdBy }: ApiToken): Promise<boolean> {
    if (createdBy === null) return true;
    const maker = await directory.find(createdBy);
    return maker?.status === 'active' && holdsRole(maker.roles, PLATFORM_ADMIN);
  }
}
