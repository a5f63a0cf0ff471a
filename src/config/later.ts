import type { Problem } from './config-error.js';
import { duration, flag } from './setting.js';

/**
 * Settings of the product that this version doesn't have. None is accepted and ignored: one that holds people back is
 * refused, since starting without it would let in more than was meant; the others are warned of.
 */
const holdsPeopleBack: Readonly<Record<string, (value: string) => boolean>> = {
  SSO_REQUIRE_ADMIN_APPROVAL: (value) => flag.safeParse(value).data !== false,
  SSO_ENTRA_REQUIRED_AUTH_CONTEXT: () => true,
  SSO_ENTRA_REVALIDATE_INTERVAL: (value) => value !== '0' && duration.safeParse(value).data !== 0,
};

const harmlessDefaults: Readonly<Record<string, string | undefined>> = {
  REDIS_WAIT_REPLICAS: '0',
  SSO_AUTO_ADMIN_DOMAINS: '[]',
  SSO_ENTRA_ALLOWED_TENANTS: '[]',
  SSO_ENTRA_CLIENT_SECRET_EXPIRES: undefined,
  SSO_ENTRA_CLIENT_CERTIFICATE_FILE: undefined,
  SSO_ENTRA_CLIENT_KEY_FILE: undefined,
  SSO_ENTRA_CLIENT_ASSERTION: undefined,
  SSO_ENTRA_FEDERATED_TOKEN_FILE: undefined,
  SSO_ENTRA_GRAPH_URL: undefined,
  SSO_ENTRA_ROLE_MAPPINGS: '{}',
  SSO_ENTRA_TEAM_MAPPINGS: '{}',
  SSO_ENTRA_DEFAULT_ROLE: undefined,
  SSO_ENTRA_SYNC_ROLES_ON_LOGIN: 'true',
};

const OTHER_PROVIDERS = /^SSO_(?:GOOGLE|OKTA|IBM_VERIFY|KEYCLOAK|GITHUB|GENERIC)_/;
const NOT_YET = 'is not available in this version';

export function isLaterSetting(name: string): boolean {
  return (
    Object.hasOwn(holdsPeopleBack, name) ||
    Object.hasOwn(harmlessDefaults, name) ||
    OTHER_PROVIDERS.test(name)
  );
}

export function laterProblem(name: string, value: string): Problem | undefined {
  const isMeant = holdsPeopleBack[name]?.(value) ?? isEnabledProvider(name, value);
  if (!isMeant) return undefined;
  return {
    variable: name,
    problem: `${NOT_YET}, and starting without it would let in more than you mean`,
    example: `leave ${name} out`,
  };
}

export function laterWarning(name: string, value: string): string | undefined {
  if (Object.hasOwn(holdsPeopleBack, name) || value === harmlessDefaults[name]) return undefined;
  return `${name} ${NOT_YET} and has no effect`;
}

function isEnabledProvider(name: string, value: string): boolean {
  return OTHER_PROVIDERS.test(name) && name.endsWith('_ENABLED') && flag.safeParse(value).data !== false;
}
