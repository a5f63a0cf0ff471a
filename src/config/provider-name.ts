import type { Config } from './config.js';

/** What people call the provider of this ID, `local` among them; the ID itself for one that nobody here knows. */
export type NameOfProvider = (id: string) => string;

export function namesOfProviders({ sso }: Pick<Config, 'sso'>): NameOfProvider {
  const names: Readonly<Record<string, string>> = { ...sso.providerNames, local: 'Local' };
  return (id) => (Object.hasOwn(names, id) ? (names[id] ?? id) : id);
}
