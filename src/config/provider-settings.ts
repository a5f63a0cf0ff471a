import type { Config, ProviderConfig } from './config.js';
import type { ForeignTables } from './foreign-names.js';
import type { AnySetting, Setting } from './setting.js';
import type { Environment, SettingsReader } from './settings-reader.js';

export interface SettingGroup {
  readonly title: string;
  readonly settings: readonly AnySetting[];
}

/** The text of a variable that is set. */
export type TextOf = (name: string) => string | undefined;

export type Surroundings = Pick<Config, 'localAccounts' | 'sso'>;

/** @typeParam Own the configuration that the kind’s own folder reads */
export interface ProviderSettings<Own extends ProviderConfig = ProviderConfig> {
  readonly kind: string;
  /** The names that people call the providers which the kind always has, by ID, also while they are off. */
  readonly names: Readonly<Record<string, string>>;
  readonly groups: readonly SettingGroup[];
  /** Settings that aren’t documented by name, since an ID is part of their names. */
  readonly settingsIn?: (textOf: TextOf) => readonly AnySetting[];
  /** Variables that other programs set and that are read here too; they need no prefix. */
  readonly othersNames?: readonly string[];
  readonly foreignNames?: ForeignTables;
  /** Values that the code of a host app gives, by the names of variables. A variable that is set replaces its value. */
  readonly given?: Environment;
  switches(settings: SettingsReader): readonly Setting<boolean>[];
  /** Checks every value that is set; a missing one is a problem only if `isOn`, and the provider’s switch is on. */
  read(settings: SettingsReader, isOn: boolean): readonly Own[];
  /** The reason that nobody of a directory (tenant) can sign in; undefined if people can, or nothing is known. */
  keepsOut?(config: Own, tenantId: string): string | undefined;
  /** Rejects, or warns of, settings that contradict each other. Called for providers that are on. */
  check?(settings: SettingsReader, config: Own, surroundings: Surroundings): void;
}
