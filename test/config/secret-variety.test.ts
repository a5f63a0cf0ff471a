import { expect, test } from '@jest/globals';
import { ConfigError } from '#entrance/config/config-error.js';
import { parseConfig } from '#entrance/settings.js';
import { validSettings } from '../support/settings.js';

function problemOf(name: string, value: string): string | undefined {
  try {
    parseConfig({ ...validSettings, [name]: value });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.find(({ variable }) => variable === name)?.problem;
  }
  return undefined;
}

test.each([
  ['SESSION_SECRET', '11112222333344445555666677778888'],
  ['SESSION_SECRET', 'entrance-signing-harbour-production'],
  ['SSO_ENTRA_CLIENT_SECRET', '1234567890'],
  ['SSO_ENTRA_CLIENT_SECRET', 'qwertyuiop1234567890'],
  ['METRICS_TOKEN', '0123456789abcdefghij'],
  ['METRICS_TOKEN', 'AAAABBBBCCCCDDDDEEEEFFFFGGGG'],
])('%s can’t be guessable, such as %s', (name, value) => {
  const problem = problemOf(name, value);
  expect(problem).toMatch(/too little variety/);
  expect(problem).not.toContain(value);
});

test.each([
  ['SESSION_SECRET', 'a session secret of more than 32 bytes'],
  ['SSO_ENTRA_CLIENT_SECRET', 'the-right-secret'],
  ['METRICS_TOKEN', 'metrics-token-of-the-harbour'],
])('%s may be of words if they are enough, such as %s', (name, value) => {
  expect(problemOf(name, value)).toBeUndefined();
});

test.each(['SESSION_SECRET', 'SSO_ENTRA_CLIENT_SECRET', 'PLATFORM_ADMIN_PASSWORD'])(
  '%s can’t hold a token that nothing replaced, with text around it',
  (name) => {
    for (const value of [
      '%SESSION_SECRET%k9fWq3tYp0Zr8xLm2NvB6s',
      '#{SessionSecret}#k9fWq3tYp0Zr8xLm2NvB6s',
      '__SESSION_SECRET__k9fWq3tYp0Zr8xLm2NvB6s',
    ])
      expect(problemOf(name, value)).toMatch(/reference that was not resolved/);
  },
);
