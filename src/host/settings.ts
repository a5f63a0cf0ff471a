/* Generated from the declared settings by `npm run docs`: change those instead. */

type YesOrNo = boolean | string;
type Count = number | string;
type List = readonly string[] | string;
/** An object, or its JSON. */
type Mapping = Readonly<Record<string, unknown>> | string;

/** The settings of docs/configuration.md by their names. Those of the standalone server have no effect in a host app. */
export interface Settings {
  /** The public address, with its path, if it has one. Every redirect URI and absolute link comes from it, never from a request. Plain http is for loopback hosts only. */
  readonly BASE_URL?: string | undefined;
  /** `development`, `test` or `production`, in any case. `production` refuses a made-up `SESSION_SECRET` and the in-memory store. */
  readonly NODE_ENV?: string | undefined;
  /** Redis, where sessions, users and tokens are kept: `redis://[user:password@]host:port[/database]`, `redis+sentinel://[user:password@]host:port,host:port/master-name[/database]` or `redis+cluster://[user:password@]host:port,host:port`; with TLS `rediss://`, `rediss+sentinel://`, `rediss+cluster://`. Without it everything is lost at a restart, which is refused in production and with an https `BASE_URL`. */
  readonly REDIS_URL?: string | undefined;
  readonly REDIS_URL_FILE?: string | undefined;
  /** The beginning of every key in Redis, which tells several installations on one Redis apart. */
  readonly REDIS_PREFIX?: string | undefined;
  /** The number of replicas that must have a change before it counts as done: of users or tokens, an audit event, or the end of a session. If too few have it, the answer is 503. `0` doesn’t wait: a change may be lost when a replica takes over. */
  readonly REDIS_WAIT_REPLICAS?: Count | undefined;
  /** Lets production, and an https `BASE_URL`, run without `REDIS_URL`, on the in-memory store. */
  readonly ALLOW_MEMORY_STORE?: YesOrNo | undefined;
  /** Signs the cookies; at least 32 bytes. A list rotates it: the first signs, all are accepted. */
  readonly SESSION_SECRET?: List | undefined;
  readonly SESSION_SECRET_FILE?: string | undefined;
  /** A session ends when it hasn’t been used for this long. */
  readonly SESSION_IDLE_TIMEOUT?: string | undefined;
  /** A session ends this long after signing in, however much it is used. */
  readonly SESSION_ABSOLUTE_TIMEOUT?: string | undefined;
  /** Audit events older than this are removed, up to 3650d. The rest can still be verified. */
  readonly AUDIT_RETENTION?: string | undefined;
  /** How many audit events are kept. Beyond it, refusals, sign-ins, sign-outs and uses of tokens are removed before changes, and the oldest first. A million take about 1 GB in Redis. The in-memory store keeps 10,000 at most. */
  readonly AUDIT_MAX_EVENTS?: Count | undefined;
  /** The name on the sign-in page and in the console. */
  readonly BRAND_NAME?: string | undefined;
  /** A logo beside the name: a PNG of at most 1 MB, or an SVG of at most 100 KB. Browsers run no script in it, and load nothing for it from elsewhere. */
  readonly BRAND_LOGO_FILE?: string | undefined;
  /** The local administrator, created at the first start and never overwritten afterwards. Goes with `PLATFORM_ADMIN_PASSWORD`. */
  readonly PLATFORM_ADMIN_EMAIL?: string | undefined;
  /** The local administrator’s first password. Weak and well-known ones are refused. */
  readonly PLATFORM_ADMIN_PASSWORD?: string | undefined;
  readonly PLATFORM_ADMIN_PASSWORD_FILE?: string | undefined;
  /** The local administrator’s name. */
  readonly PLATFORM_ADMIN_FULL_NAME?: string | undefined;
  /** The fewest characters of a password, from 8. Beside it there are a strength estimate and a list of common passwords, and no composition rules (NIST SP 800-63B). */
  readonly PASSWORD_MIN_LENGTH?: Count | undefined;
  /** After this many failures for one account from one address, signing in with a password pauses. Nobody is exempt. */
  readonly MAX_FAILED_LOGIN_ATTEMPTS?: Count | undefined;
  /** How many minutes that pause lasts. */
  readonly ACCOUNT_LOCKOUT_DURATION_MINUTES?: Count | undefined;
  /** The master switch of single sign-on. */
  readonly SSO_ENABLED?: YesOrNo | undefined;
  /** The email domains that may sign in by single sign-on. Exact, in any case; subdomains are domains of their own. */
  readonly SSO_TRUSTED_DOMAINS?: List | undefined;
  /** Create users at their first sign-in; `false` admits only users who are known already. */
  readonly SSO_AUTO_CREATE_USERS?: YesOrNo | undefined;
  /** New users wait until an administrator approves them. People who were added before their first sign-in don’t wait. While no administrator can sign in, people whose groups make them one don’t wait either. */
  readonly SSO_REQUIRE_ADMIN_APPROVAL?: YesOrNo | undefined;
  /** Everybody with a verified email address of one of these domains is `platform_admin`. Exact, in any case; subdomains are domains of their own. */
  readonly SSO_AUTO_ADMIN_DOMAINS?: List | undefined;
  /** Keep the local password form beside single sign-on. With `false` local sign-in is off on the server, not merely hidden. */
  readonly SSO_PRESERVE_ADMIN_AUTH?: YesOrNo | undefined;
  /** The ID of the provider that the sign-in page leads to at once. `/admin/login?stay` shows the page, and so does a sign-out or an error. */
  readonly SSO_DEFAULT_PROVIDER?: string | undefined;
  /** A JSON object from email domains to IDs of providers. The sign-in page then asks for an email address and leads to its provider. Exact, in any case; subdomains are domains of their own. Nothing is looked up: the page says nothing about who has an account. */
  readonly SSO_PROVIDER_DOMAINS?: Mapping | undefined;
  /** Turns the provider `entra`, “Continue with Microsoft”, on. */
  readonly SSO_ENTRA_ENABLED?: YesOrNo | undefined;
  /** The application (client) ID of the app registration. */
  readonly SSO_ENTRA_CLIENT_ID?: string | undefined;
  /** The directory (tenant) ID, or one of the tenant’s verified domains. For more than one tenant: `organizations`, `common` (with personal accounts) or `consumers` (those alone). */
  readonly SSO_ENTRA_TENANT_ID?: string | undefined;
  /** With `organizations`, `common` or `consumers`: the tenants that may sign in, by ID. `["*"]` admits any; a tenant that is admitted by it alone vouches for no email address, group or app role. */
  readonly SSO_ENTRA_ALLOWED_TENANTS?: List | undefined;
  /** The client secret. A list rotates it: the next is tried when Microsoft refuses one. */
  readonly SSO_ENTRA_CLIENT_SECRET?: List | undefined;
  readonly SSO_ENTRA_CLIENT_SECRET_FILE?: string | undefined;
  /** When the client secret expires, as the portal shows it. From 60 days before, the log, `/metrics` and `entrance doctor` warn. */
  readonly SSO_ENTRA_CLIENT_SECRET_EXPIRES?: string | undefined;
  /** A certificate in place of the client secret, or beside it: the path of a PEM file; of several certificates, the one that belongs to the key and is valid longest counts. Read again when it changed. Its expiry is read from it. */
  readonly SSO_ENTRA_CLIENT_CERTIFICATE_FILE?: string | undefined;
  /** The certificate’s private key: the path of a PEM file with an RSA key and no passphrase. */
  readonly SSO_ENTRA_CLIENT_KEY_FILE?: string | undefined;
  /** How a certificate signs: `ps256` (PS256, `x5t#S256`), or `legacy` (RS256, `x5t`) for a cloud that doesn’t know it. */
  readonly SSO_ENTRA_CLIENT_ASSERTION?: string | undefined;
  /** Workload identity federation: the path of the token that vouches for this workload. Read for every request to Microsoft’s token endpoint. */
  readonly SSO_ENTRA_FEDERATED_TOKEN_FILE?: string | undefined;
  /** The origin of the cloud that signs people in; a national cloud has its own, such as `https://login.microsoftonline.us`, and so has an external tenant (Entra External ID), `https://‹name›.ciamlogin.com`. Azure AD B2C isn’t supported. */
  readonly SSO_ENTRA_AUTHORITY?: string | undefined;
  /** App-role values and group IDs (a group’s Object ID, not its name) whose holders are `platform_admin`. Replaces the default, the app role `gateway.admin`. */
  readonly SSO_ENTRA_ADMIN_GROUPS?: List | undefined;
  /** A JSON object that maps group IDs and app-role values, in any case, to role names. `platform_admin` and `platform_viewer` are ours; other names are handed to the host app. */
  readonly SSO_ENTRA_ROLE_MAPPINGS?: Mapping | undefined;
  /** A JSON object that maps group IDs and app-role values, in any case, to team names. A team that is missing is made. */
  readonly SSO_ENTRA_TEAM_MAPPINGS?: Mapping | undefined;
  /** The role of everybody to whom no group, app role or domain gives one. */
  readonly SSO_ENTRA_DEFAULT_ROLE?: string | undefined;
  /** Bring roles and teams that come from Microsoft up to date at each sign-in. With `false` the first sign-in decides, and from then on administrators do. */
  readonly SSO_ENTRA_SYNC_ROLES_ON_LOGIN?: YesOrNo | undefined;
  /** The email domains that may sign in with Microsoft, in place of those of `SSO_TRUSTED_DOMAINS`. */
  readonly SSO_ENTRA_TRUSTED_DOMAINS?: List | undefined;
  /** The origin of Microsoft Graph. It is asked for the groups of people who are in more than fit into a token (200). */
  readonly SSO_ENTRA_GRAPH_URL?: string | undefined;
  /** The scopes that are asked for, with blanks, commas or semicolons between them; `openid` and `profile` must be among them. */
  readonly SSO_ENTRA_SCOPES?: string | undefined;
  /** Passed on to Microsoft: `login`, `none`, `consent` or `select_account`. With `none` Microsoft asks nothing of people who are signed in there; for everybody else the sign-in goes on with Microsoft’s question. */
  readonly SSO_ENTRA_PROMPT?: string | undefined;
  /** Passed on to Microsoft, which then skips asking for the organisation. */
  readonly SSO_ENTRA_DOMAIN_HINT?: string | undefined;
  /** How often Microsoft is asked whether a person whose session is in use is still there. If not, all their sessions end; if Microsoft can’t be reached, nothing changes. Asks for the scope `offline_access`. */
  readonly SSO_ENTRA_REVALIDATE_INTERVAL?: string | undefined;
  /** The Conditional Access authentication context, `c1` to `c99`, that Microsoft has to confirm (`acrs`) for every session that it begins. Local accounts aren’t held to it. */
  readonly SSO_ENTRA_REQUIRED_AUTH_CONTEXT?: string | undefined;
  /** Turns the provider `google`, “Continue with Google”, on. */
  readonly SSO_GOOGLE_ENABLED?: YesOrNo | undefined;
  /** The client ID of an OAuth client of the type “Web application”. */
  readonly SSO_GOOGLE_CLIENT_ID?: string | undefined;
  /** The client secret. A list rotates it: the next is tried when Google refuses one. */
  readonly SSO_GOOGLE_CLIENT_SECRET?: List | undefined;
  readonly SSO_GOOGLE_CLIENT_SECRET_FILE?: string | undefined;
  /** Where Google signs people in. Another address is for tests. */
  readonly SSO_GOOGLE_ISSUER?: string | undefined;
  /** Everybody whose account is managed by one of these organisations is `platform_admin`. As for `SSO_GOOGLE_TRUSTED_DOMAINS`, the organisation’s primary domain counts (`hd`), and not the email address. */
  readonly SSO_GOOGLE_ADMIN_DOMAINS?: List | undefined;
  /** The addresses of groups whose members are `platform_admin`. */
  readonly SSO_GOOGLE_ADMIN_GROUPS?: List | undefined;
  /** A JSON object that maps addresses of groups, in any case, to role names. `platform_admin` and `platform_viewer` are ours; other names are handed to the host app. */
  readonly SSO_GOOGLE_ROLE_MAPPINGS?: Mapping | undefined;
  /** A JSON object that maps addresses of groups, in any case, to team names. A team that is missing is made. */
  readonly SSO_GOOGLE_TEAM_MAPPINGS?: Mapping | undefined;
  /** The MCP Gateway’s name for `SSO_GOOGLE_TEAM_MAPPINGS`, which counts if both are set. Write the names of teams in place of their IDs. */
  readonly GOOGLE_GROUPS_MAPPING?: Mapping | undefined;
  /** The role of everybody to whom nothing else gives one. */
  readonly SSO_GOOGLE_DEFAULT_ROLE?: string | undefined;
  /** Bring roles and teams that come from Google up to date at each sign-in. With `false` the first sign-in decides, and from then on administrators do. */
  readonly SSO_GOOGLE_SYNC_ROLES_ON_LOGIN?: YesOrNo | undefined;
  /** The domains that may sign in with Google, in place of `SSO_TRUSTED_DOMAINS`. Both are compared with the primary domain of the organisation that manages the account (`hd`), and not with the email address; `gmail.com` admits personal accounts with such an address. */
  readonly SSO_GOOGLE_TRUSTED_DOMAINS?: List | undefined;
  /** The scopes that are asked for, with blanks, commas or semicolons between them; `openid` and `email` must be among them. If a group gives something, `https://www.googleapis.com/auth/cloud-identity.groups.readonly` is added. */
  readonly SSO_GOOGLE_SCOPE?: string | undefined;
  /** Whether somebody is in a group also by being in a group in it. Google tells that for Workspace Enterprise and Education and for Cloud Identity Premium alone: with another edition set it to `false`, since people who leave a group would keep what the group gave. */
  readonly SSO_GOOGLE_NESTED_GROUPS?: YesOrNo | undefined;
  /** The origin of the Cloud Identity API, which is asked for the groups of whoever signs in. */
  readonly SSO_GOOGLE_CLOUD_IDENTITY_URL?: string | undefined;
  /** How often Google is asked whether a person whose session is in use is still there. If not, all their sessions end; if Google can’t be reached, nothing changes. Google then asks everybody for consent at each sign-in, since it gives a refresh token with consent alone. */
  readonly SSO_GOOGLE_REVALIDATE_INTERVAL?: string | undefined;
  /** Turns the provider `okta`, “Continue with Okta”, on. */
  readonly SSO_OKTA_ENABLED?: YesOrNo | undefined;
  /** The client ID that Okta gave this application. */
  readonly SSO_OKTA_CLIENT_ID?: string | undefined;
  /** The client secret. A list rotates it: the next is tried when Okta refuses one. */
  readonly SSO_OKTA_CLIENT_SECRET?: List | undefined;
  readonly SSO_OKTA_CLIENT_SECRET_FILE?: string | undefined;
  /** The domain of your Okta organisation, which is the issuer of its org server; or a custom authorization server, such as `https://acmecorp.okta.com/oauth2/default`, which needs Okta’s API Access Management. */
  readonly SSO_OKTA_ISSUER?: string | undefined;
  /** The scopes that are asked for, with blanks, commas or semicolons between them; `openid` must be among them. */
  readonly SSO_OKTA_SCOPE?: string | undefined;
  /** The group names that make `platform_admin` of whoever has one of them. */
  readonly SSO_OKTA_ADMIN_GROUPS?: List | undefined;
  /** A JSON object that maps group names, in any case, to role names. `platform_admin` and `platform_viewer` are ours; other names are handed to the host app. */
  readonly SSO_OKTA_ROLE_MAPPINGS?: Mapping | undefined;
  /** A JSON object that maps group names, in any case, to team names. A team that is missing is made. */
  readonly SSO_OKTA_TEAM_MAPPINGS?: Mapping | undefined;
  /** The MCP Gateway’s name for `SSO_OKTA_TEAM_MAPPINGS`, which counts if both are set. Write the names of teams in place of their IDs. */
  readonly OKTA_GROUP_MAPPING?: Mapping | undefined;
  /** The role of everybody to whom nothing else gives one. */
  readonly SSO_OKTA_DEFAULT_ROLE?: string | undefined;
  /** Bring roles and teams that come from Okta up to date at each sign-in. With `false` the first sign-in decides, and from then on administrators do. */
  readonly SSO_OKTA_SYNC_ROLES_ON_LOGIN?: YesOrNo | undefined;
  /** The email domains that may sign in with Okta, in place of those of `SSO_TRUSTED_DOMAINS`. */
  readonly SSO_OKTA_TRUSTED_DOMAINS?: List | undefined;
  /** How often Okta is asked whether a person whose session is in use is still there. If not, all their sessions end; if Okta can’t be reached, nothing changes. Asks for the scope `offline_access`. */
  readonly SSO_OKTA_REVALIDATE_INTERVAL?: string | undefined;
  /** Turns the provider `ibm_verify`, “Continue with IBM Verify”, on. */
  readonly SSO_IBM_VERIFY_ENABLED?: YesOrNo | undefined;
  /** The client ID that IBM Verify gave this application. */
  readonly SSO_IBM_VERIFY_CLIENT_ID?: string | undefined;
  /** The client secret. A list rotates it: the next is tried when IBM Verify refuses one. */
  readonly SSO_IBM_VERIFY_CLIENT_SECRET?: List | undefined;
  readonly SSO_IBM_VERIFY_CLIENT_SECRET_FILE?: string | undefined;
  /** The issuer that the metadata names. With the tenant alone, `https://acmecorp.verify.ibm.com`, the metadata is looked for at `/oidc/endpoint/default` and then at `/oauth2`. */
  readonly SSO_IBM_VERIFY_ISSUER?: string | undefined;
  /** The scopes that are asked for, with blanks, commas or semicolons between them; `openid` must be among them. */
  readonly SSO_IBM_VERIFY_SCOPE?: string | undefined;
  /** If IBM Verify sends no `email`, take `preferred_username` as the address of people whose user name has the form of one. IBM Verify doesn’t vouch for such an address. */
  readonly SSO_IBM_VERIFY_EMAIL_FROM_USERNAME?: YesOrNo | undefined;
  /** The group names and roles that make `platform_admin` of whoever has one of them. */
  readonly SSO_IBM_VERIFY_ADMIN_GROUPS?: List | undefined;
  /** A JSON object that maps group names and roles, in any case, to role names. `platform_admin` and `platform_viewer` are ours; other names are handed to the host app. */
  readonly SSO_IBM_VERIFY_ROLE_MAPPINGS?: Mapping | undefined;
  /** A JSON object that maps group names and roles, in any case, to team names. A team that is missing is made. */
  readonly SSO_IBM_VERIFY_TEAM_MAPPINGS?: Mapping | undefined;
  /** The MCP Gateway’s name for `SSO_IBM_VERIFY_TEAM_MAPPINGS`, which counts if both are set. Write the names of teams in place of their IDs. */
  readonly IBM_VERIFY_GROUP_MAPPING?: Mapping | undefined;
  /** The role of everybody to whom nothing else gives one. */
  readonly SSO_IBM_VERIFY_DEFAULT_ROLE?: string | undefined;
  /** Bring roles and teams that come from IBM Verify up to date at each sign-in. With `false` the first sign-in decides, and from then on administrators do. */
  readonly SSO_IBM_VERIFY_SYNC_ROLES_ON_LOGIN?: YesOrNo | undefined;
  /** The email domains that may sign in with IBM Verify, in place of those of `SSO_TRUSTED_DOMAINS`. */
  readonly SSO_IBM_VERIFY_TRUSTED_DOMAINS?: List | undefined;
  /** Turns the provider `keycloak`, “Continue with Keycloak”, on. */
  readonly SSO_KEYCLOAK_ENABLED?: YesOrNo | undefined;
  /** The address at which this server reaches Keycloak: all before `/realms/…`. Up to version 16, and with `http-relative-path`, it ends in a path such as `/auth`. */
  readonly SSO_KEYCLOAK_BASE_URL?: string | undefined;
  /** The address at which browsers reach Keycloak, if this server reaches it by another name. Keycloak’s tokens then come from this address. */
  readonly SSO_KEYCLOAK_PUBLIC_BASE_URL?: string | undefined;
  /** The name of the realm, with capitals as Keycloak has them. */
  readonly SSO_KEYCLOAK_REALM?: string | undefined;
  /** The client ID that Keycloak gave this application. */
  readonly SSO_KEYCLOAK_CLIENT_ID?: string | undefined;
  /** The client secret. A list rotates it: the next is tried when Keycloak refuses one. */
  readonly SSO_KEYCLOAK_CLIENT_SECRET?: List | undefined;
  readonly SSO_KEYCLOAK_CLIENT_SECRET_FILE?: string | undefined;
  /** The scopes that are asked for, with blanks, commas or semicolons between them: `openid`, and the client’s optional client scopes that are wanted. */
  readonly SSO_KEYCLOAK_SCOPE?: string | undefined;
  /** The group paths (`/gateway-admins`, `/it/platform`), roles of the realm (`gateway-admin`) and, with `SSO_KEYCLOAK_MAP_CLIENT_ROLES`, roles of clients (`gateway:admin`) that make `platform_admin` of whoever has one of them. */
  readonly SSO_KEYCLOAK_ADMIN_GROUPS?: List | undefined;
  /** A JSON object that maps group paths and role names, in any case, to role names. `platform_admin` and `platform_viewer` are ours; other names are handed to the host app. */
  readonly SSO_KEYCLOAK_ROLE_MAPPINGS?: Mapping | undefined;
  /** A JSON object that maps group paths and role names, in any case, to team names. A team that is missing is made. */
  readonly SSO_KEYCLOAK_TEAM_MAPPINGS?: Mapping | undefined;
  /** The role of everybody to whom nothing else gives one. */
  readonly SSO_KEYCLOAK_DEFAULT_ROLE?: string | undefined;
  /** Bring roles and teams that come from Keycloak up to date at each sign-in. With `false` the first sign-in decides, and from then on administrators do. */
  readonly SSO_KEYCLOAK_SYNC_ROLES_ON_LOGIN?: YesOrNo | undefined;
  /** The email domains that may sign in with Keycloak, in place of those of `SSO_TRUSTED_DOMAINS`. */
  readonly SSO_KEYCLOAK_TRUSTED_DOMAINS?: List | undefined;
  /** Whether a role of the realm counts, by its name, as a group does. */
  readonly SSO_KEYCLOAK_MAP_REALM_ROLES?: YesOrNo | undefined;
  /** Whether a role of a client counts as a group does, by the name `client:role`. */
  readonly SSO_KEYCLOAK_MAP_CLIENT_ROLES?: YesOrNo | undefined;
  /** The claim by which somebody is called who has no name. */
  readonly SSO_KEYCLOAK_USERNAME_CLAIM?: string | undefined;
  /** The claim with the email address. `email_verified` vouches for the claim `email`: an address of another claim counts as verified only if it is the same. */
  readonly SSO_KEYCLOAK_EMAIL_CLAIM?: string | undefined;
  /** The claim with the groups: the “Token Claim Name” of a mapper of the type “Group Membership”. */
  readonly SSO_KEYCLOAK_GROUPS_CLAIM?: string | undefined;
  /** How often Keycloak is asked whether the session there of a person whose session here is in use still goes on. If not, all their sessions here end; if Keycloak can’t be reached, nothing changes. Has to be shorter than “SSO Session Idle” of the realm. */
  readonly SSO_KEYCLOAK_REVALIDATE_INTERVAL?: string | undefined;
  /** Turns the provider `github`, “Continue with GitHub”, on. */
  readonly SSO_GITHUB_ENABLED?: YesOrNo | undefined;
  /** The client ID of an OAuth app, or of a GitHub App. */
  readonly SSO_GITHUB_CLIENT_ID?: string | undefined;
  /** The client secret. A list rotates it: the next is tried when GitHub refuses one. */
  readonly SSO_GITHUB_CLIENT_SECRET?: List | undefined;
  readonly SSO_GITHUB_CLIENT_SECRET_FILE?: string | undefined;
  /** The address at which people sign in: GitHub Enterprise Server has an address of its own, and GitHub Enterprise Cloud with data residency has `https://‹name›.ghe.com`. */
  readonly SSO_GITHUB_URL?: string | undefined;
  /** The REST API of that GitHub. People are known by their number there, so they are strangers under another origin. */
  readonly SSO_GITHUB_API_URL?: string | undefined;
  /** The same as `SSO_GITHUB_ADMIN_GROUPS`, by the MCP Gateway’s name; both count. An organisation by itself makes `platform_admin` of each of its members. */
  readonly SSO_GITHUB_ADMIN_ORGS?: List | undefined;
  /** The organisations and teams (`organisation/team-slug`) whose members are `platform_admin`. `read:org` is asked for as soon as one stands here or in a mapping. */
  readonly SSO_GITHUB_ADMIN_GROUPS?: List | undefined;
  /** A JSON object that maps organisations and teams (organisation/team-slug), in any case, to role names. `platform_admin` and `platform_viewer` are ours; other names are handed to the host app. */
  readonly SSO_GITHUB_ROLE_MAPPINGS?: Mapping | undefined;
  /** A JSON object that maps organisations and teams of GitHub (`organisation/team-slug`), in any case, to the names of teams here. A team that is missing is made. */
  readonly SSO_GITHUB_TEAM_MAPPINGS?: Mapping | undefined;
  /** The MCP Gateway’s name for `SSO_GITHUB_TEAM_MAPPINGS`, which counts if both are set. Write the names of teams in place of their IDs. */
  readonly GITHUB_ORG_TEAM_MAPPING?: Mapping | undefined;
  /** The role of everybody to whom nothing else gives one. */
  readonly SSO_GITHUB_DEFAULT_ROLE?: string | undefined;
  /** Bring roles and teams that come from GitHub up to date at each sign-in. With `false` the first sign-in decides, and from then on administrators do. */
  readonly SSO_GITHUB_SYNC_ROLES_ON_LOGIN?: YesOrNo | undefined;
  /** The email domains that may sign in with GitHub, in place of those of `SSO_TRUSTED_DOMAINS`. The verified primary address counts. */
  readonly SSO_GITHUB_TRUSTED_DOMAINS?: List | undefined;
  /** The scopes that are asked for, with blanks, commas or semicolons between them; `user:email` must be among them. If an organisation or a team gives something, `read:org` is added. A GitHub App has permissions in place of scopes. */
  readonly SSO_GITHUB_SCOPE?: string | undefined;
  /** The IDs of OpenID Connect providers, which stand in their addresses (`/auth/sso/callback/authentik`). Each has all settings below under its own ID: `SSO_AUTHENTIK_ISSUER`, `SSO_AUTHENTIK_CLIENT_ID`, …; `-` in an ID is `_` there. A provider that is named here is on unless its `…_ENABLED` is `false`. */
  readonly SSO_GENERIC_IDS?: List | undefined;
  /** Turns the provider on that the settings `SSO_GENERIC_…` describe. For several see `SSO_GENERIC_IDS`. */
  readonly SSO_GENERIC_ENABLED?: YesOrNo | undefined;
  /** The ID of the one provider that the settings `SSO_GENERIC_…` describe. */
  readonly SSO_GENERIC_PROVIDER_ID?: string | undefined;
  /** What people call the provider: “Continue with Authentik”. */
  readonly SSO_GENERIC_DISPLAY_NAME?: string | undefined;
  /** The client ID that the provider gave this application. */
  readonly SSO_GENERIC_CLIENT_ID?: string | undefined;
  /** The client secret. A list rotates it: the next is tried when the provider refuses one. */
  readonly SSO_GENERIC_CLIENT_SECRET?: List | undefined;
  readonly SSO_GENERIC_CLIENT_SECRET_FILE?: string | undefined;
  /** The issuer. Its metadata, at `/.well-known/openid-configuration` behind it, has to name it; a slash at the end may differ there. */
  readonly SSO_GENERIC_ISSUER?: string | undefined;
  /** Where the metadata is, if it isn’t behind the issuer. */
  readonly SSO_GENERIC_METADATA_URL?: string | undefined;
  /** The authorization endpoint. */
  readonly SSO_GENERIC_AUTHORIZATION_URL?: string | undefined;
  /** The token endpoint. */
  readonly SSO_GENERIC_TOKEN_URL?: string | undefined;
  /** The UserInfo endpoint. */
  readonly SSO_GENERIC_USERINFO_URL?: string | undefined;
  /** Where the signing keys are. With the authorization and the token endpoint beside it, no metadata is read. */
  readonly SSO_GENERIC_JWKS_URI?: string | undefined;
  /** Where people are signed out at the provider. */
  readonly SSO_GENERIC_END_SESSION_URL?: string | undefined;
  /** The parameter by which the provider is told where people return to after signing out. With another name than the standard’s, it and `client_id` are all that is sent. */
  readonly SSO_GENERIC_LOGOUT_RETURN_PARAMETER?: string | undefined;
  /** How the client secret is sent: `client_secret_basic` (in a header), `client_secret_post` (in the body), or `none`, for a public client without a secret. */
  readonly SSO_GENERIC_TOKEN_ENDPOINT_AUTH_METHOD?: string | undefined;
  /** The scopes that are asked for, with blanks, commas or semicolons between them; `openid` must be among them. */
  readonly SSO_GENERIC_SCOPE?: string | undefined;
  /** A JSON object of more parameters for the authorization request, such as `organization`, `connection`, `identity_provider`, `domain_hint` or `acr_values`. */
  readonly SSO_GENERIC_AUTHORIZATION_PARAMETERS?: Mapping | undefined;
  /** The claim that holds somebody’s groups or roles, or a list of such claims. Each is read from the ID token or, if it isn’t there, from UserInfo. The name is taken letter by letter: `.` and `/` in it are no path. */
  readonly SSO_GENERIC_GROUPS_CLAIM?: List | undefined;
  /** What it means that such a claim is missing. `unknown`: nobody’s roles and teams are taken away. `none`: the person has no groups, for a provider that leaves an empty claim out. */
  readonly SSO_GENERIC_ABSENT_GROUPS?: string | undefined;
  /** The claim that holds the email address. `email_verified` speaks of the claim `email` alone, so an address from another one counts as unverified without `…_ASSUME_EMAIL_VERIFIED`. */
  readonly SSO_GENERIC_EMAIL_CLAIM?: string | undefined;
  /** An address counts as verified though the provider says nothing of that. Only for a provider where nobody can set their own address. `email_verified` counts as true if it is `true` or the text `"true"`; if it is anything else, the address stays unverified. */
  readonly SSO_GENERIC_ASSUME_EMAIL_VERIFIED?: YesOrNo | undefined;
  /** The claim that holds somebody’s name. */
  readonly SSO_GENERIC_NAME_CLAIM?: string | undefined;
  /** Ask the UserInfo endpoint for the address and the groups that the ID token doesn’t hold. */
  readonly SSO_GENERIC_USE_USERINFO?: YesOrNo | undefined;
  /** The groups that make `platform_admin` of whoever has one of them. */
  readonly SSO_GENERIC_ADMIN_GROUPS?: List | undefined;
  /** A JSON object that maps groups, in any case, to role names. `platform_admin` and `platform_viewer` are ours; other names are handed to the host app. */
  readonly SSO_GENERIC_ROLE_MAPPINGS?: Mapping | undefined;
  /** A JSON object that maps groups, in any case, to team names. A team that is missing is made. */
  readonly SSO_GENERIC_TEAM_MAPPINGS?: Mapping | undefined;
  /** The role of everybody to whom nothing else gives one. */
  readonly SSO_GENERIC_DEFAULT_ROLE?: string | undefined;
  /** Bring roles and teams that come from the provider up to date at each sign-in. With `false` the first sign-in decides, and from then on administrators do. */
  readonly SSO_GENERIC_SYNC_ROLES_ON_LOGIN?: YesOrNo | undefined;
  /** The email domains that may sign in with the provider, in place of those of `SSO_TRUSTED_DOMAINS`. */
  readonly SSO_GENERIC_TRUSTED_DOMAINS?: List | undefined;
  /** How often the provider is asked whether a person whose session is in use is still there. If not, all their sessions end; if the provider can’t be reached, nothing changes. Asks for the scope `offline_access`. */
  readonly SSO_GENERIC_REVALIDATE_INTERVAL?: string | undefined;
  readonly AZURE_FEDERATED_TOKEN_FILE?: string | undefined;

