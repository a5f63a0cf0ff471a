import type { Settings } from '../host/settings.js';
import { ConfigError, type ConfigProblem } from './config-error.js';
import type { Environment } from './settings-reader.js';

/** @throws ConfigError that names every value that no text can stand for */
export function environmentOf(settings: Settings): Environment {
  const environment: Record<string, string | undefined> = {};
  const problems: ConfigProblem[] = [];
  for (const [name, value] of Object.entries<unknown>({ ...settings })) {
    if (value === undefined || value === null) continue;
    if (typeof value === 'string') environment[name] = value;
    else if (typeof value === 'number' || typeof value === 'boolean') environment[name] = String(value);
    else if (typeof value === 'object') environment[name] = JSON.stringify(value);
    else problems.push(unwritable(name, value));
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return environment;
}

function unwritable(variable: string, value: unknown): ConfigProblem {
  return {
    variable,
    problem: `is a ${typeof value} here; it must be a text, a number, true or false, a list or a mapping`,
    example: `${variable}: 'a text'`,
  };
}
