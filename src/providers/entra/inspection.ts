import { createHash } from 'node:crypto';
import { decodeJwt } from 'jose/jwt/decode';
import type { CredentialsConfig } from '../../config/config.js';
import type { Renewal } from '../credentials/expiry.js';
import { ask, reasonOf } from '../inspection/ask.js';
import { couldNotCheck, type Finding, ok, warning } from '../inspection/finding.js';
import type { InspectionWords } from '../inspection/openid.js';
import { shownError } from '../inspection/redirect-uri.js';
import type { CredentialTrial, Provider } from '../provider.js';
import type { Refine } from '../reported-error.js';
import { isExternalId } from './external-id.js';
import { type EntraConfig, MOST_GROUPS_IN_TOKEN } from './settings.js';

/** How to renew a credential before it ends, in the words of Microsoft’s portal. */
export const renewal: Renewal = {
  secret:
    'App registrations → your app → Certificates & secrets → Client secrets → New client secret. Write its Value in front of the old one (SSO_ENTRA_CLIENT_SECRET or its file), and its expiry into SSO_ENTRA_CLIENT_SECRET_EXPIRES.',
  certificate:
    'Make a new certificate and key. App registrations → your app → Certificates & secrets → Certificates → Upload certificate; then replace the files that SSO_ENTRA_CLIENT_CERTIFICATE_FILE and SSO_ENTRA_CLIENT_KEY_FILE name.',
};

/** Texts for people about our own refusals. */
export const texts: NonNullable<Provider['texts']> = {
  email_missing: {
    title: 'Your account came without an email address',
    detail:
      'Microsoft confirmed who you are, but sent no email address. Ask whoever runs this console to add the “email” optional claim to its app registration.',
  },
};

export function refusalRemediesFor({ authority }: EntraConfig): Provider['refusalRemedies'] {
  return isExternalId(authority) ? { ...refusalRemedies, ...externalIdRemedies } : refusalRemedies;
}

const refusalRemedies: Provider['refusalRemedies'] = {
  tenant_not_allowed:
    'If people of the directory {tenant} may sign in, set SSO_ENTRA_TENANT_ID=organizations and list it in SSO_ENTRA_ALLOWED_TENANTS. If nobody can sign in, SSO_ENTRA_TENANT_ID is another directory than theirs.',
  email_missing:
    'App registrations → your app → Token configuration: add the optional claim “email” for ID tokens. The person needs an email address in the directory, or a user name in the form of one.',
  email_unverified:
    'The directory {tenant} doesn’t vouch for the address: the person is a guest there, or the directory isn’t listed by its ID. Use an account of the person’s own directory, add the optional claim “xms_edov”, or list {tenant} in SSO_ENTRA_ALLOWED_TENANTS.',
  auth_context_missing:
    'Entra ID → Conditional Access: publish the authentication context, and have a policy for it that applies to this person. It is asked for by SSO_ENTRA_REQUIRED_AUTH_CONTEXT or by a route of your app.',
};

/** The remedies for External ID, whose portal has these settings in other places. */
const externalIdRemedies: Provider['refusalRemedies'] = {
  tenant_not_allowed:
    'External ID signs in people of one external tenant. If it is to be {tenant}, SSO_ENTRA_AUTHORITY and SSO_ENTRA_TENANT_ID have to name that one.',
  email_missing:
    'App registrations → your app → Overview → Managed application in local directory → Single sign-on → Attributes & Claims → Add new claim: “email”, with the attribute user.mail; then set acceptMappedClaims to true in the Manifest. The person needs an email address in the directory.',
  email_unverified:
    'The directory {tenant} doesn’t vouch for the address: the person signs in with another identity provider (the claim “idp”). The person needs a local account there (email with password, or with a one-time passcode), or the token the claim “xms_edov”.',
};

