import { clientSettings, readClient, requireAll } from '../../config/client-settings.js';
import { commonSettings, readCommon } from '../../config/common-settings.js';
import type { ClientConfig } from '../../config/config.js';
import { groupNames } from '../../config/group-name.js';
import type { GrantingForm } from '../../config/mapping.js';
import { boolean } from '../../config/schemas.js';
import { scopeSetting } from '../../config/scopes.js';
import type { OptionalSetting, Setting } from '../../config/setting.js';
import type { SettingsReader } from '../../config/settings-reader.js';
import { quoted } from '../../identity/quoted.js';
import { issuer } from './issuer.js';

const names = groupNames(['Gateway administrators', 'CN=Developers,OU=Groups,DC=acmecorp,DC=com']);

/** A part of a distinguished name, which is never a group by itself: it results if a list is split at its commas. */
const PART_OF_NAME = /^(?:ou|dc|o|c|l|st)=[^,]*$/i;

/** Names of groups, which may be distinguished names of a directory, and roles as `scope:role`. */
const groupForm: GrantingForm = {
  ...names,
  inWords: 'group names and roles',
  parse: (text) =>
    PART_OF_NAME.test(text.trim())
      ? {
          problem: `holds ${quoted(text.trim())}, a part of a distinguished name: write names that hold commas as a JSON array, ["CN=Developers,OU=Groups"]`,
        }
      : names.parse(text),
};

export interface IbmVerifyConfig extends ClientConfig {
  readonly issuer: string;
  readonly scopes: string;
  /** Whether `preferred_username` replaces a missing `email`. */
  readonly emailFromUsername: boolean;
}

export const ibmVerifyNames = {
  id: 'ibm_verify',
  kind: 'ibm_verify',
  name: 'IBM Verify',
  displayName: 'IBM Verify',
} as const;

const { enabled, ...rules } = commonSettings('SSO_IBM_VERIFY', {
  ...ibmVerifyNames,
  form: groupForm,
  gatewayTeamMappings: 'IBM_VERIFY_GROUP_MAPPING',
});

export const ibmVerifySettings = {
  enabled,
  ...clientSettings('SSO_IBM_VERIFY', ibmVerifyNames.name),
  issuer: {
    name: 'SSO_IBM_VERIFY_ISSUER',
    defaultInWords: 'required with `SSO_IBM_VERIFY_ENABLED`',
    example: 'https://acmecorp.verify.ibm.com/oidc/endpoint/default',
    meaning:
      'The issuer that the metadata names. With the tenant alone, `https://acmecorp.verify.ibm.com`, the metadata is looked for at `/oidc/endpoint/default` and then at `/oauth2`.',
    schema: issuer,
  } satisfies OptionalSetting<string>,
  scopes: scopeSetting('SSO_IBM_VERIFY'),
  emailFromUsername: {
    name: 'SSO_IBM_VERIFY_EMAIL_FROM_USERNAME',
    default: 'false',
    example: 'true',
    meaning:
      'If IBM Verify sends no `email`, take `preferred_username` as the address of people whose user name has the form of one. IBM Verify doesn’t vouch for such an address.',
    schema: boolean,
  } satisfies Setting<boolean>,
  ...rules,
};

export function readIbmVerify(settings: SettingsReader, isOn: boolean): IbmVerifyConfig | undefined {
  const client = readClient(settings, ibmVerifySettings, enabled.name, isOn);
  const issuer = settings.find(ibmVerifySettings.issuer);
  const shared = readCommon(settings, ibmVerifySettings);
  const scopes = settings.get(ibmVerifySettings.scopes);
  const emailFromUsername = settings.get(ibmVerifySettings.emailFromUsername);
  if (isOn) requireAll(settings, `${enabled.name}=true`, ibmVerifySettings.issuer);
  if (client === undefined || issuer === undefined) return undefined;
  return {
    ...ibmVerifyNames,
    ...client,
    ...shared,
    scopes,
    emailFromUsername,
    issuer,
    firstAdministrator:
      'SSO_IBM_VERIFY_ADMIN_GROUPS=‹name of a group› makes everybody in that group an administrator at their next sign-in (docs/providers/ibm-verify.md)',
  };
}
