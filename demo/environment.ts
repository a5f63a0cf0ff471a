import { READERS_GROUP } from './personas.js';
import { GITHUB_ADMINISTRATORS, GITHUB_ORGANISATION } from './simulator/github-personas.js';
import { GOOGLE_ADMINISTRATORS } from './simulator/google-personas.js';
import type { StandIns } from './stand-ins.js';

export type Environment = Readonly<Record<string, string | undefined>>;

const DAYS_TO_EXPIRY = 20;

export interface Administrator {
  readonly email: string;
  readonly password: string;
}

/** The configuration of the demo, in the variables that the real server takes. */
export function demoEnvironment(
  { LOG_LEVEL = 'warn', LOG_FORMAT, BRAND_NAME, BRAND_LOGO_FILE }: Environment,
  port: number,
  { github, google, microsoft }: StandIns,
  administrator: Administrator,
): Environment {
  return {
    PORT: `${port}`,
    LOG_LEVEL,
    LOG_FORMAT,
    BRAND_NAME,
    BRAND_LOGO_FILE,
    PLATFORM_ADMIN_EMAIL: administrator.email,
    PLATFORM_ADMIN_PASSWORD: administrator.password,
    PLATFORM_ADMIN_FULL_NAME: 'Local Operator',
    SESSION_IDLE_TIMEOUT: '8h',
    SSO_ENABLED: 'true',
    SSO_TRUSTED_DOMAINS: 'contoso.com,fabrikam.com,northwindtraders.com',
    SSO_ENTRA_ENABLED: 'true',
    SSO_ENTRA_AUTHORITY: microsoft.authority,
    SSO_ENTRA_TENANT_ID: microsoft.tenantId,
    SSO_ENTRA_CLIENT_ID: microsoft.clientId,
    SSO_ENTRA_CLIENT_SECRET: microsoft.clientSecret,
    SSO_ENTRA_CLIENT_SECRET_EXPIRES: expiry(),
    SSO_ENTRA_GRAPH_URL: microsoft.authority,
    SSO_ENTRA_ROLE_MAPPINGS: JSON.stringify({ [READERS_GROUP]: 'platform_viewer' }),
    SSO_ENTRA_REVALIDATE_INTERVAL: '1m',
    SSO_GOOGLE_ENABLED: 'true',
    SSO_GOOGLE_ISSUER: google.issuer,
    SSO_GOOGLE_CLIENT_ID: google.clientId,
    SSO_GOOGLE_CLIENT_SECRET: google.clientSecret,
    SSO_GOOGLE_ADMIN_GROUPS: GOOGLE_ADMINISTRATORS,
    SSO_GITHUB_ENABLED: 'true',
    SSO_GITHUB_URL: github.url,
    SSO_GITHUB_CLIENT_ID: github.clientId,
    SSO_GITHUB_CLIENT_SECRET: github.clientSecret,
    SSO_GITHUB_ADMIN_GROUPS: JSON.stringify([GITHUB_ADMINISTRATORS]),
    SSO_GITHUB_ROLE_MAPPINGS: JSON.stringify({ [GITHUB_ORGANISATION]: 'platform_viewer' }),
  };
}

/** Soon enough to be warned of. */
function expiry(): string {
  return new Date(Date.now() + DAYS_TO_EXPIRY * 86_400_000).toISOString().slice(0, 10);
}
