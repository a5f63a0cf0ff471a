/** The settings that stand in an environment, for `createEntrance`. */
export class EnvironmentSettings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly prefix: string;

  constructor(environment: Readonly<Record<string, string | undefined>>, prefix: string) {
    this.environment = environment;
    this.prefix = prefix;
  }
}

export interface FromEnvironmentOptions {
  /**
   * A prefix of all names. With `ENTRANCE_`, `ENTRANCE_BASE_URL` is read in place of `BASE_URL`. `NODE_ENV` and other
   * names that programs around the app set are read without the prefix too (docs/configuration.md).
   */
  readonly prefix?: string;
}

/**
 * Takes the settings from an environment: `createEntrance({ settings: fromEnvironment(process.env) })`.
 * @throws TypeError without an environment
 */
export function fromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  { prefix = '' }: FromEnvironmentOptions = {},
): EnvironmentSettings {
  if (typeof environment !== 'object' || environment === null)
    throw new TypeError('fromEnvironment needs an environment: an object of names and texts');
  return new EnvironmentSettings(environment, prefix);
}
