/** In place of a tenant: work and school accounts of any tenant, those and personal ones, personal ones alone. */
export const multiTenantNames: readonly string[] = ['organizations', 'common', 'consumers'];

/** The tenant of all personal Microsoft accounts. */
export const PERSONAL_TENANT = '9188040d-6c67-4c5b-b112-36a304b66dad';

/** In the list of allowed tenants: any other, too. */
export const ANY_TENANT = '*';

/** The allowed tenants that are named; only their word about a person counts. */
export function namedTenants(allowed: readonly string[]): readonly string[] {
  return allowed.filter((tenant) => tenant !== ANY_TENANT);
}