  // Further providers of `SSO_GENERIC_IDS` and of the option `providers`, each with its own ID in the names.
  readonly [name: `SSO_${string}_ENABLED`]: YesOrNo | undefined;
  readonly [name: `SSO_${string}_DISPLAY_NAME`]: string | undefined;
  readonly [name: `SSO_${string}_CLIENT_ID`]: string | undefined;
  readonly [name: `SSO_${string}_CLIENT_SECRET`]: List | undefined;
  readonly [name: `SSO_${string}_CLIENT_SECRET_FILE`]: string | undefined;
  readonly [name: `SSO_${string}_ISSUER`]: string | undefined;
  readonly [name: `SSO_${string}_METADATA_URL`]: string | undefined;
  readonly [name: `SSO_${string}_AUTHORIZATION_URL`]: string | undefined;
  readonly [name: `SSO_${string}_TOKEN_URL`]: string | undefined;
  readonly [name: `SSO_${string}_USERINFO_URL`]: string | undefined;
  readonly [name: `SSO_${string}_JWKS_URI`]: string | undefined;
  readonly [name: `SSO_${string}_END_SESSION_URL`]: string | undefined;
  readonly [name: `SSO_${string}_LOGOUT_RETURN_PARAMETER`]: string | undefined;
  readonly [name: `SSO_${string}_TOKEN_ENDPOINT_AUTH_METHOD`]: string | undefined;
  readonly [name: `SSO_${string}_SCOPE`]: string | undefined;
  readonly [name: `SSO_${string}_AUTHORIZATION_PARAMETERS`]: Mapping | undefined;
  readonly [name: `SSO_${string}_GROUPS_CLAIM`]: List | undefined;
  readonly [name: `SSO_${string}_ABSENT_GROUPS`]: string | undefined;
  readonly [name: `SSO_${string}_EMAIL_CLAIM`]: string | undefined;
  readonly [name: `SSO_${string}_ASSUME_EMAIL_VERIFIED`]: YesOrNo | undefined;
  readonly [name: `SSO_${string}_NAME_CLAIM`]: string | undefined;
  readonly [name: `SSO_${string}_USE_USERINFO`]: YesOrNo | undefined;
  readonly [name: `SSO_${string}_ADMIN_GROUPS`]: List | undefined;
  readonly [name: `SSO_${string}_ROLE_MAPPINGS`]: Mapping | undefined;
  readonly [name: `SSO_${string}_TEAM_MAPPINGS`]: Mapping | undefined;
  readonly [name: `SSO_${string}_DEFAULT_ROLE`]: string | undefined;
  readonly [name: `SSO_${string}_SYNC_ROLES_ON_LOGIN`]: YesOrNo | undefined;
  readonly [name: `SSO_${string}_TRUSTED_DOMAINS`]: List | undefined;
  readonly [name: `SSO_${string}_REVALIDATE_INTERVAL`]: string | undefined;
  readonly [name: `SSO_${string}_REQUIRED_AUTH_CONTEXT`]: string | undefined;
}
