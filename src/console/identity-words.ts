import type { NameOfProvider } from '../config/provider-name.js';
import type { Fact } from '../http/page-models.js';
import { tenantOf } from '../identity/linked-identities.js';
import type { IdentityKey } from '../identity/user.js';

/** The identifiers of an identity, in the words of its provider’s kind. */
export function identifiersOf(identity: IdentityKey, nameOfProvider: NameOfProvider): readonly Fact[] {
  const { provider, providerId, tenantId } = identity;
  return tenantOf(identity) === undefined
    ? [
        { label: `ID at ${nameOfProvider(provider)}`, value: providerId },
        { label: 'Issuer', value: tenantId },
      ]
    : [
        { label: 'Object ID', value: providerId },
        { label: 'Directory (tenant) ID', value: tenantId },
      ];
}

/** Names one identity in the query of a page's address. */
export function identityQuery({ provider, providerId }: IdentityKey): string {
  return `${new URLSearchParams({ provider, provider_id: providerId })}`;
}
