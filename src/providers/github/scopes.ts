import * as z from 'zod';

/** For memberships that aren’t public, and for teams. */
export const ORGANISATIONS_SCOPE = 'read:org';
/** Each of these lets organisations and teams be read. */
const WITH_ORGANISATIONS = [ORGANISATIONS_SCOPE, 'write:org', 'admin:org'];
const WITH_ADDRESSES = ['user:email', 'user'];

export function includesAddresses(scopes: readonly string[]): boolean {
  return scopes.some((scope) => WITH_ADDRESSES.includes(scope));
}

export function includesOrganisations(scopes: readonly string[]): boolean {
  return scopes.some((scope) => WITH_ORGANISATIONS.includes(scope));
}

export function withOrganisations(scopes: string): string {
  return includesOrganisations(scopes.split(' ')) ? scopes : `${scopes} ${ORGANISATIONS_SCOPE}`;
}

/** Scopes with blanks between them, each once. */
export const scopes = z
  .string()
  .regex(/^[\x21\x23-\x5b\x5d-\x7e\s]*$/, 'must be scopes with blanks between them')
  .transform((text) => [...new Set(text.split(/[\s,]+/).filter((scope) => scope !== ''))])
  .pipe(
    z
      .array(z.string())
      .refine(
        includesAddresses,
        'must contain user:email, without which nobody’s verified address can be read',
      )
      .transform((list) => list.join(' ')),
  );
