import { clientSettings, readClient, requireAll } from '../../config/client-settings.js';
import { commonSettings, readCommon, revalidateSetting } from '../../config/common-settings.js';
import type { ClientConfig } from '../../config/config.js';
import { groupNames } from '../../config/group-name.js';
import { SCOPES_ASKED, scopesWith } from '../../config/scopes.js';
import type { OptionalSetting } from '../../config/setting.js';
import type { SettingsReader } from '../../config/settings-reader.js';
import { isOrgServer, issuer } from './issuer.js';

export interface OktaConfig extends ClientConfig {
  /** Without a slash at its end. */
  readonly issuer: string;
  readonly scopes: string;
}

export const oktaNames = { id: 'okta', kind: 'okta', name: 'Okta', displayName: 'Okta' } as const;

/** The org server has the scope `groups`. A custom server refuses the scope until somebody adds it there. */
const ORG_SERVER_SCOPES = 'openid profile email groups';
const CUSTOM_SERVER_SCOPES = 'openid profile email';

const { enabled, ...rules } = commonSettings('SSO_OKTA', {
  ...oktaNames,
  form: groupNames(['Gateway administrators', 'Engineering']),
  gatewayTeamMappings: 'OKTA_GROUP_MAPPING',
});

export const oktaSettings = {
  enabled,
  ...clientSettings('SSO_OKTA', oktaNames.name),
  issuer: {
    name: 'SSO_OKTA_ISSUER',
    defaultInWords: 'required with `SSO_OKTA_ENABLED`',
    example: 'https://acmecorp.okta.com',
    meaning:
      'The domain of your Okta organisation, which is the issuer of its org server; or a custom authorization server, such as `https://acmecorp.okta.com/oauth2/default`, which needs Okta’s API Access Management.',
    schema: issuer,
  } satisfies OptionalSetting<string>,
  scopes: {
    name: 'SSO_OKTA_SCOPE',
    defaultInWords: `\`${ORG_SERVER_SCOPES}\`; \`${CUSTOM_SERVER_SCOPES}\` with a custom authorization server`,
    example: ORG_SERVER_SCOPES,
    meaning: `${SCOPES_ASKED}; \`openid\` must be among them.`,
    schema: scopesWith('openid'),
  } satisfies OptionalSetting<string>,
  ...rules,
  revalidateInterval: revalidateSetting('SSO_OKTA', oktaNames.name),
};

export function readOkta(settings: SettingsReader, isOn: boolean): OktaConfig | undefined {
  const client = readClient(settings, oktaSettings, enabled.name, isOn);
  const issuer = settings.find(oktaSettings.issuer);
  const asked = settings.find(oktaSettings.scopes);
  const shared = readCommon(settings, oktaSettings);
  if (isOn) requireAll(settings, `${enabled.name}=true`, oktaSettings.issuer);
  if (client === undefined || issuer === undefined) return undefined;
  return {
    ...oktaNames,
    ...client,
    ...shared,
    issuer,
    scopes: asked ?? (isOrgServer(issuer) ? ORG_SERVER_SCOPES : CUSTOM_SERVER_SCOPES),
    firstAdministrator:
      'SSO_OKTA_ADMIN_GROUPS=‹name of a group› makes everybody in that group an administrator at their next sign-in (docs/providers/okta.md)',
  };
}
