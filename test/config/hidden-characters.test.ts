import { expect, test } from '@jest/globals';
import { ConfigError } from '#entrance/config/config-error.js';
import { parseConfig } from '#entrance/config/parse.js';

const base = { PLATFORM_ADMIN_EMAIL: 'root@acmecorp.com', PLATFORM_ADMIN_PASSWORD: 'plum-harbour-violin-92' };
const report = (settings: Record<string, string>) => {
  try {
    parseConfig({ ...base, ...settings });
  } catch (error) {
    if (error instanceof ConfigError) return error.report();
    throw error;
  }
  return '';
};

test.each(['SSO_TRUSTED_DOMAINS', 'SSO_AUTO_ADMIN_DOMAINS'])(
  '%s drops hidden characters at the ends of a domain, and refuses them inside',
  (name) => {
    expect(report({ [name]: 'acme\u200Bcorp.com' })).toMatch(
      new RegExp(`${name}.*U\\+200B\\) at position 5`),
    );
    expect(report({ [name]: '\u200Bacmecorp.com\uFEFF,acme.de\u00AD' })).not.toContain(name);
  },
);

test('the administrator’s address loses what nobody sees at its ends, and is refused with it inside', () => {
  expect(report({ PLATFORM_ADMIN_EMAIL: 'ro\u200Bot@acmecorp.com' })).toContain(
    'without an invisible character (U+200B) at position 3',
  );
  const { localAccounts } = parseConfig({ ...base, PLATFORM_ADMIN_EMAIL: '\u200Broot@acmecorp.com\uFEFF' });
  expect(localAccounts.administrator?.email).toBe('root@acmecorp.com');
});

test('the administrator’s name and the brand are as people see them', () => {
  const config = parseConfig({
    ...base,
    PLATFORM_ADMIN_FULL_NAME: 'Ada\u202E Love\u00ADlace',
    BRAND_NAME: 'Acme\u200B Gateway',
  });
  expect(config.localAccounts.administrator?.fullName).toBe('Ada Lovelace');
  expect(config.brand.name).toBe('Acme Gateway');
  expect(report({ BRAND_NAME: '\u3164' })).toMatch(/BRAND_NAME.*has no visible character/);
});
