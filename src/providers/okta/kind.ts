import type { ProviderKind } from '../provider-kind.js';
import { createOktaProvider } from './okta.js';
import { type OktaConfig, oktaNames, oktaSettings, readOkta } from './settings.js';

export const okta: ProviderKind<OktaConfig> = {
  kind: oktaNames.kind,
  names: { [oktaNames.id]: oktaNames.name },
  groups: [{ title: oktaNames.displayName, settings: Object.values(oktaSettings) }],
  switches: () => [oktaSettings.enabled],
  read(settings, isOn) {
    const config = readOkta(settings, isOn && settings.get(oktaSettings.enabled));
    return config === undefined ? [] : [config];
  },
  create: createOktaProvider,
};
