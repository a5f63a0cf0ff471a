import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { ConfigError } from '#entrance/config/config-error.js';
import { environmentOf } from '#entrance/config/typed-settings.js';
import type { Settings } from '#entrance/host/settings.js';
import { parseConfig } from '#entrance/settings.js';
import { settingsType } from '../../docs/settings-type.js';

test('the type of the settings is up to date (npm run docs)', () => {
  const committed = readFileSync(new URL('../../src/host/settings.ts', import.meta.url), 'utf8');
  expect(committed).toBe(settingsType());
});

describe('typed settings', () => {
  const settings: Settings = {
    BASE_URL: 'http://localhost:8000/console',
    SSO_ENABLED: true,
    SSO_PRESERVE_ADMIN_AUTH: false,
    SSO_TRUSTED_DOMAINS: ['contoso.com', 'fabrikam.com'],
    SSO_ENTRA_ENABLED: true,
    SSO_ENTRA_TENANT_ID: '3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650',
    SSO_ENTRA_CLIENT_ID: '1b7e4d3a-9c26-4f08-a5d1-6e0c82f39b47',
    SSO_ENTRA_CLIENT_SECRET: ['Zx8~aB.cD_eF-gH1iJ2kL3mN4', 'Yx8~aB.cD_eF-gH1iJ2kL3mN4'],
    SSO_ENTRA_ROLE_MAPPINGS: { 'gateway.auditor': 'auditor' },
    MAX_FAILED_LOGIN_ATTEMPTS: 7,
    REDIS_URL: undefined,
  };

  test('are read like the same values in an environment', () => {
    const config = parseConfig(environmentOf(settings));
    expect(config.server.baseUrl.path).toBe('/console');
    expect(config.sso).toMatchObject({
      enabled: true,
      preserveAdminAuth: false,
      trustedDomains: ['contoso.com', 'fabrikam.com'],
    });
    expect(config.localAccounts.maxFailedAttempts).toBe(7);
    expect(environmentOf(settings)).not.toHaveProperty('REDIS_URL');
  });

  test('name every value that is of no use, and quote none', () => {
    const wrong = {
      BASE_URL: () => 'https://gateway.example',
      SESSION_SECRET: Symbol('plum'),
      REDIS_URL: null,
    };
    const reading = () => Reflect.apply(environmentOf, undefined, [wrong]);
    expect(reading).toThrow(ConfigError);
    expect(reading).toThrow(/BASE_URL is a function here[\s\S]*SESSION_SECRET is a symbol here/);
    expect(reading).not.toThrow(/plum|REDIS_URL/);
  });
});
