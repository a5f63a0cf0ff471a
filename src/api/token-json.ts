import * as z from 'zod';
import { type ApiToken, scopes } from '../tokens/api-token.js';
import { type TokenStatus, tokenStatuses } from '../tokens/tokens.js';
import { moment } from './user-json.js';

export const tokenSchema = z
  .strictObject({
    id: z.string().describe('UUID version 7.'),
    name: z.string(),
    scopes: z.array(z.enum(scopes)),
    created_at: moment,
    expires_at: moment,
    last_used_at: moment.nullable().describe('To the minute; null where the present secret was never used.'),
    rotated_at: moment.nullable().describe('When it got its present secret; null for the first one.'),
    status: z
      .enum(tokenStatuses)
      .describe('`ended`: it was made by a token that was revoked or got another secret.'),
    created_by: z.string().nullable().describe('A user’s ID; null for one made on the command line.'),
    created_by_token: z
      .string()
      .nullable()
      .describe('The ID of the token that made it, with which it ends; null if a person made it.'),
  })
  .meta({ id: 'Token', description: 'An API token, without its secret.' });

/** The answer that creates a token; no other answer shows the secret. */
export const newTokenSchema = tokenSchema
  .extend({ token: z.string().describe('The secret: shown once, stored hashed.') })
  .meta({ id: 'NewToken', description: 'An API token with its secret.' });

export function tokenJson(token: ApiToken, status: TokenStatus = 'valid'): z.infer<typeof tokenSchema> {
  return {
    id: token.id,
    name: token.name,
    scopes: [...token.scopes],
    created_at: token.createdAt,
    expires_at: token.expiresAt,
    last_used_at: token.lastUsedAt,
    rotated_at: token.rotatedAt,
    status,
    created_by: token.createdBy,
    created_by_token: token.ancestors[0]?.id ?? null,
  };
}
