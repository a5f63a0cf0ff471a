import type { Config } from './config.js';

/** What people call the provider of this ID, `local` among them; the ID itself for one that nobody here knows. */
export type NameOfProvider = (id: string) => string;

/** The provider whose people are added ahead: the first that is set up, so that no other one’s word about an address counts. */
export function providerOfPeople({ sso }: Pick<Config, 'sso'>): string {
  return sso.providers[0]?.id ?? Object.keys(sso.providerNames)[0] ?? 'local';
}

export function namesOfProviders({ sso }: Pick<Config, 'sso'>): NameOfProvider {
  const names: Readonly<Record<string, string>> = { ...sso.providerNames, local: 'Local' };
  return (id) => (Object.hasOwn(names, id) ? (names[id] ?? id) : id);
}
