import type { NameOfProvider } from '../config/provider-name.js';
import { identitiesOf, tenantOf } from '../identity/linked-identities.js';
import type { IdentityKey, User } from '../identity/user.js';
import type { Fact } from '../pages/parts.js';

/** The identifiers of an identity, in the words of its provider’s kind. */
export function identifiersOf(identity: IdentityKey, nameOfProvider: NameOfProvider): readonly Fact[] {
  const { provider, providerId, providerScope } = identity;
  return tenantOf(identity) === undefined
    ? [
        { label: `ID at ${nameOfProvider(provider)}`, value: providerId },
        { label: 'Issuer', value: providerScope },
      ]
    : [
        { label: 'Object ID', value: providerId },
        { label: 'Directory (tenant) ID', value: providerScope },
      ];
}

/** The origin of somebody's first identity; empty if they have no identity. */
export function originInWords(user: User): string {
  const [first] = identitiesOf(user);
  if (first === undefined) return '';
  const tenant = tenantOf(first);
  return tenant === undefined ? `issuer ${first.providerScope}` : `directory ${tenant}`;
}

export function identityQuery({ provider, providerId }: IdentityKey): string {
  return `${new URLSearchParams({ provider, provider_id: providerId })}`;
}
