import type * as z from 'zod';

interface Described {
  readonly name: string;
  /** One or two sentences for docs/configuration.md and .env.example. */
  readonly meaning: string;
  readonly example: string;
  readonly defaultInWords?: string;
  /** Blanks, quotation marks and # may be part of the value; elsewhere they are remainders of a file or web page. */
  readonly anyText?: boolean;
  /** Only the standalone server uses the setting: a host app has its own way. */
  readonly serverOnly?: true;
}

/** A setting that always has a value. */
export interface Setting<T> extends Described {
  /** The default as a text, which the schema parses as if it had been set. */
  readonly default: string;
  readonly schema: z.ZodType<T, string>;
}

/** A setting that may be left out. */
export interface OptionalSetting<T> extends Described {
  readonly schema: z.ZodType<T, string>;
}

/** A secret, which is given as a variable or as a file. The variable that names the file ends in `_FILE`. */
export interface SecretSetting extends Described {
  /** `list`: during a rotation the secret has several values, the current one first. */
  readonly secret: 'single' | 'list';
  /** The schema of one value. Its messages never quote the value. */
  readonly schema: z.ZodType<string, string>;
  /** The example is advice instead of a value, because people would use a secret that stands in the documentation. */
  readonly exampleInWords?: boolean;
  /** The parts of a value that are secret; without this function the whole value is secret. */
  readonly secretsIn?: (value: string) => readonly string[];
  /** The fewest bits that a value may have, as `varietyOf` estimates them. */
  readonly leastVariety?: number;
}

export type AnySetting = Setting<unknown> | OptionalSetting<unknown> | SecretSetting;

export function isSecret(setting: AnySetting): setting is SecretSetting {
  return 'secret' in setting;
}

export function fileVariable(setting: SecretSetting): string {
  return `${setting.name}_FILE`;
}

/** The example as documentation shows it: `NAME=value`, or words. */
export function exampleOf(setting: AnySetting): string {
  return isSecret(setting) && setting.exampleInWords ? setting.example : `${setting.name}=${setting.example}`;
}

export function variablesOf(setting: AnySetting): readonly string[] {
  return isSecret(setting) ? [setting.name, fileVariable(setting)] : [setting.name];
}
