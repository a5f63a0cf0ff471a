import * as z from 'zod';
import { clientSettings, readClient, requireAll } from '../../config/client-settings.js';
import {
  commonSettings,
  grantingValues,
  readCommon,
  revalidateSetting,
} from '../../config/common-settings.js';
import type { ClientConfig } from '../../config/config.js';
import type { GrantingForm } from '../../config/mapping.js';
import { boolean, line } from '../../config/schemas.js';
import { SCOPES_ASKED, scopeSetting } from '../../config/scopes.js';
import type { OptionalSetting, Setting } from '../../config/setting.js';
import type { SettingsReader } from '../../config/settings-reader.js';
import { webAddress } from '../../config/web-address.js';
import { parseText } from '../../identity/text.js';

export interface KeycloakConfig extends ClientConfig {
  /** The address at which this server reaches Keycloak, with its path and without a slash at the end. */
  readonly baseUrl: string;
  /** The address at which browsers reach Keycloak, if it is another one. */
  readonly publicBaseUrl: string | undefined;
  readonly realm: string;
  readonly mapRealmRoles: boolean;
  readonly mapClientRoles: boolean;
  /** The name of a claim, or a path with dots between its parts. */
  readonly usernameClaim: string;
  readonly emailClaim: string;
  readonly groupsClaim: string;
  readonly scopes: string;
}

export const keycloakNames = { id: 'keycloak', kind: 'keycloak', name: 'Keycloak' } as const;

const PREFIX = 'SSO_KEYCLOAK';
/** The length of Keycloak’s database column for names of groups and roles. */
const LONGEST_NAME = 255;

const grantingForm: GrantingForm = {
  parse(text) {
    const parsed = parseText(text, LONGEST_NAME);
    return 'text' in parsed
      ? { kind: 'group', value: parsed.text }
      : { problem: `names a group or role that ${parsed.problem}` };
  },
  inWords: 'group paths and role names',
  examples: ['/gateway-admins', 'gateway-viewer'],
};

const CONSOLE_OR_REALM = /\/(?:realms|admin)(?:\/|$)/;

/** Without a slash at the end. */
const baseUrl = webAddress.pipe(
  z
    .instanceof(URL)
    .refine(
      ({ pathname }) => !CONSOLE_OR_REALM.test(pathname),
      `must end before /realms or /admin: the realm’s name goes into ${PREFIX}_REALM`,
    )
    .transform(({ origin, pathname }) => origin + pathname.replace(/\/+$/, '')),
);

const realm = line(LONGEST_NAME).regex(/^[^/]+$/, 'must be the name of a realm alone, without slashes');
const claimName = line(LONGEST_NAME).regex(/^\S+$/, 'must be the name of a claim, which has no blanks');
const { enabled, ...rules } = commonSettings(PREFIX, { ...keycloakNames, form: grantingForm });

