import { scopeList } from '../../config/scopes.js';

export const ORGANISATIONS_SCOPE = 'read:org';
/** Each of these scopes allows to read organisations and teams. */
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

export const scopes = scopeList
  .refine(includesAddresses, 'must contain user:email, without which nobody’s verified address can be read')
  .transform((list) => list.join(' '));
