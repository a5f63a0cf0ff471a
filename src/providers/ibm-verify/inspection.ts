import type { InspectionWords } from '../inspection/openid.js';
import { shownError } from '../inspection/redirect-uri.js';
import type { Provider } from '../provider.js';
import type { Refine } from '../reported-error.js';
import { messageIn } from './errors.js';
import { ISSUER_REMEDY } from './issuer.js';
import type { IbmVerifyConfig } from './settings.js';

const SIGN_ON = 'IBM Verify console → Applications → your application → Sign-on';

export const refusalRemedies: Provider['refusalRemedies'] = {
  email_missing: `${SIGN_ON}: tick “Send all known user attributes in the ID token”, or map the attribute “email” to the claim email. For people whose user name is their address there is SSO_IBM_VERIFY_EMAIL_FROM_USERNAME=true.`,
  email_unverified: `IBM Verify doesn’t vouch for the address: email_verified isn’t true. ${SIGN_ON} → Attribute mappings: map an attribute that is true for addresses that somebody has verified to the claim email_verified, as a boolean.`,
};

export function inspectionWords({ issuer }: IbmVerifyConfig, explain: Refine): InspectionWords {
  return {
    name: 'IBM Verify',
    issuerIsOf: `SSO_IBM_VERIFY_ISSUER, ${issuer}`,
    metadataRemedy: `Check SSO_IBM_VERIFY_ISSUER. ${ISSUER_REMEDY}`,
    documentRemedy:
      'Check SSO_IBM_VERIFY_ISSUER, and whether an outbound proxy answers in IBM Verify’s place.',
    issuerRemedy: () => ISSUER_REMEDY,
    registeredAt: `${SIGN_ON} → Redirect URIs`,
    errorShownIn: (page) => shownError(messageIn(page), (description) => explain({ error: '', description })),
    remedyFor: ({ error }) =>
      error?.remedy ?? `${SIGN_ON} → Client secret: compare it with what is set here.`,
  };
}
