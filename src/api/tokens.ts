import type { RequestHandler } from 'express';
import * as z from 'zod';
import type { Clock } from '../clock.js';
import { EntranceError } from '../errors.js';
import { actorOf, type Principal, principalOf, scopesOfRoles } from '../guards/guards.js';
import {
  type ApiToken,
  allows,
  issueToken,
  nameOf,
  type Scope,
  scopes,
  type Tokens,
} from '../tokens/tokens.js';
import { parseBody } from './parse-body.js';

export interface TokensApi {
  readonly list: RequestHandler;
  readonly create: RequestHandler;
  readonly remove: RequestHandler<{ id: string }>;
}

const MAX_LIFETIME_DAYS = 366;

const newToken = z.strictObject({
  name: z.string().trim().min(1).max(100),
  scopes: z.array(z.enum(scopes)).min(1),
  expires_in_days: z.number().int().min(1).max(MAX_LIFETIME_DAYS),
});

/** `/auth/tokens`: shown once, stored hashed. */
export function createTokensApi(tokens: Tokens, clock: Clock): TokensApi {
  return {
    async list(_request, response) {
      response.json({ tokens: (await tokens.list()).map(tokenJson), next_cursor: null });
    },
    async create(request, response) {
      const principal = principalOf(request);
      const wanted = parseBody(request, newToken);
      assertMayGrant(principal, wanted.scopes);
      const { token, record } = await issueToken(
        tokens,
        {
          name: wanted.name,
          scopes: wanted.scopes,
          expiresInDays: wanted.expires_in_days,
          createdBy: makerOf(principal),
          by: actorOf(request),
        },
        clock,
      );
      response.status(201).json({ ...tokenJson(record), token });
    },
    async remove(request, response) {
      const token = await tokens.find(request.params.id);
      const isRevoked =
        token !== undefined &&
        (await tokens.delete(token.id, [
          { action: 'token-revoke', by: actorOf(request), token: nameOf(token) },
        ]));
      if (!isRevoked) throw new EntranceError('not_found', { detail: 'There is no API token with this ID.' });
      response.status(204).end();
    },
  };
}

export function tokenJson(token: ApiToken) {
  return {
    id: token.id,
    name: token.name,
    scopes: token.scopes,
    created_at: token.createdAt,
    expires_at: token.expiresAt,
    last_used_at: token.lastUsedAt,
    created_by: token.createdBy,
  };
}

/** Nobody hands on more than they hold. */
function assertMayGrant(principal: Principal, wanted: readonly Scope[]): void {
  const held =
    principal.kind === 'token' ? principal.token.scopes : scopesOfRoles(principal.session.record.roles);
  const missing = wanted.filter((scope) => !allows(held, scope));
  if (missing.length > 0) {
    throw new EntranceError('scope_missing', {
      detail: `scopes: you can’t give ${missing.join(', ')}, because you don’t have it yourself.`,
    });
  }
}

function makerOf(principal: Principal): string | null {
  return principal.kind === 'token' ? principal.token.createdBy : principal.session.record.userId;
}
