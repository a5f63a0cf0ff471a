import { ConfigError } from './config-error.js';
import type { ProviderSettings } from './provider-settings.js';
import { serverSettings } from './server.js';
import { type AnySetting, variablesOf } from './setting.js';
import { othersNames, settingsIn } from './setting-groups.js';
import type { Environment } from './settings-reader.js';

const PREFIX = /^(?:[A-Za-z][A-Za-z0-9_]*_)?$/;

/** The settings of an app that Entrance is mounted in. The environment of the app has names and values of its own. */
export interface MountedSettings {
  /** The settings that a mounted Entrance uses, by our names without the prefix. */
  readonly environment: Environment;
  /** Warnings for the operator about variables with the prefix that have no effect. */
  readonly warnings: readonly string[];
  /** Replaces our names in a text by the names with the prefix, as the operator has set them. */
  named(text: string): string;
  /** The same for an error. */
  namedIn(error: ConfigError): ConfigError;
}

/**
 * Selects the variables that a mounted Entrance reads. It leaves out the standalone server's settings, so that no value
 * of the app's own can stop the app. If there is a prefix, it leaves out every name without the prefix.
 * @throws TypeError for a prefix that doesn't end in `_`
 */
export function readMounted(
  environment: Environment,
  prefix: string,
  kinds: readonly ProviderSettings[],
): MountedSettings {
  if (typeof prefix !== 'string' || !PREFIX.test(prefix))
    throw new TypeError('a prefix has letters, digits and _, and ends in _: ENTRANCE_');
  const given = namesUnder(environment, prefix);
  const all = settingsIn(kinds, (name) => given.get(name)?.trim());
  const unused = variables(all, (setting) => setting.serverOnly === true);
  const own = variables(all, (setting) => setting.serverOnly !== true);
  const kept = [...given].filter(([name, value]) => !unused.includes(name) || isUsablePort(name, value));
  // These names belong to others: the name with the prefix comes first, and without one the plain name counts.
  const notOurs = [serverSettings.nodeEnv.name, ...othersNames(kinds)];
  const shared = notOurs.filter((name) => !given.has(name)).map((name) => [name, environment[name]]);
  const renamed = new Set([...own, ...given.keys()].filter((name) => !unused.includes(name)));
  for (const [name = ''] of shared) renamed.delete(name);
  const named = (text: string) =>
    text.replaceAll(/(?<!\w)[A-Za-z]\w*/g, (word) => (renamed.has(word) ? prefix + word : word));

  return {
    environment: Object.fromEntries([...kept, ...shared]),
    warnings: prefix === '' ? [] : unused.filter((name) => given.has(name)).map(noEffect),
    named,
    namedIn: ({ problems, warnings }) =>
      new ConfigError(
        problems.map(({ variable, problem, example }) => ({
          variable: named(variable),
          problem: named(problem),
          example: named(example),
        })),
        warnings.map(named),
        prefix === '' ? HINT : undefined,
      ),
  };

  function noEffect(name: string): string {
    return `${prefix}${name} has no effect: the app that Entrance is mounted in listens and logs by itself`;
  }
}

const HINT =
  'If one of these variables is your app’s own, give ours a prefix: fromEnvironment(environment, { prefix: "ENTRANCE_" }) reads ENTRANCE_BASE_URL in place of BASE_URL, and so on.';

/** The variables that begin with the prefix, by their names without the prefix. */
function namesUnder(environment: Environment, prefix: string): ReadonlyMap<string, string | undefined> {
  const entries = Object.entries(environment).filter(
    ([name, value]) => name.startsWith(prefix) && value !== undefined,
  );
  return new Map(entries.map(([name, value]) => [name.slice(prefix.length), value]));
}

/** The default of `BASE_URL` takes the app's `PORT`, unless `PORT` names a pipe or a socket. */
function isUsablePort(name: string, value: string | undefined): boolean {
  const { port } = serverSettings;
  return name === port.name && port.schema.safeParse(value?.trim()).success && Number(value) !== 0;
}

function variables(
  all: readonly AnySetting[],
  isWanted: (setting: AnySetting) => boolean,
): readonly string[] {
  return all.filter(isWanted).flatMap(variablesOf);
}
