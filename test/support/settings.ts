import { ConfigError, type ConfigProblem } from '#entrance/config/config-error.js';
import { type ParseOptions, parseConfig } from '#entrance/settings.js';

export type Settings = Readonly<Record<string, string | undefined>>;

/** A configuration that is right and deserves no warning. */
export const validSettings = {
  SESSION_SECRET: '6f1b2c9d0e8a47538b1f6d2e9c0a7b45d3e8f1a2',
  REDIS_URL: 'redis://localhost:6379',
  PLATFORM_ADMIN_EMAIL: 'root@harbour.example',
  PLATFORM_ADMIN_PASSWORD: 'plum-kettle-orbit-sandal',
  SSO_ENABLED: 'true',
  SSO_ENTRA_ENABLED: 'true',
  SSO_ENTRA_CLIENT_ID: '1b7e4d3a-9c26-4f08-a5d1-6e0c82f39b47',
  SSO_ENTRA_TENANT_ID: '3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650',
  SSO_ENTRA_CLIENT_SECRET: 'Zx8~aB.cD_eF-gH1iJ2kL3mN4oP5qR6sT7uV8wX9',
} as const satisfies Settings;

/** A mounted app is warned if it doesn’t say where it is. */
const MOUNTED_AT = 'http://localhost:8000';

export const parseValid = (changes: Settings = {}, options?: ParseOptions) =>
  parseConfig({ ...validSettings, ...(options?.mounted && { BASE_URL: MOUNTED_AT }), ...changes }, options);

export const warningsOf = (changes: Settings = {}, options?: ParseOptions): readonly string[] =>
  parseValid(changes, options).warnings;

/** The problems of settings; empty if the settings are accepted. */
export function problemsOf(changes: Settings = {}, options?: ParseOptions): readonly ConfigProblem[] {
  try {
    parseValid(changes, options);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
