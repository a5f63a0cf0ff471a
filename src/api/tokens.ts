import * as z from 'zod';
import { actorOf, type Principal, principalOf } from '../guards/guards.js';
import { tokenPage, tokenQuery } from '../requests/token-query.js';
import type { Dependencies } from '../stores.js';
import { scopes } from '../tokens/api-token.js';
import {
  existingToken,
  issueToken,
  RETENTION_DAYS,
  type RotationRequest,
  revokeToken,
  rotateToken,
  statusAmong,
  tokenName,
} from '../tokens/tokens.js';
import { assertMayGrant } from './may-grant.js';
import { type Operation, operation } from './operation.js';
import { pageSchema } from './page-schema.js';
import { newTokenSchema, tokenJson, tokenSchema } from './token-json.js';

const MAX_LIFETIME_DAYS = 366;

/** `/auth/tokens`. A token's secret is shown once and stored as a hash. */
export function createTokenOperations({ tokens, clock }: Dependencies): readonly Operation[] {
  return [
    operation({
      id: 'listTokens',
      method: 'get',
      path: '/auth/tokens',
      summary: `The API tokens, newest first; expired ones stay for ${RETENTION_DAYS} days`,
      access: 'tokens:write',
      query: tokenQuery,
      answers: { 200: { description: 'A page of tokens.', schema: pageSchema('tokens', tokenSchema) } },
      async handle(request, response) {
        const all = await tokens.list();
        const page = tokenPage(all, request.query);
        const status = statusAmong(all, clock.now());
        response.json({
          tokens: page.tokens.map((one) => tokenJson(one, status(one))),
          next_cursor: page.nextCursor,
        });
      },
    }),

    operation({
      id: 'createToken',
      method: 'post',
      path: '/auth/tokens',
      summary:
        'Create an API token; nobody hands on a scope that they don’t have, and a token that a token makes ends with it',
      access: 'tokens:write',
      body: z.strictObject({
        name: tokenName,
        scopes: z.array(z.enum(scopes)).min(1),
        expires_in_days: z.int().min(1).max(MAX_LIFETIME_DAYS),
      }),
      answers: { 201: { description: 'The new token.', schema: newTokenSchema } },
      problems: ['too_many_tokens'],
      async handle(request, response, wanted) {
        const principal = principalOf(request);
        assertMayGrant(principal, wanted.scopes);
        const { token, record } = await issueToken(
          tokens,
          {
            name: wanted.name,
            scopes: wanted.scopes,
            expiresInDays: wanted.expires_in_days,
            ...makerOf(principal),
            by: actorOf(request),
          },
          clock,
        );
        response.status(201).json({ ...tokenJson(record), token });
      },
    }),

    operation({
      id: 'rotateToken',
      method: 'post',
      path: '/auth/tokens/{id}/rotate',
      summary: 'Give a token a new secret and its lifetime anew; the old secret is refused at once',
      access: 'tokens:write',
      answers: { 200: { description: 'The token with its new secret.', schema: newTokenSchema } },
      problems: ['not_found'],
      async handle(request, response) {
        const principal = principalOf(request);
        const known = await existingToken(tokens, request.params.id);
        assertMayGrant(principal, known.scopes);
        const by = { ...makerOf(principal), by: actorOf(request) };
        const { token, record } = await rotateToken(tokens, known, by, clock);
        response.json({ ...tokenJson(record), token });
      },
    }),

    operation({
      id: 'revokeToken',
      method: 'delete',
      path: '/auth/tokens/{id}',
      summary: 'Revoke a token, and with it the tokens that it made, on every instance at once',
      access: 'tokens:write',
      answers: { 204: { description: 'The token is refused from now on.' } },
      problems: ['not_found'],
      async handle(request, response) {
        await revokeToken(tokens, request.params.id, actorOf(request));
        response.status(204).end();
      },
    }),
  ];
}

function makerOf(principal: Principal): Pick<RotationRequest, 'createdBy' | 'maker'> {
  return principal.kind === 'token'
    ? { createdBy: principal.token.createdBy, maker: principal.token }
    : { createdBy: principal.session.record.userId };
}
