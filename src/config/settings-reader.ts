import { type Clock, systemClock } from '../clock.js';
import { type ConfigProblem, messageOf } from './config-error.js';
import { NoText } from './decode-text.js';
import { dressProblem, hasBlanksAround, tidy } from './dress.js';
import { causeOf } from './file-cause.js';
import { boolean } from './schemas.js';
import type { Secret } from './secret.js';
import { type Files, followFiles, systemFiles } from './secret-file.js';
import { looksCommented, Refusal, secretFromFile, secretFromText } from './secret-values.js';
import {
  type AnySetting,
  exampleOf,
  fileVariable,
  type OptionalSetting,
  type SecretSetting,
  type Setting,
  variablesOf,
} from './setting.js';

/** The variables by name, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface ReaderOptions {
  /** The file system from which secrets and the logo are read. */
  readonly files?: Files;
  /** The clock that times how often files of secrets are checked for changes. */
  readonly clock?: Clock;
  /** Problems and warnings of the `.env` file. */
  readonly envFile?: EnvFileFindings;
}

export interface EnvFileFindings {
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly string[];
}

/** Reads settings one by one and collects the problems, so that all of them are reported at once. */
export class SettingsReader {
  readonly problems: ConfigProblem[];
  readonly warnings: string[];
  readonly files: Files;
  readonly #environment: Environment;
  #names: readonly string[] | undefined;
  readonly #clock: Clock;
  /** Variables that are reported already; their values aren’t checked again. */
  readonly #refused: ReadonlySet<string>;

  constructor(
    environment: Environment,
    { files = systemFiles, clock = systemClock, envFile }: ReaderOptions = {},
  ) {
    this.#environment = environment;
    this.files = files;
    this.#clock = clock;
    this.problems = [...(envFile?.problems ?? [])];
    this.warnings = [...(envFile?.warnings ?? [])];
    this.#refused = new Set(this.problems.map(({ variable }) => variable));
  }

  /** The value, or the default. A rejected value also gives the default, so that reading can go on. */
  get<T>(setting: Setting<T>): T {
    return this.find(setting) ?? setting.schema.parse(setting.default);
  }

  /** Undefined if the setting isn’t set or was rejected. */
  find<T>(setting: OptionalSetting<T>): T | undefined {
    const text = this.#value(setting, setting.name);
    if (text === undefined) return undefined;
    const result = setting.schema.safeParse(text);
    if (result.success) return result.data;
    this.reject(setting, messageOf(result.error));
    return undefined;
  }

  /** Undefined if the setting isn’t set or was rejected. */
  findSecret(setting: SecretSetting): Secret | undefined {
    const file = fileVariable(setting);
    if (this.text(setting.name) !== undefined && this.text(file) !== undefined) {
      this.reject(setting, `and ${file} are both set: keep one of them`);
      return undefined;
    }
    const path = this.#value(setting, file);
    if (path !== undefined) return this.#secretFrom(path, setting);
    const text = this.#value(setting, setting.name);
    if (text === undefined) return undefined;
    if (hasBlanksAround(this.#raw(setting.name) ?? '')) this.#warnOfBlanks(setting.name);
    return this.#unlessRefused(setting, setting.name, () => secretFromText(setting, text));
  }

  /** Follows changes of these files. Throws the errors of reading and of `parse`. */
  follow<const Paths extends readonly string[], T>(
    paths: Paths,
    parse: (contents: { readonly [File in keyof Paths]: Buffer }) => T,
  ): () => T {
    return followFiles(paths, parse, this.files, this.#clock);
  }

  get clock(): Clock {
    return this.#clock;
  }

  reject(setting: AnySetting, problem: string, example = exampleOf(setting)): void {
    this.rejectVariable({ variable: setting.name, problem, example });
  }

  /** A setting that is read twice is rejected once. */
  rejectVariable({ variable, problem, example }: ConfigProblem): void {
    if (this.problems.some((one) => one.variable === variable && one.problem === problem)) return;
    this.problems.push({ variable, problem, example });
  }

  isRejected(...settings: readonly AnySetting[]): boolean {
    const names = settings.flatMap(variablesOf);
    return this.problems.some(({ variable }) => names.includes(variable));
  }

  /** Whether the setting is given, as a variable or as a file. */
  isSet(setting: AnySetting): boolean {
    return variablesOf(setting).some((name) => this.text(name) !== undefined);
  }

  /** Whether a variable is set to `false`, or another word that says no. */
  isNo(name: string): boolean {
    return boolean.safeParse(this.text(name)).data === false;
  }

  warn(text: string): void {
    this.warnings.push(text);
  }

  /** The value of a variable without blanks and line ends around it. An empty value counts as unset. */
  text(name: string): string | undefined {
    return tidy(this.#raw(name) ?? '') || undefined;
  }

  names(): readonly string[] {
    this.#names ??= Object.keys(this.#environment).filter((name) => this.text(name) !== undefined);
    return this.#names;
  }

  #raw(name: string): string | undefined {
    return Object.hasOwn(this.#environment, name) ? this.#environment[name] : undefined;
  }

  /** The text of a variable. Undefined if the variable isn’t set, or was rejected for quotation marks or the like. */
  #value(setting: AnySetting, variable: string): string | undefined {
    const text = this.text(variable);
    if (text === undefined || this.#refused.has(variable)) return undefined;
    const isPath = variable !== setting.name;
    const problem = dressProblem(isPath ? {} : setting, variable, text);
    if (problem === undefined) return text;
    this.rejectVariable({ variable, problem, example: isPath ? fileExample(setting) : exampleOf(setting) });
    return undefined;
  }

  #secretFrom(path: string, setting: SecretSetting): Secret | undefined {
    let hadBlanks = false;
    const secret = this.#unlessRefused(setting, fileVariable(setting), () =>
      secretFromFile(setting, path, this.files, this.#clock, () => {
        hadBlanks = true;
      }),
    );
    if (hadBlanks) this.#warnOfBlanks(fileVariable(setting));
    return secret;
  }

  #warnOfBlanks(variable: string): void {
    this.warn(`${variable} has blanks around its value, which were left out`);
  }

  /** The message doesn't quote the path either, because some people set the secret itself there. */
  #unlessRefused(setting: SecretSetting, variable: string, read: () => Secret): Secret | undefined {
    try {
      const secret = read();
      if (looksCommented(setting, secret))
        this.warn(
          `${variable} holds a # behind a blank: if a comment begins there, leave it out of the value`,
        );
      return secret;
    } catch (error) {
      const example = variable === setting.name ? exampleOf(setting) : fileExample(setting);
      this.rejectVariable({ variable, problem: refusalOf(error), example });
      return undefined;
    }
  }
}

function refusalOf(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  if (error instanceof NoText) return `names a file that ${error.message}`;
  return `names a file that can’t be read: ${causeOf(error)}`;
}

function fileExample({ name }: AnySetting): string {
  return `${name}_FILE=/run/secrets/${name.toLowerCase()}`;
}