export function inspectionWords(config: EntraConfig, explain: Refine): InspectionWords {
  return {
    name: 'Microsoft',
    issuerIsOf: isExternalId(config.authority)
      ? 'the configured external tenant'
      : 'the configured cloud and tenant',
    metadataRemedy:
      'Check SSO_ENTRA_TENANT_ID, and SSO_ENTRA_AUTHORITY for a national cloud; otherwise wait: Microsoft may be down.',
    documentRemedy: 'Check SSO_ENTRA_AUTHORITY, and whether an outbound proxy answers in Microsoft’s place.',
    issuerRemedy: (expected) =>
      `SSO_ENTRA_AUTHORITY and SSO_ENTRA_TENANT_ID together have to lead to metadata that names ${expected}.`,
    registeredAt: 'App registrations → your app → Authentication → Web',
    errorShownIn: (text) =>
      shownError(NUMBER.exec(text)?.[0], (description) => explain({ error: '', description })),
    unknownPlace: couldNotCheck(
      'credential',
      'At which directory to try the credentials isn’t known: SSO_ENTRA_ALLOWED_TENANTS names none.',
      {
        why: 'Whether Microsoft accepts them is open.',
        remedy:
          'Sign in once to see, or name your own directory in SSO_ENTRA_ALLOWED_TENANTS, first and beside the *.',
      },
    ),
    remedyFor: (trial) => remedyFor(trial, config.credentials),
    undated:
      'Set SSO_ENTRA_CLIENT_SECRET_EXPIRES to the date that the portal shows beside the secret (App registrations → your app → Certificates & secrets).',
  };
}

/** Microsoft shows AADSTS50011 on its own page if the redirect URI isn’t registered. */
const NUMBER = /AADSTS([1-9]\d{3,9})/;

function remedyFor(trial: CredentialTrial, { certificate, federatedToken }: CredentialsConfig): string {
  if (trial.kind === 'certificate' && certificate !== undefined) {
    const { raw } = certificate.current().certificate;
    const thumbprint = createHash('sha1').update(raw).digest('hex').toUpperCase();
    return `App registrations → your app → Certificates & secrets → Certificates: upload the certificate of SSO_ENTRA_CLIENT_CERTIFICATE_FILE; the list then shows the thumbprint ${thumbprint}.`;
  }
  if (trial.kind === 'federated' && federatedToken !== undefined) {
    return `App registrations → your app → Certificates & secrets → Federated credentials: ${identityOf(federatedToken)}. A token that has expired is for whoever writes the file to renew.`;
  }
  return (
    trial.error?.remedy ??
    'App registrations → your app → Certificates & secrets → Client secrets: SSO_ENTRA_CLIENT_SECRET takes the Value of one that hasn’t expired.'
  );
}

/** The claims of a token that Microsoft compares: issuer, subject and audience. It never gives the token itself. */
function identityOf(token: NonNullable<CredentialsConfig['federatedToken']>): string {
  try {
    const { iss, sub, aud, exp } = decodeJwt(token.value());
    const end = exp === undefined ? 'never' : new Date(exp * 1_000).toISOString();
    return `one has to have the issuer ${iss}, the subject ${sub} and the audience ${aud} of the token in the file (which expires: ${end})`;
  } catch {
    return 'the token’s file can’t be read, or holds no token';
  }
}

/** Graph is asked for the groups of people with too many for a token. Without a token it answers 401. */
export async function checkGraph(graphUrl: string | undefined): Promise<readonly Finding[]> {
  const many = `people in more than ${MOST_GROUPS_IN_TOKEN} groups`;
  const why = `The roles of ${many} would stay as they were, whatever their groups are now.`;
  if (graphUrl === undefined) {
    return [
      couldNotCheck('graph', 'Which Microsoft Graph belongs to SSO_ENTRA_AUTHORITY isn’t known.', {
        why,
        remedy: `Nothing, unless there are ${many}.`,
      }),
    ];
  }
  const remedy = `Let this machine reach ${graphUrl} over https: firewall, DNS, outbound proxy.`;
  try {
    const { status } = await ask(`${graphUrl}/v1.0/me`);
    return status < 500
      ? [ok('graph', `Microsoft Graph (${graphUrl}) can be reached.`)]
      : [warning('graph', `Microsoft Graph answers ${status}.`, { why, remedy })];
  } catch (error) {
    return [warning('graph', `Microsoft Graph can’t be reached: ${reasonOf(error)}.`, { why, remedy })];
  }
}
