import * as z from 'zod';

/** Scopes with blanks between them (RFC 6749 §3.3), each once; `openid` makes a sign-in of the request. */
export const scopes = z
  .string()
  .regex(/^[\x21\x23-\x5b\x5d-\x7e\s]*$/, 'must be scopes with blanks between them')
  .transform((text) => [...new Set(text.split(/[\s,;]+/).filter((scope) => scope !== ''))])
  .pipe(
    z
      .array(z.string())
      .refine((list) => list.includes('openid'), 'must contain openid')
      .transform((list) => list.join(' ')),
  );
