import { describe, expect, test } from '@jest/globals';
import { parseValid, problemsOf } from '../support/settings.js';

/* SSO_DEFAULT_PROVIDER and SSO_PROVIDER_DOMAINS. */

test('name providers that are on, and domains as they are compared', () => {
  const { sso } = parseValid({
    SSO_DEFAULT_PROVIDER: 'entra',
    SSO_PROVIDER_DOMAINS: '{"Harbour.example":"entra","bücher.example":"entra"}',
  });
  expect(sso.defaultProvider).toBe('entra');
  expect([...sso.providerDomains]).toEqual([
    ['harbour.example', 'entra'],
    ['xn--bcher-kva.example', 'entra'],
  ]);
});

test('are empty without a value', () => {
  expect(parseValid().sso).toMatchObject({ defaultProvider: undefined, providerDomains: new Map() });
});

describe('a provider that isn’t on is refused', () => {
  test.each([
    ['SSO_DEFAULT_PROVIDER', 'okta', 'SSO_DEFAULT_PROVIDER=entra'],
    ['SSO_DEFAULT_PROVIDER', 'local', 'SSO_DEFAULT_PROVIDER=entra'],
    ['SSO_PROVIDER_DOMAINS', '{"a.example":"okta"}', 'SSO_PROVIDER_DOMAINS={"a.example":"entra"}'],
  ])('%s=%s', (variable, value, example) => {
    expect(problemsOf({ [variable]: value })).toEqual([
      {
        variable,
        problem: expect.stringContaining('which is no provider that is on: there is entra'),
        example,
      },
    ]);
  });

  test('but not beside a provider that has a problem of its own', () => {
    const problems = problemsOf({ SSO_DEFAULT_PROVIDER: 'entra', SSO_ENTRA_CLIENT_ID: 'x' });
    expect(problems.map(({ variable }) => variable)).toEqual(['SSO_ENTRA_CLIENT_ID']);
  });
});

test.each([
  ['contoso.com', /JSON object/],
  ['["a.example"]', /JSON object/],
  ['{"a.example":1}', /JSON object/],
  ['{"a.example":""}', /JSON object/],
  ['{"*":"entra"}', /set SSO_DEFAULT_PROVIDER/],
  ['{"@a.example":"entra"}', /write a\.example alone/],
  ['{"a.example":"entra","A.example":"entra"}', /twice/],
  ['{"bücher.example":"entra","xn--bcher-kva.example":"entra"}', /twice/],
])('SSO_PROVIDER_DOMAINS=%s is refused', (value, problem) => {
  expect(problemsOf({ SSO_PROVIDER_DOMAINS: value })).toEqual([
    expect.objectContaining({ variable: 'SSO_PROVIDER_DOMAINS', problem: expect.stringMatching(problem) }),
  ]);
});
