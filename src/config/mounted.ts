import { ConfigError } from './config-error.js';
import type { ProviderSettings } from './provider-settings.js';
import { serverSettings } from './server.js';
import { type AnySetting, variablesOf } from './setting.js';
import { othersNames, settingsIn } from './setting-groups.js';
import type { Environment } from './settings-reader.js';

const PREFIX = /^(?:[A-Za-z][A-Za-z0-9_]*_)?$/;

/** The settings of an app that Entrance is mounted in, whose environment has names and values of its own. */
export interface MountedSettings {
  /** The settings that a mounted Entrance uses, by our names. */
  readonly environment: Environment;
  /** Variables under the prefix that have no effect, for the operator. */
  readonly warnings: readonly string[];
  /** Puts the names as they were given into a text that has ours. */
  named(text: string): string;
  /** The same for an error. */
  namedIn(error: ConfigError): ConfigError;
}

/**
 * Leaves out the standalone server's settings, so that no value of the app's own can stop the app, and with a prefix
 * every name without it.
 * @throws TypeError for a prefix that doesn't end in `_`
 */
export function readMounted(
  environment: Environment,
  prefix: string,
  kinds: readonly ProviderSettings[],
): MountedSettings {
  if (typeof prefix !== 'string' || !PREFIX.test(prefix))
    throw new TypeError('the prefix of createEntrance has letters, digits and _, and ends in _: ENTRANCE_');
  const given = namesUnder(environment, prefix);
  const all = settingsIn(kinds, (name) => given.get(name)?.trim());
  const unused = variables(all, (setting) => setting.serverOnly === true);
  const own = variables(all, (setting) => setting.serverOnly !== true);
  const kept = [...given].filter(([name, value]) => !unused.includes(name) || isUsablePort(name, value));
  // Names that are not ours: a prefixed one comes first, and without it the plain one holds.
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
  'If one of these variables is your app’s own, give ours a prefix: createEntrance({ settings, prefix: "ENTRANCE_" }) reads ENTRANCE_BASE_URL in place of BASE_URL, and so on.';

/** The variables under the prefix, by their names without it. */
function namesUnder(environment: Environment, prefix: string): ReadonlyMap<string, string | undefined> {
  const entries = Object.entries(environment).filter(
    ([name, value]) => name.startsWith(prefix) && value !== undefined,
  );
  return new Map(entries.map(([name, value]) => [name.slice(prefix.length), value]));
}

/** The default of `BASE_URL` takes the app's port, if it is one and not a pipe or a socket. */
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
