import type { SettingsReader } from '../../config/settings-reader.js';
import { isLoopback } from '../../config/web-address.js';
import { onlyProvider } from '../provider-kind.js';
import { createGoogleProvider } from './google.js';
import { GOOGLE_ISSUER, type GoogleConfig, googleNames, googleSettings, readGoogle } from './settings.js';

export const google = onlyProvider<GoogleConfig>({
  names: googleNames,
  settings: googleSettings,
  read: readGoogle,
  check,
  create: createGoogleProvider,
});

function check(settings: SettingsReader, config: GoogleConfig): void {
  const { adminDomains = [], groupsUrl, issuer, settings: names, trustedDomains } = config;
  const { hostname } = new URL(issuer);
  if (issuer !== GOOGLE_ISSUER && !isLoopback(hostname))
    settings.warn(
      `SSO_GOOGLE_ISSUER names ${hostname}, which isn’t Google: people, and the client’s secret, are sent there`,
    );
  const shut = adminDomains.filter((domain) => !trustedDomains.includes(domain));
  if (trustedDomains.length > 0 && shut.length > 0)
    settings.warn(
      `SSO_GOOGLE_ADMIN_DOMAINS makes administrators of ${shut.join(', ')}, but ${names.trustedDomains} admits nobody from there`,
    );
  for (const setting of [googleSettings.nestedGroups, googleSettings.groupsUrl]) {
    if (settings.isSet(setting) && groupsUrl === undefined)
      settings.warn(`${setting.name} has no effect: no group gives anything`);
  }
}
