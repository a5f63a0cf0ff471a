import {
  authContextSetting,
  commonSettings,
  firstAdministratorBy,
  readCommon,
  revalidateSetting,
} from '../../config/common-settings.js';
import type { ProviderConfig } from '../../config/config.js';
import type { ProviderSettings } from '../../config/provider-settings.js';
import { ssoSettings } from '../../config/sso-settings.js';
import { type GenericConfig, readGeneric } from '../generic/config.js';
import { createGenericProvider } from '../generic/generic.js';
import { prefixOf } from '../generic/ids.js';
import { genericSettings, groupForm } from '../generic/settings.js';
import type { ProviderKind } from '../provider-kind.js';
import { checkShape, isOAuthProvider } from './check-shape.js';
import type { CustomProvider, OAuthProvider, OpenIdProvider } from './custom-provider.js';
import { createOAuthProvider } from './oauth.js';
import { groupsReader } from './read-groups.js';

/** Providers of the host app's code are on unless a setting says otherwise. */
const ON = { [ssoSettings.enabled.name]: 'true' };

/**
 * A kind for each provider of a host app, so that the settings of each are read, checked and explained as ours are.
 * @param others the kinds whose settings' names no ID may repeat
 * @throws TypeError that names every fault of the providers
 */
export function customKinds(
  providers: readonly CustomProvider[],
  others: readonly ProviderSettings[],
): readonly ProviderKind[] {
  checkShape(providers, others);
  return providers.map((one) => (isOAuthProvider(one) ? oauthKind(one) : openIdKind(one)));
}

function openIdKind(provider: OpenIdProvider): ProviderKind<GenericConfig> {
  const { clientId, clientSecret, id, issuer, mark, name, readGroups } = provider;
  const prefix = prefixOf(id);
  const declared = genericSettings({ prefix, id, name, isOn: true });
  return {
    kind: id,
    names: { [id]: name },
    groups: [{ title: name, settings: Object.values(declared) }],
    given: {
      ...ON,
      [declared.issuer.name]: issuer,
      [declared.clientId.name]: clientId,
      ...(clientSecret !== undefined && {
        [declared.clientSecret.name]:
          typeof clientSecret === 'string' ? clientSecret : JSON.stringify(clientSecret),
      }),
    },
    switches: () => [declared.enabled],
    read(settings, isOn) {
      const isThisOn = isOn && settings.get(declared.enabled);
      const neededBy = `the provider ${id} of createEntrance has no clientSecret either and`;
      if (readGroups !== undefined && settings.isSet(declared.groupsClaim))
        settings.warn(
          `${declared.groupsClaim.name} has no effect: the function readGroups of the provider ${id} reads the groups`,
        );
      const found = readGeneric(settings, declared, { prefix, id, name, neededBy }, isThisOn);
      return isThisOn && found !== undefined ? [{ ...found, kind: id }] : [];
    },
    create: (config, dependencies) =>
      createGenericProvider(config, dependencies, {
        mark,
        ...(readGroups !== undefined && {
          readGroups: groupsReader(provider, dependencies.log),
        }),
      }),
  };
}

function oauthKind(provider: OAuthProvider): ProviderKind {
  const { id, name } = provider;
  const prefix = prefixOf(id);
  const { enabled, ...common } = commonSettings(prefix, { id, name, form: groupForm });
  const declared = {
    enabled: { ...enabled, default: 'true', example: 'false' },
    ...common,
    ...(provider.confirm !== undefined && { revalidateInterval: revalidateSetting(prefix, name) }),
    ...(provider.stepsUp && {
      requiredAuthContext: authContextSetting(
        prefix,
        `The authentication context, \`c1\` to \`c99\`, that ${name} has to confirm for every session that it begins.`,
      ),
    }),
  };
  return {
    kind: id,
    names: { [id]: name },
    groups: [{ title: name, settings: Object.values(declared) }],
    given: ON,
    switches: () => [declared.enabled],
    read(settings, isOn) {
      const isThisOn = isOn && settings.get(declared.enabled);
      const config: ProviderConfig = {
        id,
        kind: id,
        name,
        displayName: name,
        ...readCommon(settings, declared),
        firstAdministrator: firstAdministratorBy(declared.adminGroups),
      };
      return isThisOn ? [config] : [];
    },
    create: (config, dependencies) => createOAuthProvider(provider, config, dependencies),
  };
}
