import type * as z from 'zod';

interface Described {
  /** The environment variable. */
  readonly name: string;
  /** One or two sentences for docs/configuration.md and .env.example. */
  readonly meaning: string;
  /** A value that is right. */
  readonly example: string;
  /** What holds without a value, where that isn’t simply a value. */
  readonly defaultInWords?: string;
  /** Blanks, quotation marks and # may be part of the value. In other settings they are left over from a file or a web page. */
  readonly anyText?: boolean;
  /** Only the standalone server uses the setting: a host app does that part by itself. */
  readonly serverOnly?: true;
}

/** A setting that always has a value. */
export interface Setting<T> extends Described {
  /** Read through the schema, as if it had been set. */
  readonly default: string;
  readonly schema: z.ZodType<T, string>;
}

/** A setting that may be left out. */
export interface OptionalSetting<T> extends Described {
  readonly schema: z.ZodType<T, string>;
}

/** A secret: given as a variable or, by a variable whose name ends in `_FILE`, as a file. */
export interface SecretSetting extends Described {
  /** `list`: while it is being rotated there are several values, the current one first. */
  readonly secret: 'single' | 'list';
  /** Of one value. Its messages never quote the value. */
  readonly schema: z.ZodType<string, string>;
  /** The example is advice and not a value: a secret that stands in the documentation would be used. */
  readonly exampleInWords?: boolean;
  /** The parts of a value that are the secret; the whole value without it. */
  readonly secretsIn?: (value: string) => readonly string[];
  /** The fewest bits of a value, as `varietyOf` estimates them. */
  readonly leastVariety?: number;
}

export type AnySetting = Setting<unknown> | OptionalSetting<unknown> | SecretSetting;

export function isSecret(setting: AnySetting): setting is SecretSetting {
  return 'secret' in setting;
}

/** The variable that names a secret’s file. */
export function fileVariable(setting: SecretSetting): string {
  return `${setting.name}_FILE`;
}

/** How the example is written down. */
export function exampleOf(setting: AnySetting): string {
  return isSecret(setting) && setting.exampleInWords ? setting.example : `${setting.name}=${setting.example}`;
}

/** Every variable that gives a setting. */
export function variablesOf(setting: AnySetting): readonly string[] {
  return isSecret(setting) ? [setting.name, fileVariable(setting)] : [setting.name];
}
