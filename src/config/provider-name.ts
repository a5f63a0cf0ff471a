import type { Config } from './config.js';

/** The name of the provider with this ID, `local` included; the ID itself if no provider has it. */
export type NameOfProvider = (id: string) => string;

/** The provider whose people are added ahead: the first that is set up, so that no other one’s word about an address counts. */
export function providerOfPeople({ sso }: Pick<Config, 'sso'>): string {
  return sso.providers[0]?.id ?? Object.keys(sso.providerNames)[0] ?? 'local';
}

export function namesOfProviders({ sso }: Pick<Config, 'sso'>): NameOfProvider {
  const names: Readonly<Record<string, string>> = { ...sso.providerNames, local: 'Local' };
  return (id) => (Object.hasOwn(names, id) ? (names[id] ?? id) : id);
}
