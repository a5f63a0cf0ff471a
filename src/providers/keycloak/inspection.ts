import * as z from 'zod';
import type { InspectionWords } from '../inspection/openid.js';
import type { ShownError } from '../inspection/redirect-uri.js';
import type { CredentialTrial, Provider } from '../provider.js';
import type { RelyingParty } from '../relying-party.js';
import { NO_SERVICE_ACCOUNT } from './errors.js';
import { issuerRemedy, realmRemedy } from './realm.js';
import { type KeycloakConfig, keycloakNames } from './settings.js';

export const refusalRemedies: Provider['refusalRemedies'] = {
  email_missing:
    'Users → the person → Email: fill it in. Clients → your client → Client scopes has to list “email” as a default scope; for another claim than “email” set SSO_KEYCLOAK_EMAIL_CLAIM.',
  email_unverified:
    'Keycloak doesn’t vouch for the address. Users → the person → Email verified, or let people verify it (Realm settings → Login → Verify email). For people of another identity provider: Identity providers → that one → Trust Email, if it verifies addresses.',
};

export function inspectionWords(config: KeycloakConfig): InspectionWords {
  const secret = `Clients → ${config.clientId} → Credentials → Client Secret: copy it into SSO_KEYCLOAK_CLIENT_SECRET.`;
  return {
    name: keycloakNames.name,
    issuerIsOf: `the realm ${config.realm}`,
    metadataRemedy: realmRemedy(config),
    documentRemedy: issuerRemedy('', config),
    issuerRemedy: (expected) => `SSO_KEYCLOAK_BASE_URL and SSO_KEYCLOAK_REALM have to lead to ${expected}.`,
    registeredAt: `Clients → ${config.clientId} → Settings → Valid redirect URIs`,
    errorShownIn: (text) => errorShownIn(text, config),
    remedyFor: (trial) => trial.error?.remedy ?? secret,
  };
}

function errorShownIn(text: string, { clientId, realm }: KeycloakConfig): ShownError | undefined {
  const remediesByText: Readonly<Record<string, string>> = {
    'Invalid parameter: redirect_uri': `Clients → ${clientId} → Settings → Valid redirect URIs: add the redirect URI, letter by letter.`,
    'Client not found': `The realm ${realm} has no client ${clientId}: check SSO_KEYCLOAK_CLIENT_ID and SSO_KEYCLOAK_REALM.`,
    'Client disabled': `Clients → ${clientId}: switch it on.`,
  };
  const said = Object.keys(remediesByText).find((one) => text.includes(one));
  return said === undefined ? undefined : { said, remedy: remediesByText[said] };
}

const refusal = z.object({ description: z.string() });

/** A client that isn’t a service account gets no token for itself. Keycloak says so only if the secret is right. */
export async function tryCredentials(party: RelyingParty): Promise<readonly CredentialTrial[]> {
  const trials = await party.tryCredentials('openid');
  return trials.map((trial) => {
    const said = refusal.safeParse(trial.error?.cause).data?.description ?? '';
    return NO_SERVICE_ACCOUNT.test(said)
      ? { kind: trial.kind, name: trial.name, outcome: 'accepted' }
      : trial;
  });
}
