import { expect, test } from '@jest/globals';
import { explainer, failureText } from '#entrance/providers/keycloak/errors.js';
import { addresses, keycloakConfig } from '../../support/keycloak.js';

const explain = explainer(keycloakConfig({ SSO_KEYCLOAK_SCOPE: 'openid groups' }), addresses);

test.each([
  'Invalid client or Invalid client credentials',
  'INVALID_CREDENTIALS: Invalid client credentials',
  'Client secret not provided in request',
  '',
])('unauthorized_client “%s” is about the secret, so the next one is tried', (description) => {
  const meaning = explain({ error: 'unauthorized_client', description });
  expect(meaning).toMatchObject({ code: 'sso_misconfigured', refusesCredential: true });
  expect(meaning.remedy).toContain('Clients → post → Credentials → Client Secret');
  expect(meaning.remedy).toContain('the realm acme');
  expect(failureText(meaning.facts)?.visitor).toContain('its credential was refused');
});

test.each([
  'Client is not allowed to initiate browser login with given response_type. Standard flow is disabled for the client.',
  'Client not enabled to retrieve service account',
])('unauthorized_client “%s” isn’t', (description) => {
  const meaning = explain({ error: 'unauthorized_client', description });
  expect(meaning).toMatchObject({ code: 'sso_misconfigured', facts: { error: 'unauthorized_client' } });
  expect(meaning).not.toHaveProperty('refusesCredential');
  expect(meaning.remedy).toContain('“Standard flow”');
});

test.each([
  ['Code not valid', 'Client login timeout'],
  ['Incorrect redirect_uri', addresses.redirectUri],
  ['PKCE verification failed: Code mismatch', 'no proxy'],
  ['User disabled', 'Users → the person → Enabled'],
  ['Account is not fully set up', 'Required user actions'],
  ['Session not active', 'SSO Session Idle'],
  ['Token is not active', 'SSO Session Idle'],
  ["Session doesn't have required client", 'SSO Session Idle'],
  ['something new', 'The authorization code was refused'],
])('invalid_grant “%s” is told with what to look at', (description, words) => {
  const meaning = explain({ error: 'invalid_grant', description });
  expect(meaning).toMatchObject({ code: 'sso_failed', facts: { error: 'invalid_grant' } });
  expect(meaning.remedy).toContain(words);
  expect(meaning.remedy).not.toMatch(/[{}]/);
});

test('authentication_expired has a code of its own, and an outage stays one', () => {
  const expired = explain({ error: 'temporarily_unavailable', description: 'authentication_expired' });
  expect(expired).toMatchObject({ code: 'sso_failed', facts: { providerCode: 'authentication_expired' } });
  expect(failureText(expired.facts)).toMatchObject({ severity: 'info', opensLocalForm: false });
  const outage = explain({ error: 'temporarily_unavailable', description: 'something else' });
  expect(outage).toMatchObject({ code: 'sso_unavailable', facts: { error: 'temporarily_unavailable' } });
});

test('a scope that there isn’t is named with the setting', () => {
  const { remedy } = explain({ error: 'invalid_scope', description: 'Invalid scopes: openid groups' });
  expect(remedy).toContain('SSO_KEYCLOAK_SCOPE, “openid groups”');
});

test('an error that nobody knows fails, and nothing of it is shown', () => {
  expect(explain({ error: 'odd', description: '<b>odd</b>' })).toEqual({ code: 'sso_failed', facts: {} });
  expect(failureText({ error: 'constructor' })).toBeUndefined();
});
