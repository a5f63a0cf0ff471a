/** Names that another product has for one of our settings, or for something that Entrance doesn't have. */
export interface ForeignNames {
  readonly names: readonly string[];
  /** A clause that names our setting. */
  readonly here: string;
  /** There is no warning if one of these is set: then the name belongs to another program. */
  readonly unless?: readonly string[];
  /** There is no warning if single sign-on is off. */
  readonly forSso?: true;
}

const NO_PERSONAL_TEAMS = 'teams are made by administrators and by each provider’s …_TEAM_MAPPINGS';

/** Names that only the MCP Gateway (ContextForge) has. */
export const gatewayNames: readonly ForeignNames[] = [
  { names: ['APP_ROOT_PATH'], here: 'the path is a part of BASE_URL' },
  { names: ['JWT_SECRET_KEY'], here: 'cookies are signed with SESSION_SECRET' },
  {
    names: ['MCPGATEWAY_UI_ENABLED', 'MCPGATEWAY_ADMIN_API_ENABLED'],
    here: 'the console and the API are always there',
  },
  { names: ['AUTH_ENCRYPTION_SECRET'], here: 'every key comes from SESSION_SECRET' },
  {
    names: ['TRUST_PROXY_AUTH', 'TRUST_PROXY_AUTH_DANGEROUSLY', 'PROXY_USER_HEADER', 'AUTH_HEADER_NAME'],
    here: 'no header names a person; TRUST_PROXY concerns addresses alone',
  },
  {
    names: ['DEFAULT_TEAM_OWNER_ROLE', 'DEFAULT_TEAM_MEMBER_ROLE'],
    here: 'teams have no roles of their own',
  },
  { names: ['ACCOUNT_LOCKOUT_NOTIFICATION_ENABLED'], here: 'refused sign-ins are in the audit log' },
  { names: ['AUTO_CREATE_PERSONAL_TEAMS', 'PERSONAL_TEAM_PREFIX'], here: NO_PERSONAL_TEAMS },
  { names: ['ALLOW_TEAM_CREATION', 'ALLOW_TEAM_INVITATIONS', 'MAX_TEAMS_PER_USER'], here: NO_PERSONAL_TEAMS },
  { names: ['SSO_AUTO_DISABLE_UNCONFIGURED_PROVIDERS'], here: 'a provider without settings is always off' },
  {
    names: ['SSO_API_TOKEN_AUTH_ENABLED', 'EXTERNAL_IDENTITY_CACHE_TTL'],
    here: 'programs use API tokens of Entrance',
  },
  { names: ['SSO_DEBUG'], here: 'LOG_LEVEL=debug says more', unless: ['LOG_LEVEL'] },
];

/** Prefixes that only names of the gateway have. */
export const gatewayPrefixes: readonly (readonly [prefix: string, here: string])[] = [
  ['MCPGATEWAY_', 'the features of the gateway itself aren’t here'],
  [
    'PASSWORD_REQUIRE_',
    'PASSWORD_MIN_LENGTH and an estimate of strength decide, without rules of composition',
  ],
];

const REDIS = ['REDIS_URL', 'REDIS_URL_FILE'];

