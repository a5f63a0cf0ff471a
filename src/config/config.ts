import type { GrantRule } from '../identity/reconcile-grants.js';
import type { ClientCertificate } from './client-certificate.js';
import type { Secret } from './secret.js';

/** The whole configuration, validated and frozen. Durations are milliseconds. */
export interface Config {
  readonly production: boolean;
  readonly server: ServerConfig;
  readonly store: StoreConfig;
  readonly session: SessionConfig;
  readonly log: LogConfig;
  readonly audit: AuditConfig;
  readonly brand: BrandConfig;
  /** Bearer token of `/metrics`; without it only loopback clients are answered. */
  readonly metricsToken: Secret | undefined;
  readonly localAccounts: LocalAccountsConfig;
  readonly sso: SsoConfig;
  /** What is accepted but worth a word at start: unknown `SSO_*` names, nobody could become an administrator, … */
  readonly warnings: readonly string[];
}

export interface ServerConfig {
  readonly port: number;
  readonly host: string;
  readonly baseUrl: BaseUrl;
  /** Express's `trust proxy` value. */
  readonly trustProxy: boolean | number | string;
  /** How long `/readyz` says that the server stops before it does. */
  readonly shutdownDelayMs: number;
}

/** `BASE_URL`, taken apart once. */
export interface BaseUrl {
  /** Scheme, host and port, for example `https://gateway.acmecorp.com`. */
  readonly origin: string;
  /** Path prefix without a trailing slash; empty at the root of the origin. */
  readonly path: string;
  readonly secure: boolean;
}

export interface StoreConfig {
  /** Connection string of Redis; undefined means the in-memory store. */
  readonly redisUrl: Secret | undefined;
  readonly prefix: string;
  /** How many replicas must have a write to the directory, and a revocation, before it is acknowledged. */
  readonly waitReplicas: number;
}

export interface SessionConfig {
  /** Signs cookies: the first value signs, all verify. */
  readonly secret: Secret;
  readonly idleTimeout: number;
  readonly absoluteTimeout: number;
}

export interface LogConfig {
  readonly level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  readonly format: 'json' | 'pretty';
  readonly file: string | undefined;
}

/** How long audit events are kept. */
export interface AuditConfig {
  readonly maxAge: number;
  readonly maxEvents: number;
}

export interface BrandConfig {
  readonly name: string;
  readonly logo: { readonly contentType: 'image/svg+xml' | 'image/png'; readonly bytes: Buffer } | undefined;
}

export interface LocalAccountsConfig {
  /** Whether the local password form is served and `POST /admin/login` accepts passwords. */
  readonly enabled: boolean;
  readonly administrator:
    | { readonly email: string; readonly password: Secret; readonly fullName: string }
    | undefined;
  readonly passwordMinLength: number;
  readonly maxFailedAttempts: number;
  readonly lockoutDuration: number;
}

export interface SsoConfig {
  readonly enabled: boolean;
  /** Lower-case ASCII (IDNA) domains; empty means any. */
  readonly trustedDomains: readonly string[];
  readonly autoCreateUsers: boolean;
  /** New users wait until an administrator approves. */
  readonly requireApproval: boolean;
  /** Lower-case ASCII (IDNA) domains whose people are all `platform_admin`. */
  readonly autoAdminDomains: readonly string[];
  readonly preserveAdminAuth: boolean;
  /** Present when single sign-on and the provider `entra` are both on. */
  readonly entra: EntraConfig | undefined;
}

export interface EntraConfig {
  readonly clientId: string;
  /** Directory (tenant) ID, lower case, one of the tenant's verified domains, or `organizations`, `common`, `consumers`. */
  readonly tenantId: string;
  /** With a multi-tenant `tenantId`, whose people may sign in: tenant IDs, and `*` for any. */
  readonly allowedTenants: readonly string[];
  readonly credentials: CredentialsConfig;
  /** Origin of the cloud, without a trailing slash. */
  readonly authority: string;
  /** Origin of Microsoft Graph; undefined for the cloud's own. */
  readonly graphUrl: string | undefined;
  readonly adminGroups: readonly string[];
  /** From a group ID or app-role value, in lower case, to a role. */
  readonly roleMappings: readonly GrantRule[];
  /** From a group ID or app-role value, in lower case, to a team's name. */
  readonly teamMappings: readonly GrantRule[];
  /** The role of those to whom nothing else gives one. */
  readonly defaultRole: string | undefined;
  /** Whether each sign-in reconciles `sso` grants, or the first alone. */
  readonly syncRolesOnLogin: boolean;
  readonly scopes: string;
  readonly prompt: 'login' | 'none' | 'consent' | 'select_account' | undefined;
  readonly domainHint: string | undefined;
  /** The authentication context that sessions must carry, such as `c1`. */
  readonly requiredAuthContext: string | undefined;
  /** How often a session in use is confirmed with Microsoft; 0 is never. */
  readonly revalidateInterval: number;
}

/** How the application proves to Microsoft who it is, in the order in which it is tried. At least one is there. */
export interface CredentialsConfig {
  /** Workload identity federation: the token in its file at this moment. Throws where the file can’t be read. */
  readonly federatedToken: Secret | undefined;
  readonly certificate: ClientCertificate | undefined;
  /** `ps256`: PS256 with `x5t#S256`. `legacy`: RS256 with `x5t`. */
  readonly assertion: 'ps256' | 'legacy';
  readonly secret: Secret | undefined;
  /** When the secret that was there at start expires, milliseconds since the Unix epoch. */
  readonly secretExpires: number | undefined;
}
