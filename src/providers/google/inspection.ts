import { ask, reasonOf } from '../inspection/ask.js';
import { couldNotCheck, type Finding, ok, warning } from '../inspection/finding.js';
import type { InspectionWords } from '../inspection/openid.js';
import { shownError } from '../inspection/redirect-uri.js';
import type { Provider } from '../provider.js';
import type { Refine } from '../reported-error.js';
import { errorOnPage } from './errors.js';

const CLIENTS = 'Google Cloud console → Google Auth Platform → Clients → your client';

export const refusalRemedies: Provider['refusalRemedies'] = {
  domain_not_trusted:
    'At Google the organisation counts that manages the account (its primary domain, the claim hd), and not the address. If people of {domain} may sign in, {domains} has to hold the domain that is called primary in the Google Admin console → Account → Domains → Manage domains. An account that somebody made for themselves with the address of a company is managed by nobody, and no domain admits it.',
  email_missing: 'SSO_GOOGLE_SCOPE has to contain “email”.',
  email_unverified:
    'Google doesn’t vouch for the address: it isn’t verified, or it belongs to a personal account that isn’t of gmail.com, so that nobody would notice if the person lost it. Use an account that the organisation manages.',
};

export function inspectionWords(issuer: string, explain: Refine): InspectionWords {
  return {
    name: 'Google',
    issuerIsOf: 'Google',
    metadataRemedy: 'Check SSO_GOOGLE_ISSUER, which is best left out; otherwise wait: Google may be down.',
    documentRemedy: 'Check SSO_GOOGLE_ISSUER, and whether an outbound proxy answers in Google’s place.',
    issuerRemedy: () => `Leave SSO_GOOGLE_ISSUER out, or set it to what the metadata names: ${issuer} isn’t.`,
    registeredAt: `${CLIENTS} → Authorized redirect URIs`,
    errorShownIn: (text) => shownError(errorOnPage(text), (error) => explain({ error })),
    unknownPlace: couldNotCheck(
      'credential',
      'Google doesn’t say before somebody signs in whether it accepts the client secret.',
      { why: 'Whether the next sign-in works is open.', remedy: 'Sign in once to see.' },
    ),
    remedyFor: ({ error }) =>
      error?.remedy ?? `${CLIENTS} → Client secrets: compare the secret, or add another one.`,
  };
}

/** Checks that the API for groups can be reached. Without a token it refuses, which is enough. */
export async function checkGroups(groupsUrl: string): Promise<readonly Finding[]> {
  const why = 'Nobody gets a role or a team by a group, and nobody loses one.';
  const remedy = `Let this machine reach ${groupsUrl} over https: firewall, DNS, outbound proxy.`;
  try {
    const { status } = await ask(`${groupsUrl}/v1/groups/-/memberships:searchDirectGroups`);
    return status < 500
      ? [ok('groups', `The Cloud Identity API (${groupsUrl}) can be reached.`)]
      : [warning('groups', `The Cloud Identity API answers ${status}.`, { why, remedy })];
  } catch (error) {
    return [
      warning('groups', `The Cloud Identity API can’t be reached: ${reasonOf(error)}.`, { why, remedy }),
    ];
  }
}
