import type { InspectionWords } from '../inspection/openid.js';
import type { OwnAddresses, Provider } from '../provider.js';
import { unregisteredIn } from './errors.js';
import { isOrgServer } from './issuer.js';
import type { OktaConfig } from './settings.js';

const APPLICATION = 'Okta Admin Console → Applications → Applications → your application';

export const refusalRemedies: Provider['refusalRemedies'] = {
  email_missing:
    'SSO_OKTA_SCOPE has to contain “email”, and the person needs a primary email: Okta Admin Console → Directory → People → the person → Profile.',
  email_unverified:
    'Okta doesn’t vouch for the address (email_verified isn’t true): the person has to confirm their primary email in Okta, or their profile takes it from a directory that Okta doesn’t trust for it.',
};

export function inspectionWords({ issuer }: OktaConfig, { redirectUri }: OwnAddresses): InspectionWords {
  const registeredAt = `${APPLICATION} → General → Sign-in redirect URIs`;
  return {
    name: 'Okta',
    issuerIsOf: `SSO_OKTA_ISSUER, ${issuer}`,
    metadataRemedy: isOrgServer(issuer)
      ? 'Check SSO_OKTA_ISSUER: it is the domain of your organisation, without “-admin”.'
      : `There is no such authorization server, or the organisation lacks API Access Management. Okta Admin Console → Security → API → Authorization Servers shows the issuer of each; without that menu set SSO_OKTA_ISSUER=${new URL(issuer).origin}.`,
    documentRemedy: 'Check SSO_OKTA_ISSUER, and whether an outbound proxy answers in Okta’s place.',
    issuerRemedy,
    registeredAt,
    errorShownIn: (page) =>
      unregisteredIn(page)
        ? {
            said: 'the redirect_uri isn’t one of the application',
            remedy: `${registeredAt}: add ${redirectUri}, letter by letter.`,
          }
        : undefined,
    remedyFor: ({ error }) =>
      error?.remedy ??
      `${APPLICATION} → General → Client Credentials: compare the secret, or generate another.`,
  };
}

export function issuerRemedy(expected: string): string {
  return `Set SSO_OKTA_ISSUER to the issuer that the metadata names, in place of ${expected}: with a custom domain, that is the one under Customizations → Brands → Domains.`;
}
