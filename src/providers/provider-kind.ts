import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import type { ProviderConfig } from '../config/config.js';
import type { ProviderSettings } from '../config/provider-settings.js';
import type { AnySetting, Setting } from '../config/setting.js';
import type { SettingsReader } from '../config/settings-reader.js';
import type { OwnAddresses, Provider } from './provider.js';

/** The arguments with which a provider is made, besides its settings. */
export interface ProviderDependencies {
  readonly addresses: OwnAddresses;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A kind of identity provider. Its folder exports this value, and a line in `kinds.ts` names it. */
export interface ProviderKind<Own extends ProviderConfig = ProviderConfig> extends ProviderSettings<Own> {
  /** Makes the provider from a configuration that this kind has read. It sends no request yet. */
  create(config: Own, dependencies: ProviderDependencies): Provider;
}

interface OnlyProvider<Own extends ProviderConfig>
  extends Omit<ProviderKind<Own>, 'kind' | 'names' | 'groups' | 'switches' | 'read'> {
  readonly names: Pick<Own, 'id' | 'kind' | 'name'> & Partial<Pick<Own, 'displayName'>>;
  readonly settings: Readonly<Record<string, AnySetting>> & { readonly enabled: Setting<boolean> };
  /** Checks every value that is set; a missing value is a problem only if the provider is on. */
  read(settings: SettingsReader, isOn: boolean): Own | undefined;
}

/** A kind of which there is one provider. */
export function onlyProvider<Own extends ProviderConfig>(own: OnlyProvider<Own>): ProviderKind<Own> {
  const { names, read, settings, ...kind } = own;
  const { id, name, displayName = name } = names;
  return {
    ...kind,
    kind: names.kind,
    names: { [id]: name },
    groups: [{ title: displayName, settings: Object.values(settings) }],
    switches: () => [settings.enabled],
    read(reader, isSsoOn) {
      const isOn = isSsoOn && reader.get(settings.enabled);
      const config = read(reader, isOn);
      return isOn && config !== undefined ? [config] : [];
    },
  };
}
