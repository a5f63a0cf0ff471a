import type { RoleSettings } from '../identity/grant-rules.js';
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
  /** Bearer token of `/metrics`; without it `/metrics` answers loopback clients only. */
  readonly metricsToken: Secret | undefined;
  readonly localAccounts: LocalAccountsConfig;
  readonly sso: SsoConfig;
  /** About a configuration that is accepted: unknown `SSO_*` names, nobody could become an administrator, … */
  readonly warnings: readonly string[];
}

export interface ServerConfig {
  readonly port: number;
  readonly host: string;
  readonly baseUrl: BaseUrl;
  /** Express's `trust proxy` value. */
  readonly trustProxy: boolean | number | string;
  /** How long `/readyz` announces that the server stops, before the server stops. */
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
  /** The number of replicas that must have a directory write or a revocation before it is acknowledged. */
  readonly waitReplicas: number;
}

export interface SessionConfig {
  /** Signs cookies: the first value signs, and every value verifies. */
  readonly secret: Secret;
  readonly idleTimeout: number;
  readonly absoluteTimeout: number;
}

export interface LogConfig {
  readonly level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  readonly format: 'json' | 'pretty';
  readonly file: string | undefined;
}

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
  readonly requireApproval: boolean;
  /** Lower-case ASCII (IDNA) domains; every person with an address there is `platform_admin`. */
  readonly autoAdminDomains: readonly string[];
  readonly preserveAdminAuth: boolean;
  /** The providers that people can sign in with, in the order of their buttons. */
  readonly providers: readonly ProviderConfig[];
  /** The name of each provider by its ID. Providers that are off are included, since their accounts may still exist. */
  readonly providerNames: Readonly<Record<string, string>>;
  /** The ID of the provider that the sign-in page redirects to at once. */
  readonly defaultProvider: string | undefined;
  /** The ID of the provider for each email domain (lower-case ASCII, IDNA). */
  readonly providerDomains: ReadonlyMap<string, string>;
}

/** The settings that all providers have. Only the folder of a kind reads that kind’s own settings. */
export interface ProviderConfig extends RoleSettings {
  /** The ID in addresses: `/auth/sso/login/{id}`. */
  readonly id: string;
  readonly kind: string;
  /** The name that people call the provider, as it stands in a sentence: “You signed in at {name}”. */
  readonly name: string;
  readonly displayName: string;
  readonly teamMappings: readonly GrantRule[];
  /** Whether every sign-in reconciles `sso` grants, or only the first one. */
  readonly syncRolesOnLogin: boolean;
  /** Lower-case ASCII (IDNA) domains; empty means any. */
  readonly trustedDomains: readonly string[];
  /** Milliseconds between two confirmations of a session in use with the provider; 0 means never. */
  readonly revalidateInterval: number;
  /** The authentication context that sessions must carry, such as `c1`. */
  readonly requiredAuthContext: string | undefined;
  /** The names of these settings, for texts to operators. */
  readonly settings: SettingNames;
  /** The way to an administrator: “SSO_…=‹group› makes everybody in that group an administrator”. */
  readonly firstAdministrator: string;
}

/** A provider at which we are registered as a client (RFC 6749 §2). */
export interface ClientConfig extends ProviderConfig {
  readonly clientId: string;
  readonly credentials: CredentialsConfig;
}

export interface SettingNames {
  readonly enabled: string;
  readonly adminGroups: string;
  readonly roleMappings: string;
  readonly teamMappings: string;
  readonly defaultRole: string;
  readonly syncRolesOnLogin: string;
  /** The variable that is in force: the provider’s own, or the one for all providers. */
  readonly trustedDomains: string;
  readonly adminDomains?: string;
  readonly revalidateInterval?: string;
  readonly requiredAuthContext?: string;
}

/** The credentials of our application at a provider, in the order in which they are tried; a public client has none. */
export interface CredentialsConfig {
  /** Workload identity federation: the token in its file at this moment. Throws if the file can’t be read. */
  readonly federatedToken?: Secret | undefined;
  readonly certificate?: ClientCertificate | undefined;
  readonly assertion?: 'ps256' | 'legacy';
  readonly secret?: Secret | undefined;
  /** The end of the secret that was set at start, milliseconds since the Unix epoch. */
  readonly secretExpires?: number | undefined;
}
