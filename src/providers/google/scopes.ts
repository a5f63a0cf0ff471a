import * as z from 'zod';

/** Lets a person’s own access token list the groups that the person can see. */
export const GROUPS_SCOPE = 'https://www.googleapis.com/auth/cloud-identity.groups.readonly';

/** Scopes with blanks between them, each once. */
export const scopes = z
  .string()
  .regex(/^[\x21\x23-\x5b\x5d-\x7e\s]*$/, 'must be scopes with blanks between them')
  .transform((text) => [...new Set(text.split(/[\s,;]+/).filter((scope) => scope !== ''))])
  .refine((list) => list.includes('openid') && list.includes('email'), 'must contain openid and email')
  .transform((list) => list.join(' '));
