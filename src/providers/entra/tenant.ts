/**
 * Values that stand in place of a tenant: work and school accounts of any tenant (`organizations`), these and personal
 * accounts (`common`), personal accounts only (`consumers`).
 */
export const multiTenantNames: readonly string[] = ['organizations', 'common', 'consumers'];

export const PERSONAL_TENANT = '9188040d-6c67-4c5b-b112-36a304b66dad';

/** Admits any other tenant, if it stands in the list of allowed tenants. */
export const ANY_TENANT = '*';

/** The allowed tenants that are named. Only these may vouch for a person. */
export function namedTenants(allowed: readonly string[]): readonly string[] {
  return allowed.filter((tenant) => tenant !== ANY_TENANT);
}
