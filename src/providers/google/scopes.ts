import { scopeList } from '../../config/scopes.js';

/** Lets a person’s own access token list the groups that the person can see. */
export const GROUPS_SCOPE = 'https://www.googleapis.com/auth/cloud-identity.groups.readonly';

export const scopes = scopeList
  .refine((list) => list.includes('openid') && list.includes('email'), 'must contain openid and email')
  .transform((list) => list.join(' '));
