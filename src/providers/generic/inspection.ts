import type { Remedies } from '../failures.js';
import type { InspectionWords } from '../inspection/openid.js';
import type { Provider } from '../provider.js';
import type { GenericConfig } from './config.js';

export function remediesOf({ prefix }: GenericConfig): Remedies {
  return {
    metadata: `Check ${prefix}_ISSUER and ${prefix}_METADATA_URL, and whether an outbound proxy answers in the provider’s place: “entrance doctor” shows what it gets.`,
    keys: `No published key fits the token. If it goes on: see that ${prefix}_JWKS_URI isn’t that of another provider, and that no outbound proxy answers for it with old keys.`,
  };
}

export function refusalRemediesOf({
  emailClaim,
  name,
  prefix,
  scope,
}: GenericConfig): Provider['refusalRemedies'] {
  return {
    email_missing: `${name} sent no address in the claim ${emailClaim}. Have it sent (the scopes are “${scope}”, ${prefix}_SCOPE), give the person an address there, or name the claim that holds it in ${prefix}_EMAIL_CLAIM.`,
    email_unverified: `${name} doesn’t say that the address is verified (email_verified). Have the person confirm it there. If nobody can set their own address at ${name}, set ${prefix}_ASSUME_EMAIL_VERIFIED=true.`,
  };
}

export function wordsOf(config: GenericConfig): InspectionWords {
  const { clientId, name, prefix } = config;
  return {
    name,
    issuerIsOf: `${prefix}_ISSUER`,
    metadataRemedy: `Check ${prefix}_ISSUER; if the metadata is elsewhere, set ${prefix}_METADATA_URL. Otherwise wait: ${name} may be down.`,
    documentRemedy: `Check ${prefix}_ISSUER, and whether an outbound proxy answers in the provider’s place.`,
    issuerRemedy: (expected) =>
      `${prefix}_ISSUER has to be the issuer that the metadata names, and is ${expected}.`,
    registeredAt: `the redirect URIs of the client ${clientId} at ${name}`,
    remedyFor: () =>
      `Compare ${prefix}_CLIENT_SECRET with the secret of the client ${clientId} at ${name}, or make another one there. If the secret is right, ${name} may want it in another way: ${prefix}_TOKEN_ENDPOINT_AUTH_METHOD.`,
  };
}
