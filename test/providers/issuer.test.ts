import { describe, expect, test } from '@jest/globals';
import { expectIssuer, metadataUrlOf } from '#entrance/providers/issuer.js';

describe('the issuer that metadata states', () => {
  test.each([
    ['https://acme.auth0.com', 'https://acme.auth0.com/'],
    ['https://acme.auth0.com/', 'https://acme.auth0.com'],
    ['https://acme.auth0.com/', 'https://acme.auth0.com/'],
    ['https://id.example/realms/Acme', 'https://id.example/realms/Acme'],
  ])('may be set as %s if it is %s', (configured, issuer) => {
    expect(() => expectIssuer({ issuer }, configured, '')).not.toThrow();
  });

  test.each([
    ['https://acme.auth0.com', 'https://acme.auth0.com//'],
    ['https://id.example/realms/acme', 'https://id.example/realms/Acme'],
    ['https://id.example', 'https://id.example:443'],
    ['https://id.example', 'http://id.example'],
    ['https://id.example', 'https://id.example/realms/acme'],
    ['https://id.example', 'id.example'],
  ])('may not be set as %s if it is %s', (configured, issuer) => {
    expect(() => expectIssuer({ issuer }, configured, 'Set it.')).toThrow(
      expect.objectContaining({ code: 'sso_misconfigured', remedy: 'Set it.' }),
    );
  });
});

test.each([
  ['https://acme.auth0.com/', 'https://acme.auth0.com/.well-known/openid-configuration'],
  ['https://id.example/realms/acme', 'https://id.example/realms/acme/.well-known/openid-configuration'],
])('metadata of %s is read at %s', (issuer, url) => {
  expect(metadataUrlOf(issuer)).toBe(url);
});
