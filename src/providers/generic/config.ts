import type { ServerMetadata } from 'openid-client';
import { readClient, requireAll } from '../../config/client-settings.js';
import { firstAdministratorBy, readCommon } from '../../config/common-settings.js';
import type { ClientConfig } from '../../config/config.js';
import type { SettingsReader } from '../../config/settings-reader.js';
import type { AbsentGroups } from './claim-settings.js';
import type { AuthMethod, GenericSettings } from './settings.js';

type Endpoints = Pick<
  ServerMetadata,
  'authorization_endpoint' | 'token_endpoint' | 'userinfo_endpoint' | 'jwks_uri' | 'end_session_endpoint'
>;

/** The settings that only a generic OpenID Connect provider has, and those of all providers. */
export interface GenericConfig extends ClientConfig {
  readonly prefix: string;
  readonly issuer: string;
  readonly metadataUrl: string | undefined;
  /** The endpoints that are set, in place of those in the metadata. */
  readonly endpoints: Endpoints;
  readonly tokenEndpointAuthMethod: AuthMethod | undefined;
  readonly scope: string;
  readonly authorizationParameters: Readonly<Record<string, string>>;
  readonly logoutReturnParameter: string;
  readonly groupsClaims: readonly string[];
  readonly absentGroups: AbsentGroups;
  readonly emailClaim: string;
  readonly assumesVerified: boolean;
  readonly nameClaim: string;
  readonly usesUserInfo: boolean;
}

export interface Named {
  readonly prefix: string;
  readonly id: string;
  readonly name: string;
  /** The beginning of “… needs it” in a message about a missing setting; by default, the setting that turns the provider on. */
  readonly neededBy?: string;
}

/** Checks every value that is set; missing values are a problem only if the provider is on. */
export function readGeneric(
  settings: SettingsReader,
  declared: GenericSettings,
  { prefix, id, name, neededBy = needOf(settings, declared, id) }: Named,
  isOn: boolean,
): GenericConfig | undefined {
  const method = settings.find(declared.tokenEndpointAuthMethod);
  const client = readGenericClient(settings, declared, method);
  const issuer = settings.find(declared.issuer);
  const shared = readCommon(settings, declared);
  const displayName = settings.find(declared.displayName) ?? name;
  const optional = {
    ...shared,
    metadataUrl: settings.find(declared.metadataUrl),
    endpoints: readEndpoints(settings, declared),
    scope: settings.get(declared.scope),
    authorizationParameters: settings.get(declared.authorizationParameters),
    logoutReturnParameter: settings.get(declared.logoutReturnParameter),
    groupsClaims: settings.get(declared.groupsClaim),
    absentGroups: settings.get(declared.absentGroups),
    emailClaim: settings.get(declared.emailClaim),
    assumesVerified: settings.get(declared.assumeEmailVerified),
    nameClaim: settings.get(declared.nameClaim),
    usesUserInfo: settings.get(declared.useUserInfo),
    firstAdministrator: firstAdministratorBy(declared.adminGroups),
  };
  const secrets = method === 'none' ? [] : [declared.clientSecret];
  if (isOn) requireAll(settings, neededBy, declared.issuer, declared.clientId, ...secrets);
  if (issuer === undefined || client === undefined) return undefined;
  const names = { id, kind: 'generic', name: displayName, displayName, prefix };
  return { ...names, ...client, issuer, tokenEndpointAuthMethod: method, ...optional };
}

/** A provider in the list is on without a switch of its own. */
function needOf(settings: SettingsReader, { enabled }: GenericSettings, id: string): string {
  const isListed = enabled.default === 'true' && !settings.isSet(enabled);
  return isListed ? `SSO_GENERIC_IDS names ${id}, which` : `${enabled.name}=true`;
}

function readGenericClient(
  settings: SettingsReader,
  declared: GenericSettings,
  method: AuthMethod | undefined,
) {
  const { clientId, clientSecret, enabled } = declared;
  if (method !== 'none') return readClient(settings, declared, enabled.name, false);
  const id = settings.find(clientId);
  if (settings.isSet(clientSecret))
    settings.warn(
      `${clientSecret.name} has no effect: ${declared.tokenEndpointAuthMethod.name}=none says that there is no secret`,
    );
  return id === undefined ? undefined : { clientId: id, credentials: {} };
}

function readEndpoints(settings: SettingsReader, declared: GenericSettings): Endpoints {
  const { authorizationUrl, tokenUrl, userInfoUrl, jwksUri, endSessionUrl } = declared;
  const found = {
    authorization_endpoint: settings.find(authorizationUrl),
    token_endpoint: settings.find(tokenUrl),
    userinfo_endpoint: settings.find(userInfoUrl),
    jwks_uri: settings.find(jwksUri),
    end_session_endpoint: settings.find(endSessionUrl),
  };
  return Object.fromEntries(Object.entries(found).filter(([, url]) => url !== undefined));
}
