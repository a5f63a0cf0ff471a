import { quoted } from '../identity/quoted.js';
import type { Config, ProviderConfig, SettingNames } from './config.js';
import { ssoSettings } from './sso-settings.js';

/** The name of the provider with this ID, `local` included; the ID itself if no provider has it. */
export type NameOfProvider = (id: string) => string;

/** The provider with which a person who is added before their first sign-in will sign in. */
export type PeopleProvider = Pick<ProviderConfig, 'id' | 'name' | 'trustedDomains'> & {
  readonly settings: Pick<SettingNames, 'trustedDomains'>;
};

/**
 * The provider of people who are added before their first sign-in: no other provider’s assertion about their address
 * counts. `named` is an ID in any case; if it is empty, the first provider that is set up is taken.
 */
export function providerOfPeople(
  { sso }: Pick<Config, 'sso'>,
  named = '',
): PeopleProvider | { readonly problem: string } {
  const id = named.trim().toLowerCase();
  const [first] = sso.providers;
  if (id === '') return first ?? firstOfAll(sso);
  const found = sso.providers.find((provider) => provider.id.toLowerCase() === id);
  const ids = sso.providers.map((provider) => provider.id).join(', ');
  const remedy = first === undefined ? 'leave it out' : `name one of ${ids}, or leave it out for ${first.id}`;
  return found ?? { problem: `${quoted(named)} is no provider that is set up here: ${remedy}` };
}

/** While single sign-on is off, people are added for the first provider, with which they sign in once it is on. */
function firstOfAll({ providerNames, trustedDomains }: Config['sso']): PeopleProvider {
  const [id, name] = Object.entries(providerNames)[0] ?? ['local', 'Local'];
  return { id, name, trustedDomains, settings: { trustedDomains: ssoSettings.trustedDomains.name } };
}

export function namesOfProviders({ sso }: Pick<Config, 'sso'>): NameOfProvider {
  const names: Readonly<Record<string, string>> = { ...sso.providerNames, local: 'Local' };
  return (id) => (Object.hasOwn(names, id) ? (names[id] ?? id) : id);
}
