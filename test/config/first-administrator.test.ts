import { expect, test } from '@jest/globals';
import { warningsOf } from '../support/settings.js';

const GROUP = '8d3c1f02-6a4b-4a57-9c1e-2f7b60d9e5a1';
/** The tutorial of the gateway: single sign-on, no local administrator, no Redis. */
const tutorial = { PLATFORM_ADMIN_EMAIL: '', PLATFORM_ADMIN_PASSWORD: '', REDIS_URL: '' };
const line = expect.stringMatching(
  /SSO_ENTRA_ADMIN_GROUPS=‹Object ID of a group› makes everybody in that group an administrator/,
);

test('an installation without an administrator is told the line that makes the first', () => {
  expect(warningsOf(tutorial)).toContainEqual(line);
  expect(warningsOf(tutorial)).toContainEqual(expect.stringContaining('or PLATFORM_ADMIN_EMAIL with'));
});

test('a local administrator isn’t offered where local sign-in is off', () => {
  const off = warningsOf({ ...tutorial, SSO_PRESERVE_ADMIN_AUTH: 'false' });
  expect(off).toContainEqual(line);
  expect(off.join()).not.toContain('PLATFORM_ADMIN_EMAIL with');
});

test('nothing is said once somebody is meant to become one', () => {
  for (const giver of [
    { SSO_ENTRA_ADMIN_GROUPS: GROUP },
    { SSO_AUTO_ADMIN_DOMAINS: 'harbour.example' },
    { SSO_ENTRA_ROLE_MAPPINGS: '{"gateway.boss":"platform_admin"}' },
  ])
    expect(warningsOf({ ...tutorial, ...giver })).not.toContainEqual(line);
  expect(warningsOf({ REDIS_URL: '' })).not.toContainEqual(line);
});

test('nobody at all is told the line too', () => {
  expect(warningsOf({ ...tutorial, SSO_ENTRA_ADMIN_GROUPS: '[]' })).toContainEqual(line);
});
