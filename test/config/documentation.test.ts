import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse as parseDotenv } from 'dotenv';
import { isSecret } from '#entrance/config/setting.js';
import { parseConfig, settingGroups } from '#entrance/settings.js';
import { aadstsPage, configurationPage, envExample } from '../../docs/generate.js';

const committed = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const settings = settingGroups.flatMap((group) => group.settings);

describe('the generated pages are up to date (npm run docs)', () => {
  test('docs/configuration.md', () => {
    expect(committed('docs/configuration.md')).toBe(configurationPage());
  });

  test('docs/aadsts.md', () => {
    expect(committed('docs/aadsts.md')).toBe(aadstsPage());
  });

  test('.env.example', () => {
    expect(committed('.env.example')).toBe(envExample());
  });
});

test('every variable stands once in the table and once in .env.example', () => {
  for (const { name } of settings) {
    expect(configurationPage().match(new RegExp(`^\\| \`${name}\`[ ,]`, 'gm'))).toHaveLength(1);
    expect(envExample().match(new RegExp(`^# ${name}=`, 'gm'))).toHaveLength(1);
  }
});

test('every line of .env.example that sets something is commented out', () => {
  expect(
    envExample()
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#')),
  ).toEqual([]);
});

test('.env.example uncommented is right once its secrets are filled in', () => {
  const uncommented = parseDotenv(envExample().replaceAll(/^# (?=[A-Z_]+=)/gm, ''));
  const secrets = {
    SESSION_SECRET: 'k9fWq3tYp0Zr8xLm2NvB6sHd4JgC7aTe',
    PLATFORM_ADMIN_PASSWORD: 'plum-harbour-violin-92',
    METRICS_TOKEN: 'k9fWq3tYp0Zr8xLm',
    SSO_ENTRA_CLIENT_SECRET: 'Zx8~aB.cD_eF-gH1iJ2kL3mN4',
    BRAND_LOGO_FILE: '',
    SSO_GENERIC_IDS: '',
    SSO_ENTRA_CLIENT_CERTIFICATE_FILE: '',
    SSO_ENTRA_CLIENT_KEY_FILE: '',
    SSO_ENTRA_FEDERATED_TOKEN_FILE: '',
  };
  expect(() =>
    parseConfig({ ...uncommented, ...secrets, SSO_ENABLED: 'true', SSO_ENTRA_ENABLED: 'true' }),
  ).not.toThrow();
});

test.each(settings.map((setting) => [setting.name, setting] as const))(
  'the example and the default of %s are right',
  (_, setting) => {
    if (!(isSecret(setting) && setting.exampleInWords))
      expect(setting.schema.safeParse(setting.example).success).toBe(true);
    if ('default' in setting) expect(setting.schema.safeParse(setting.default).success).toBe(true);
  },
);