/** Names that many programs share. In a host app they are mentioned only beside a name of the gateway's. */
export const commonNames: readonly ForeignNames[] = [
  {
    names: ['BASIC_AUTH_USER', 'BASIC_AUTH_PASSWORD', 'API_ALLOW_BASIC_AUTH', 'DOCS_ALLOW_BASIC_AUTH'],
    here: 'people sign in with PLATFORM_ADMIN_EMAIL and PLATFORM_ADMIN_PASSWORD, programs with API tokens',
  },
  {
    names: ['AUTH_REQUIRED', 'MCP_CLIENT_AUTH_ENABLED', 'MCP_REQUIRE_AUTH', 'ALLOW_UNAUTHENTICATED_ADMIN'],
    here: 'signing in is always required',
  },
  { names: ['EMAIL_AUTH_ENABLED'], here: 'SSO_PRESERVE_ADMIN_AUTH keeps the local form or takes it away' },
  { names: ['REQUIRE_USER_IN_DB', 'PUBLIC_REGISTRATION_ENABLED'], here: 'see SSO_AUTO_CREATE_USERS' },
  {
    names: ['DEFAULT_USER_ROLE', 'DEFAULT_ADMIN_ROLE'],
    here: 'see each provider’s …_DEFAULT_ROLE and …_ADMIN_GROUPS',
  },
  { names: ['DEFAULT_USER_PASSWORD'], here: 'there is one local account, PLATFORM_ADMIN_EMAIL' },
  {
    names: [
      'CSRF_ENABLED',
      'CSRF_SECRET_KEY',
      'CSRF_TOKEN_EXPIRY',
      'CSRF_TRUSTED_ORIGINS',
      'CSRF_EXEMPT_PATHS',
    ],
    here: 'requests from other origins are always refused',
  },
  {
    names: ['SECURITY_HEADERS_ENABLED', 'HSTS_ENABLED', 'HSTS_MAX_AGE', 'X_FRAME_OPTIONS'],
    here: 'security headers are always sent',
  },
  {
    names: ['LOG_TO_FILE', 'LOG_FOLDER', 'LOG_FILEMODE', 'LOG_ROTATION_ENABLED'],
    here: 'LOG_FILE is the whole path',
  },
  { names: ['LOG_MAX_SIZE_MB', 'LOG_BACKUP_COUNT'], here: 'nothing rotates LOG_FILE here' },
  { names: ['CACHE_TYPE'], here: 'Redis is used if REDIS_URL is set', unless: ['REDIS_URL'] },
  {
    names: ['JWT_ALGORITHM', 'JWT_AUDIENCE', 'JWT_ISSUER', 'REQUIRE_JTI', 'REQUIRE_TOKEN_EXPIRATION'],
    here: 'sessions and API tokens aren’t JWTs',
  },
  {
    names: ['PASSWORD_MAX_AGE_DAYS', 'PASSWORD_PREVENT_REUSE', 'PASSWORD_RESET_ENABLED'],
    here: 'passwords don’t expire',
  },
  { names: ['SKIP_SSL_VERIFY'], here: 'certificates are always checked' },
  {
    names: ['DATABASE_URL'],
    here: 'sessions, users and tokens are kept in Redis, REDIS_URL',
    unless: REDIS,
  },
  { names: ['CACHE_PREFIX'], here: 'keys begin with REDIS_PREFIX', unless: ['REDIS_PREFIX'] },
  {
    names: [
      'APP_DOMAIN',
      'UI_BASE_URL',
      'PUBLIC_URL',
      'PUBLIC_BASE_URL',
      'APP_URL',
      'APP_BASE_URL',
      'SITE_URL',
      'EXTERNAL_URL',
      'ROOT_URL',
      'NEXTAUTH_URL',
    ],
    here: 'the public address is BASE_URL',
    unless: ['BASE_URL'],
  },
  {
    names: ['ALLOWED_ORIGINS', 'CORS_ENABLED', 'CORS_ALLOW_CREDENTIALS', 'CORS_ORIGIN'],
    here: 'no page of another origin may call; there is no CORS',
  },
  { names: ['SECURE_COOKIES', 'COOKIE_SECURE'], here: 'cookies are Secure if BASE_URL is https' },
  { names: ['COOKIE_SAMESITE', 'SAMESITE_COOKIES'], here: 'cookies are always SameSite=Lax' },
  {
    names: ['TOKEN_EXPIRY', 'SESSION_TIMEOUT', 'SESSION_TTL', 'SESSION_MAX_AGE', 'SESSION_LIFETIME'],
    here: 'sessions end by SESSION_IDLE_TIMEOUT and SESSION_ABSOLUTE_TIMEOUT',
    unless: ['SESSION_IDLE_TIMEOUT', 'SESSION_ABSOLUTE_TIMEOUT'],
  },
  {
    names: ['TRUSTED_PROXY', 'TRUSTED_PROXIES', 'FORWARDED_ALLOW_IPS', 'PROXY_COUNT'],
    here: 'proxies are named by TRUST_PROXY',
    unless: ['TRUST_PROXY'],
  },
  {
    names: [
      'COOKIE_SECRET',
      'SESSION_KEY',
      'SECRET_KEY',
      'SECRET_KEY_BASE',
      'AUTH_SECRET',
      'NEXTAUTH_SECRET',
      'OAUTH2_PROXY_COOKIE_SECRET',
    ],
    here: 'cookies are signed with SESSION_SECRET',
    unless: ['SESSION_SECRET', 'SESSION_SECRET_FILE'],
  },
  {
    names: ['ADMIN_EMAIL', 'ADMIN_USER', 'ADMIN_USERNAME'],
    here: 'the local administrator is PLATFORM_ADMIN_EMAIL',
    unless: ['PLATFORM_ADMIN_EMAIL'],
  },
  {
    names: ['ADMIN_PASSWORD'],
    here: 'the administrator’s password is PLATFORM_ADMIN_PASSWORD',
    unless: ['PLATFORM_ADMIN_PASSWORD', 'PLATFORM_ADMIN_PASSWORD_FILE'],
  },
  {
    names: [
      'REDIS_HOST',
      'REDIS_HOSTNAME',
      'REDIS_ADDR',
      'REDIS_ADDRESS',
      'REDIS_ENDPOINT',
      'REDIS_CONNECTION_STRING',
      'REDIS_TLS_URL',
      'REDISCLOUD_URL',
      'REDISTOGO_URL',
      'VALKEY_URL',
      'OAUTH2_PROXY_REDIS_CONNECTION_URL',
    ],
    here: 'Redis is one address, REDIS_URL',
    unless: REDIS,
  },
  {
    names: ['OAUTH2_PROXY_EMAIL_DOMAINS', 'ALLOWED_DOMAINS'],
    here: 'domains are SSO_TRUSTED_DOMAINS',
    unless: ['SSO_TRUSTED_DOMAINS'],
    forSso: true,
  },
];

/** Other products’ names for the settings of one kind of provider. */
export interface ForeignTables {
  readonly gateway?: readonly ForeignNames[];
  readonly gatewayPrefixes?: typeof gatewayPrefixes;
  readonly common?: readonly ForeignNames[];
}

export function foreignTables(
  kinds: readonly { readonly foreignNames?: ForeignTables }[],
): Required<ForeignTables> {
  const tables = kinds.map(({ foreignNames }) => foreignNames ?? {});
  return {
    gateway: [...gatewayNames, ...tables.flatMap(({ gateway = [] }) => gateway)],
    gatewayPrefixes: [...gatewayPrefixes, ...tables.flatMap((table) => table.gatewayPrefixes ?? [])],
    common: [...commonNames, ...tables.flatMap(({ common = [] }) => common)],
  };
}

/** Makes a test whether a name stands in one of the tables, so that it gets no second warning. */
export function foreignIn(kinds: Parameters<typeof foreignTables>[0]): (name: string) => boolean {
  const { gateway, gatewayPrefixes: prefixes, common } = foreignTables(kinds);
  const listed = new Set([...gateway, ...common].flatMap(({ names }) => names));
  return (name) => listed.has(name) || prefixes.some(([prefix]) => name.startsWith(prefix));
}
