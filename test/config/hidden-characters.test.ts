import { expect, test } from '@jest/globals';
import { ConfigError } from '#entrance/config/config-error.js';
import { parseConfig } from '#entrance/settings.js';

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

test.each([
  ['SSO_TRUSTED_DOMAINS', 'acme\u200Bcorp.com'],
  ['SSO_AUTO_ADMIN_DOMAINS', 'acmecorp.com\uFEFF,acme.de'],
  ['SSO_TRUSTED_DOMAINS', 'acmecorp.com,acme.de\u00AD'],
  ['PLATFORM_ADMIN_EMAIL', 'ro\u200Bot@acmecorp.com'],
  ['PLATFORM_ADMIN_FULL_NAME', 'Ada\u202E Lovelace'],
  ['BRAND_NAME', 'Acme\u200B Gateway'],
])('%s is refused with a character that nobody sees, and the character is named', (name, value) => {
  const [hidden = ''] = /[^\x20-\x7e]/.exec(value) ?? [];
  const code = hidden.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  expect(report({ [name]: value })).toContain(
    `${name} holds an invisible character (U+${code}): type it anew`,
  );
});

test('a brand of which nothing can be seen is refused, and a joined emoji stays', () => {
  expect(report({ BRAND_NAME: '\u3164' })).toMatch(/BRAND_NAME.*has no visible character/);
  expect(parseConfig({ ...base, BRAND_NAME: '👩\u200D💻 Team' }).brand.name).toBe('👩\u200D💻 Team');
});
