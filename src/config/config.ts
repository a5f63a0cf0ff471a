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
  /** The providers that people can sign in with, by the order of their buttons. */
  readonly providers: readonly ProviderConfig[];
  /** The name of each provider by its ID; also of those that are off, since their accounts may still be there. */
  readonly providerNames: Readonly<Record<string, string>>;
  /** The ID of the provider that the sign-in page leads to at once. */
  readonly defaultProvider: string | undefined;
  /** By lower-case ASCII (IDNA) domain: the ID of the provider that its people sign in with. */
  readonly providerDomains: ReadonlyMap<string, string>;
}

/** The settings that all providers have. A kind’s own settings are read in its folder alone. */
export interface ProviderConfig extends RoleSettings {
  /** Stands in addresses: `/auth/sso/login/{id}`. */
  readonly id: string;
  /** The kind of provider that has read this. */
  readonly kind: string;
  /** As people call it, and as it stands in a sentence: “You signed in at {name}”. */
  readonly name: string;
  /** In full, for lists. */
  readonly displayName: string;
  readonly teamMappings: readonly GrantRule[];
  /** Whether each sign-in reconciles `sso` grants, or the first alone. */
  readonly syncRolesOnLogin: boolean;
  /** Lower-case ASCII (IDNA) domains; empty means any. */
  readonly trustedDomains: readonly string[];
  /** How often a session in use is confirmed with the provider, milliseconds; 0 is never. */
  readonly revalidateInterval: number;
  /** The authentication context that sessions must carry, such as `c1`. */
  readonly requiredAuthContext: string | undefined;
  /** The names of these settings, for texts to operators. */
  readonly settings: SettingNames;
  /** For an operator without an administrator: “SSO_…=‹group› makes everybody in that group an administrator”. */
  readonly firstAdministrator: string;
}

/** The names of the variables of one provider. */
export interface SettingNames {
  readonly enabled: string;
  readonly adminGroups: string;
  readonly roleMappings: string;
  readonly teamMappings: string;
  readonly defaultRole: string;
  readonly syncRolesOnLogin: string;
  /** The one that is in force: the provider’s own, or that of all. */
  readonly trustedDomains: string;
  /** Absent where there is no such setting. */
  readonly adminDomains?: string;
  readonly revalidateInterval?: string;
  readonly requiredAuthContext?: string;
}

/** How the application proves to a provider who it is, in the order in which it is tried. At least one is there. */
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
