import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CheckName } from '#entrance/providers/inspection/finding.js';
import { keycloak } from '#entrance/providers/keycloak/kind.js';
import { addresses, keycloakConfig } from '../../support/keycloak.js';
import {
  type Altered,
  type Body,
  CLIENTS,
  METADATA_PATH,
  type OpenIdProvider,
  startOpenIdProvider,
} from '../../support/openid-provider.js';
import { recordingLog } from '../../support/recording-log.js';

/* What `entrance doctor` says of a realm. */

let provider: OpenIdProvider;
let metadata: Body;
beforeAll(async () => {
  provider = await startOpenIdProvider(addresses.redirectUri);
  const published = (await (await fetch(provider.issuer + METADATA_PATH)).json()) as Body; // it is an object
  metadata = { ...published, issuer: `${provider.issuer}/realms/acme` };
});
afterAll(() => provider.close());

const oauth = (error: string, error_description: string): Altered => ({
  status: 401,
  body: { error, error_description },
});
const page = (text: string): Altered => ({ status: 400, type: 'text/html', body: `<p>${text}</p>` });

async function findingOf(check: CheckName, answers: Readonly<Record<string, Altered>>) {
  const all = { [`/realms/acme${METADATA_PATH}`]: { body: metadata }, ...answers };
  provider.alter = Object.fromEntries(Object.entries(all).map(([path, answer]) => [path, () => answer]));
  const settings = { SSO_KEYCLOAK_BASE_URL: provider.issuer, SSO_KEYCLOAK_CLIENT_SECRET: CLIENTS.post };
  const { inspection } = keycloak.create(keycloakConfig(settings), {
    addresses,
    clock: { now: () => Date.now() },
    log: recordingLog().log,
  });
  const findings = await inspection.examine(() => Date.now());
  return findings.find((one) => one.check === check);
}

test('a secret is right if Keycloak says that the client is no service account, which it says to nobody else', async () => {
  const answer = oauth('unauthorized_client', 'Client not enabled to retrieve service account');
  expect(await findingOf('credential', { '/token': answer })).toMatchObject({ severity: 'ok' });
});

test('a wrong secret is told with where the right one is', async () => {
  const answer = oauth('unauthorized_client', 'Invalid client or Invalid client credentials');
  expect(await findingOf('credential', { '/token': answer })).toMatchObject({
    severity: 'failed',
    remedy: expect.stringContaining('Clients → post → Credentials → Client Secret'),
  });
});

test('the redirect URI is tried; the words of Keycloak’s page say what is wrong', async () => {
  expect(await findingOf('redirect_uri', {})).toMatchObject({ severity: 'ok' });
  const answering = (text: string) => ({
    [`/realms/acme${METADATA_PATH}`]: {
      body: { ...metadata, authorization_endpoint: `${provider.issuer}/realms/acme/shown` },
    },
    '/realms/acme/shown': page(text),
  });
  expect(await findingOf('redirect_uri', answering('Invalid parameter: redirect_uri'))).toMatchObject({
    severity: 'failed',
    remedy: expect.stringContaining('Valid redirect URIs'),
  });
  expect(await findingOf('redirect_uri', answering('Client not found.'))).toMatchObject({
    severity: 'failed',
    remedy: expect.stringContaining('has no client post'),
  });
  expect(await findingOf('redirect_uri', answering('Ungültiger Parameter'))).toMatchObject({
    severity: 'could_not_check',
  });
});

test('a realm that there isn’t, and the name that Keycloak has for itself, are told with the setting', async () => {
  const path = `/realms/acme${METADATA_PATH}`;
  const missing = { status: 404, body: { error: 'Realm does not exist' } };
  expect(await findingOf('discovery', { [path]: missing })).toMatchObject({
    severity: 'failed',
    remedy: expect.stringContaining('SSO_KEYCLOAK_REALM, which is case-sensitive'),
  });
  const elsewhere = { body: { ...metadata, issuer: 'https://sso.acmecorp.com/realms/acme' } };
  expect(await findingOf('issuer', { [path]: elsewhere })).toMatchObject({
    severity: 'failed',
    what: expect.stringContaining('https://sso.acmecorp.com/realms/acme'),
    remedy: expect.stringContaining('SSO_KEYCLOAK_PUBLIC_BASE_URL=https://sso.acmecorp.com'),
  });
});
