import { clientSettings, readClient } from '../../config/client-settings.js';
import {
  commonSettings,
  grantingValues,
  readCommon,
  revalidateSetting,
} from '../../config/common-settings.js';
import type { ClientConfig } from '../../config/config.js';
import type { GrantingForm } from '../../config/mapping.js';
import { boolean, listOf } from '../../config/schemas.js';
import { SCOPES_ASKED, scopeSetting, scopesWith, withScope } from '../../config/scopes.js';
import type { OptionalSetting, Setting } from '../../config/setting.js';
import type { SettingsReader } from '../../config/settings-reader.js';
import { adminDomain } from '../../config/sso-settings.js';
import { addressWithoutSlash, webAddress } from '../../config/web-address.js';
import { parseEmail } from '../../identity/email.js';
import { quoted } from '../../identity/quoted.js';

/** A group is identified by its address. Its name isn't unique, and its managers may change it. */
const groupAddress: GrantingForm = {
  parse(text) {
    const address = parseEmail(text);
    return address === undefined
      ? {
          problem: `holds ${quoted(text.trim())}, which isn’t the address of a group, such as engineering@acmecorp.com`,
        }
      : { kind: 'group', value: address.toLowerCase() };
  },
  inWords: 'addresses of groups',
  examples: ['gateway-admins@acmecorp.com', 'engineering@acmecorp.com'],
};

export interface GoogleConfig extends ClientConfig {
  readonly issuer: string;
  /** Includes the scope for groups if a setting needs them. */
  readonly scopes: string;
  /** The origin of the Cloud Identity API; undefined if no group gives anything, so that the API isn’t asked. */
  readonly groupsUrl: string | undefined;
  /** Whether membership in a nested group counts. */
  readonly nestedGroups: boolean;
}

export const googleNames = { id: 'google', kind: 'google', name: 'Google', displayName: 'Google' } as const;

export const GOOGLE_ISSUER = 'https://accounts.google.com';
const CLOUD_IDENTITY = 'https://cloudidentity.googleapis.com';
/** Allows a person’s own access token to list the groups that the person can see. */
const GROUPS_SCOPE = 'https://www.googleapis.com/auth/cloud-identity.groups.readonly';

const { enabled, ...rules } = commonSettings('SSO_GOOGLE', {
  ...googleNames,
  form: groupAddress,
  gatewayTeamMappings: 'GOOGLE_GROUPS_MAPPING',
});
const client = clientSettings('SSO_GOOGLE', 'Google');
const revalidateInterval = revalidateSetting('SSO_GOOGLE', 'Google');

export const googleSettings = {
  enabled,
  clientId: {
    ...client.clientId,
    example: '407408718192-a1b2c3d4e5f6g7h8.apps.googleusercontent.com',
    meaning: 'The client ID of an OAuth client of the type “Web application”.',
  },
  clientSecret: client.clientSecret,
  issuer: {
    name: 'SSO_GOOGLE_ISSUER',
    default: GOOGLE_ISSUER,
    example: GOOGLE_ISSUER,
    meaning: 'Where Google signs people in. Another address is for tests.',
    schema: addressWithoutSlash,
  } satisfies Setting<string>,
  adminDomains: {
    name: 'SSO_GOOGLE_ADMIN_DOMAINS',
    default: '[]',
    example: 'admins.acmecorp.com',
    meaning:
      'Everybody whose account is managed by one of these organisations is `platform_admin`. As for `SSO_GOOGLE_TRUSTED_DOMAINS`, the organisation’s primary domain counts (`hd`), and not the email address.',
    schema: listOf(adminDomain('SSO_GOOGLE_ADMIN_DOMAINS')),
  } satisfies Setting<readonly string[]>,
  ...rules,
  adminGroups: {
    ...rules.adminGroups,
    meaning: 'The addresses of groups whose members are `platform_admin`.',
  },
  trustedDomains: {
    ...rules.trustedDomains,
    meaning:
      'The domains that may sign in with Google, in place of `SSO_TRUSTED_DOMAINS`. Both are compared with the primary domain of the organisation that manages the account (`hd`), and not with the email address; `gmail.com` admits personal accounts with such an address.',
  },
  scopes: {
    ...scopeSetting('SSO_GOOGLE'),
    meaning: `${SCOPES_ASKED}; \`openid\` and \`email\` must be among them. If a group gives something, \`${GROUPS_SCOPE}\` is added.`,
    schema: scopesWith('openid', 'email'),
  },
  nestedGroups: {
    name: 'SSO_GOOGLE_NESTED_GROUPS',
    default: 'true',
    example: 'false',
    meaning:
      'Whether somebody is in a group also by being in a group in it. Google tells that for Workspace Enterprise and Education and for Cloud Identity Premium alone: with another edition set it to `false`, since people who leave a group would keep what the group gave.',
    schema: boolean,
  } satisfies Setting<boolean>,
  groupsUrl: {
    name: 'SSO_GOOGLE_CLOUD_IDENTITY_URL',
    defaultInWords: `\`${CLOUD_IDENTITY}\`; with another \`SSO_GOOGLE_ISSUER\`, that`,
    example: CLOUD_IDENTITY,
    meaning: 'The origin of the Cloud Identity API, which is asked for the groups of whoever signs in.',
    schema: webAddress.transform(({ origin }) => origin),
  } satisfies OptionalSetting<string>,
  revalidateInterval: {
    ...revalidateInterval,
    meaning: revalidateInterval.meaning.replace(
      /Asks for .*$/,
      'Google then asks everybody for consent at each sign-in, since it gives a refresh token with consent alone.',
    ),
  },
};

export function readGoogle(settings: SettingsReader, isOn: boolean): GoogleConfig | undefined {
  const shared = readCommon(settings, googleSettings);
  const registered = readClient(settings, googleSettings, enabled.name, isOn);
  const issuer = settings.get(googleSettings.issuer);
  const groupsUrl = settings.find(googleSettings.groupsUrl) ?? groupsUrlBeside(issuer);
  const scopes = settings.get(googleSettings.scopes);
  const nestedGroups = settings.get(googleSettings.nestedGroups);
  if (registered === undefined) return undefined;
  const asksForGroups = grantingValues(shared).length > 0;
  return {
    ...googleNames,
    ...registered,
    ...shared,
    issuer,
    nestedGroups,
    firstAdministrator:
      'SSO_GOOGLE_ADMIN_GROUPS=‹address of a group› makes everybody in that group an administrator at their next sign-in (docs/providers/google.md)',
    scopes: asksForGroups ? withScope(scopes, GROUPS_SCOPE) : scopes,
    groupsUrl: asksForGroups ? groupsUrl : undefined,
  };
}

/** A stand-in for Google also answers for the API, so that Google never gets a token that isn’t Google’s. */
function groupsUrlBeside(issuer: string): string {
  return issuer === GOOGLE_ISSUER ? CLOUD_IDENTITY : new URL(issuer).origin;
}