export const keycloakSettings = {
  enabled,
  baseUrl: {
    name: `${PREFIX}_BASE_URL`,
    defaultInWords: `required with \`${PREFIX}_ENABLED\``,
    example: 'https://sso.acmecorp.com',
    meaning:
      'The address at which this server reaches Keycloak: all before `/realms/…`. Up to version 16, and with `http-relative-path`, it ends in a path such as `/auth`.',
    schema: baseUrl,
  } satisfies OptionalSetting<string>,
  publicBaseUrl: {
    name: `${PREFIX}_PUBLIC_BASE_URL`,
    defaultInWords: `\`${PREFIX}_BASE_URL\``,
    example: 'https://sso.acmecorp.com',
    meaning: `The address at which browsers reach Keycloak, if this server reaches it by another name. Keycloak’s tokens then come from this address.`,
    schema: baseUrl,
  } satisfies OptionalSetting<string>,
  realm: {
    name: `${PREFIX}_REALM`,
    default: 'master',
    example: 'acme',
    meaning: 'The name of the realm, with capitals as Keycloak has them.',
    schema: realm,
  } satisfies Setting<string>,
  ...clientSettings(PREFIX, keycloakNames.name),
  scopes: {
    ...scopeSetting(PREFIX),
    example: 'openid profile email groups',
    meaning: `${SCOPES_ASKED}: \`openid\`, and the client’s optional client scopes that are wanted.`,
  },
  ...rules,
  adminGroups: {
    ...rules.adminGroups,
    meaning:
      'The group paths (`/gateway-admins`, `/it/platform`), roles of the realm (`gateway-admin`) and, with `SSO_KEYCLOAK_MAP_CLIENT_ROLES`, roles of clients (`gateway:admin`) that make `platform_admin` of whoever has one of them.',
  },
  mapRealmRoles: {
    name: `${PREFIX}_MAP_REALM_ROLES`,
    default: 'true',
    example: 'false',
    meaning: 'Whether a role of the realm counts, by its name, as a group does.',
    schema: boolean,
  } satisfies Setting<boolean>,
  mapClientRoles: {
    name: `${PREFIX}_MAP_CLIENT_ROLES`,
    default: 'false',
    example: 'true',
    meaning: 'Whether a role of a client counts as a group does, by the name `client:role`.',
    schema: boolean,
  } satisfies Setting<boolean>,
  usernameClaim: {
    name: `${PREFIX}_USERNAME_CLAIM`,
    default: 'preferred_username',
    example: 'preferred_username',
    meaning: 'The claim by which somebody is called who has no name.',
    schema: claimName,
  } satisfies Setting<string>,
  emailClaim: {
    name: `${PREFIX}_EMAIL_CLAIM`,
    default: 'email',
    example: 'email',
    meaning:
      'The claim with the email address. `email_verified` vouches for the claim `email`: an address of another claim counts as verified only if it is the same.',
    schema: claimName,
  } satisfies Setting<string>,
  groupsClaim: {
    name: `${PREFIX}_GROUPS_CLAIM`,
    default: 'groups',
    example: 'groups',
    meaning: 'The claim with the groups: the “Token Claim Name” of a mapper of the type “Group Membership”.',
    schema: claimName,
  } satisfies Setting<string>,
  revalidateInterval: {
    ...revalidateSetting(PREFIX, keycloakNames.name),
    meaning:
      'How often Keycloak is asked whether the session there of a person whose session here is in use still goes on. If not, all their sessions here end; if Keycloak can’t be reached, nothing changes. Has to be shorter than “SSO Session Idle” of the realm.',
  },
};

export function readKeycloak(settings: SettingsReader, isOn: boolean): KeycloakConfig | undefined {
  const base = settings.find(keycloakSettings.baseUrl);
  const clientRead = readClient(settings, keycloakSettings, enabled.name, isOn);
  if (isOn) requireAll(settings, `${enabled.name}=true`, keycloakSettings.baseUrl);
  const shared = readCommon(settings, keycloakSettings);
  const realmName = settings.get(keycloakSettings.realm);
  const optional = {
    ...shared,
    publicBaseUrl: settings.find(keycloakSettings.publicBaseUrl),
    realm: realmName,
    mapRealmRoles: settings.get(keycloakSettings.mapRealmRoles),
    mapClientRoles: settings.get(keycloakSettings.mapClientRoles),
    usernameClaim: settings.get(keycloakSettings.usernameClaim),
    emailClaim: settings.get(keycloakSettings.emailClaim),
    groupsClaim: settings.get(keycloakSettings.groupsClaim),
    scopes: settings.get(keycloakSettings.scopes),
    firstAdministrator:
      'SSO_KEYCLOAK_ADMIN_GROUPS=‹group or role› makes everybody who has it an administrator at their next sign-in (docs/providers/keycloak.md)',
  };
  if (base === undefined || clientRead === undefined) return undefined;
  return {
    ...keycloakNames,
    displayName: `Keycloak (${realmName})`,
    ...clientRead,
    baseUrl: base,
    ...optional,
  };
}

export function mappedValues(config: KeycloakConfig): readonly string[] {
  return [...new Set(grantingValues(config).map(({ value }) => value))];
}
