import { expect, test } from '@jest/globals';
import { oktaErrors, unregisteredIn } from '#entrance/providers/okta/errors.js';

test('a redirect URI that isn’t registered is read from Okta’s page', () => {
  const words = "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings";
  expect(unregisteredIn(words)).toBe(true);
  expect(unregisteredIn(words.replaceAll("'", '&#39;'))).toBe(true);
  expect(unregisteredIn('<title>Sign in</title>')).toBe(false);
});

test('a refused grant at the org server doesn’t count as a refused secret', () => {
  const refused = (description: string) =>
    oktaErrors.refusesCredential({ error: 'invalid_client', description });
  expect(refused('The client secret supplied for a confidential client is invalid.')).toBe(true);
  expect(
    refused(
      'Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.',
    ),
  ).toBe(false);
});
