import type { LocalAccountsConfig, ProviderConfig, SsoConfig } from './config.js';
import type { ForeignTables } from './foreign-names.js';
import type { AnySetting, Setting } from './setting.js';
import type { Environment, SettingsReader } from './settings-reader.js';

export interface SettingGroup {
  readonly title: string;
  readonly settings: readonly AnySetting[];
}

/** The text of a variable that is set. */
export type TextOf = (name: string) => string | undefined;

/** Other settings that the settings of a provider are checked against. */
export interface Surroundings {
  readonly localAccounts: LocalAccountsConfig;
  readonly sso: SsoConfig;
}

/**
 * The settings of a kind of identity provider.
 * @typeParam Own the configuration that the kind’s own folder reads
 */
export interface ProviderSettings<Own extends ProviderConfig = ProviderConfig> {
  readonly kind: string;
  /** The names that people call the providers which the kind always has, by ID, also while they are off. */
  readonly names: Readonly<Record<string, string>>;
  /** The documented settings; each group becomes a table. */
  readonly groups: readonly SettingGroup[];
  /** Settings that aren’t documented by name, since an ID is part of their names. */
  readonly settingsIn?: (textOf: TextOf) => readonly AnySetting[];
  /** Variables that other programs set and that are read here too; they need no prefix. */
  readonly othersNames?: readonly string[];
  readonly foreignNames?: ForeignTables;
  /** Values that the code of a host app gives, by the names of variables. A variable that is set replaces its value. */
  readonly given?: Environment;
  /** The settings that turn the kind’s providers on. */
  switches(settings: SettingsReader): readonly Setting<boolean>[];
  /**
   * Reads the kind’s providers that are on. Every value that is set is checked; a missing value is a problem only if
   * `isOn` is true and the provider’s own switch is on.
   */
  read(settings: SettingsReader, isOn: boolean): readonly Own[];
  /**
   * The reason that people of a directory (tenant) can’t sign in with these settings; undefined if they can, or if
   * nothing is known.
   */
  keepsOut?(config: Own, tenantId: string): string | undefined;
  /**
   * Rejects, or warns of, settings of one provider that contradict each other. It is called for providers that are on.
   */
  check?(settings: SettingsReader, config: Own, surroundings: Surroundings): void;
}
