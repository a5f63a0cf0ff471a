import * as z from 'zod';
import { type Clock, systemClock } from '../clock.js';
import type { ConfigProblem } from './config-error.js';
import { splitLines, splitList } from './list.js';
import { Secret } from './secret.js';
import { type Files, followFiles, secretFromFile, systemFiles } from './secret-file.js';
import {
  type AnySetting,
  exampleOf,
  fileVariable,
  isSecret,
  type OptionalSetting,
  type SecretSetting,
  type Setting,
} from './setting.js';

/** The variables by name, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface ReaderOptions {
  readonly files?: Files;
  /** By which files of secrets are looked at again. */
  readonly clock?: Clock;
}

/** Why a file’s content can’t be taken; without the content. */
class Refusal extends Error {}

/** Reads settings one by one and collects what is wrong, so that everything can be said at once. */
export class SettingsReader {
  readonly problems: ConfigProblem[] = [];
  readonly warnings: string[] = [];
  readonly files: Files;
  readonly #environment: Environment;
  readonly #clock: Clock;

  constructor(environment: Environment, { files = systemFiles, clock = systemClock }: ReaderOptions = {}) {
    this.#environment = environment;
    this.files = files;
    this.#clock = clock;
  }

  /** The value, or the default; the default too where the value was rejected, so that reading can go on. */
  get<T>(setting: Setting<T>): T {
    return this.find(setting) ?? setting.schema.parse(setting.default);
  }

  /** Undefined where it isn’t set, and where it was rejected. */
  find<T>(setting: OptionalSetting<T>): T | undefined {
    const text = this.text(setting.name)?.trim();
    if (text === undefined) return undefined;
    const result = setting.schema.safeParse(text);
    if (result.success) return result.data;
    this.reject(setting, messageOf(result.error));
    return undefined;
  }

  /** Undefined where it isn’t set, and where it was rejected. */
  findSecret(setting: SecretSetting): Secret | undefined {
    const text = this.text(setting.name);
    const path = this.text(fileVariable(setting));
    if (text !== undefined && path !== undefined) {
      this.reject(setting, `and ${fileVariable(setting)} are both set: keep one of them`);
      return undefined;
    }
    if (path !== undefined) return this.#secretFrom(path.trim(), setting);
    if (text === undefined) return undefined;
    return this.#unlessRefused(setting, setting.name, () =>
      Secret.of(...parseSecret(setting, splitValue(setting, text))),
    );
  }

  /** What `parse` makes of these files, and of them again when they change. Throws what reading and `parse` throw. */
  follow<const Paths extends readonly string[], T>(
    paths: Paths,
    parse: (contents: { readonly [File in keyof Paths]: Buffer }) => T,
  ): () => T {
    return followFiles(paths, parse, this.files, this.#clock);
  }

  /** The time by which files are looked at again. */
  get clock(): Clock {
    return this.#clock;
  }

  /** Records a problem of this setting. */
  reject(setting: AnySetting, problem: string, example = exampleOf(setting)): void {
    this.rejectVariable({ variable: setting.name, problem, example });
  }

  rejectVariable(problem: ConfigProblem): void {
    this.problems.push(problem);
  }

  isRejected(...settings: readonly AnySetting[]): boolean {
    const names = settings.flatMap((setting) =>
      isSecret(setting) ? [setting.name, fileVariable(setting)] : [setting.name],
    );
    return this.problems.some(({ variable }) => names.includes(variable));
  }

  /** Whether it is given, as a variable or as a file. */
  isSet(setting: AnySetting): boolean {
    return (
      this.text(setting.name) !== undefined ||
      (isSecret(setting) && this.text(fileVariable(setting)) !== undefined)
    );
  }

  warn(text: string): void {
    this.warnings.push(text);
  }

  /** A variable as it was given; empty counts as unset. */
  text(name: string): string | undefined {
    const text = Object.hasOwn(this.#environment, name) ? this.#environment[name] : undefined;
    return text?.trim() === '' ? undefined : text;
  }

  /** Names of all variables that are set. */
  names(): readonly string[] {
    return Object.keys(this.#environment).filter((name) => this.text(name) !== undefined);
  }

  #secretFrom(path: string, setting: SecretSetting): Secret | undefined {
    const parse = (content: string) => {
      if (content.trim() === '') throw new Refusal('names an empty file');
      return parseSecret(setting, splitContent(setting, content));
    };
    return this.#unlessRefused(setting, fileVariable(setting), () =>
      secretFromFile(path, parse, this.files, this.#clock),
    );
  }

  /** The path isn’t quoted either: people put the secret itself there. */
  #unlessRefused(setting: SecretSetting, variable: string, read: () => Secret): Secret | undefined {
    try {
      return read();
    } catch (error) {
      const fromFile = variable !== setting.name;
      const problem =
        error instanceof Refusal ? error.message : `names a file that can’t be read${codeOf(error)}`;
      const example = fromFile
        ? `${variable}=/run/secrets/${setting.name.toLowerCase()}`
        : exampleOf(setting);
      this.rejectVariable({ variable, problem, example });
      return undefined;
    }
  }
}

function splitValue({ secret }: SecretSetting, text: string): readonly string[] {
  if (secret === 'single') return [text];
  const list = splitList(text.trim());
  if ('problem' in list) throw new Refusal(list.problem);
  return list.items;
}

function splitContent({ secret }: SecretSetting, content: string): readonly string[] {
  if (secret === 'single') {
    if (/[\r\n]/.test(content))
      throw new Refusal('names a file of several lines: it must hold the value alone');
    return [content];
  }
  const list = splitLines(content);
  if ('problem' in list) throw new Refusal(`names a file that ${list.problem}`);
  return list.items;
}

function parseSecret(setting: SecretSetting, values: readonly string[]): readonly string[] {
  const result = z.array(setting.schema).min(1, 'holds no value').safeParse(values);
  if (!result.success) throw new Refusal(messageOf(result.error));
  return Object.freeze([...new Set(result.data)]);
}

function messageOf(error: z.ZodError): string {
  return [...new Set(error.issues.map(({ message }) => message))].join('; ');
}

/** The system’s own code, such as ` (ENOENT)`. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
}
