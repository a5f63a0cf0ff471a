import { clientSettings, readClient, requireAll } from '../../config/client-settings.js';
import { commonSettings, readCommon, revalidateSetting } from '../../config/common-settings.js';
import type { CredentialsConfig, ProviderConfig } from '../../config/config.js';
import { gatewayTeamMapping, readTeamMappings } from '../../config/gateway-team-mapping.js';
import { groupNames } from '../../config/group-name.js';
import { SCOPES_ASKED, scopesWith } from '../../config/scopes.js';
import type { OptionalSetting } from '../../config/setting.js';
import type { SettingsReader } from '../../config/settings-reader.js';
import { isOrgServer, issuer } from './issuer.js';

/** The settings that only Okta has, and those of all providers. */
export interface OktaConfig extends ProviderConfig {
  readonly clientId: string;
  readonly credentials: CredentialsConfig;
  /** Without a slash at its end. */
  readonly issuer: string;
  readonly scopes: string;
}

export const oktaNames = { id: 'okta', kind: 'okta', name: 'Okta', displayName: 'Okta' } as const;

/** The org server has the scope `groups`. A custom server refuses the scope until somebody adds it there. */
const ORG_SERVER_SCOPES = 'openid profile email groups';
const CUSTOM_SERVER_SCOPES = 'openid profile email';

const common = commonSettings('SSO_OKTA', {
  id: oktaNames.id,
  name: oktaNames.name,
  form: groupNames(['Gateway administrators', 'Engineering']),
});

export const oktaSettings = {
  enabled: common.enabled,
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
  adminGroups: common.adminGroups,
  roleMappings: common.roleMappings,
  teamMappings: common.teamMappings,
  gatewayTeamMappings: gatewayTeamMapping('OKTA_GROUP_MAPPING', common.teamMappings),
  defaultRole: common.defaultRole,
  syncRolesOnLogin: common.syncRolesOnLogin,
  trustedDomains: common.trustedDomains,
  revalidateInterval: revalidateSetting('SSO_OKTA', oktaNames.name),
};

/** Checks every value that is set; missing values are a problem only if the provider is on. */
export function readOkta(settings: SettingsReader, isOn: boolean): OktaConfig | undefined {
  const { enabled } = oktaSettings;
  const client = readClient(settings, oktaSettings, enabled.name, isOn);
  const issuer = settings.find(oktaSettings.issuer);
  const asked = settings.find(oktaSettings.scopes);
  const shared = readCommon(settings, oktaSettings);
  const mappings = readTeamMappings(settings, oktaSettings);
  const revalidateInterval = settings.get(oktaSettings.revalidateInterval);
  if (isOn) requireAll(settings, enabled.name, oktaSettings.issuer);
  if (!isOn || client === undefined || issuer === undefined) return undefined;
  return {
    ...oktaNames,
    ...client,
    ...shared,
    issuer,
    scopes: asked ?? (isOrgServer(issuer) ? ORG_SERVER_SCOPES : CUSTOM_SERVER_SCOPES),
    teamMappings: mappings.rules,
    revalidateInterval,
    settings: {
      ...shared.settings,
      teamMappings: mappings.name,
      revalidateInterval: oktaSettings.revalidateInterval.name,
    },
    firstAdministrator:
      'SSO_OKTA_ADMIN_GROUPS=‹name of a group› makes everybody in that group an administrator at their next sign-in (docs/providers/okta.md)',
  };
}
