import type { LocalAccountsConfig, ProviderConfig, SsoConfig } from './config.js';
import type { ForeignTables } from './foreign-names.js';
import type { AnySetting, Setting } from './setting.js';
import type { SettingsReader } from './settings-reader.js';

export interface SettingGroup {
  readonly title: string;
  readonly settings: readonly AnySetting[];
}

/** The text of a variable that is set. */
export type TextOf = (name: string) => string | undefined;

/** The other settings that a provider’s are judged beside. */
export interface Surroundings {
  readonly localAccounts: LocalAccountsConfig;
  readonly sso: SsoConfig;
}

/** The settings of a kind of identity provider. `Own` is what its own folder reads. */
export interface ProviderSettings<Own extends ProviderConfig = ProviderConfig> {
  readonly kind: string;
  /** As people call the provider of each ID that the kind is sure to give, also while it is off. */
  readonly names: Readonly<Record<string, string>>;
  /** As they are documented, each group as a table of its own. */
  readonly groups: readonly SettingGroup[];
  /** Settings that aren’t documented by name, since an ID is part of their names. */
  readonly settingsIn?: (textOf: TextOf) => readonly AnySetting[];
  /** Variables that other programs set and that are read here as well: no prefix is asked of them. */
  readonly othersNames?: readonly string[];
  /** The names of these settings in other products. */
  readonly foreignNames?: ForeignTables;
  /** The settings that turn its providers on. */
  switches(settings: SettingsReader): readonly Setting<boolean>[];
  /** Its providers that are on. What is given is checked in any case; what is needed, only if `isOn` and the provider’s own switch say so. */
  read(settings: SettingsReader, isOn: boolean): readonly Own[];
  /** Why people of a directory (tenant) can’t sign in with these settings; undefined if they can, or if that isn’t known. */
  keepsOut?(config: Own, tenantId: string): string | undefined;
  /** Refuses, or warns of, what contradicts each other in the settings of one provider that is on. */
  check?(settings: SettingsReader, config: Own, surroundings: Surroundings): void;
}
