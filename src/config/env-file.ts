import { readFileSync } from 'node:fs';
import { parse } from 'dotenv';
import { ConfigError, type ConfigProblem } from './config-error.js';
import { decodeText, NoText } from './decode-text.js';
import { type Assignment, type EnvLine, readEnvLines, type SkippedLine } from './env-lines.js';
import { causeOf, isAbsence } from './file-cause.js';
import type { ProviderSettings } from './provider-settings.js';
import { variablesOf } from './setting.js';
import { settingsIn } from './setting-groups.js';
import type { EnvFileFindings, Environment } from './settings-reader.js';

export interface EnvFile extends EnvFileFindings {
  readonly values: Readonly<Record<string, string>>;
}

/**
 * The variables of a `.env` file as dotenv reads them, and the problems of our variables that dotenv would drop or
 * change. A variable that the environment sets isn’t checked, because the environment takes precedence.
 * @throws ConfigError for a file that can’t be read or isn’t UTF-8
 */
export function readEnvFile(
  path: string,
  environment: Environment,
  kinds: readonly ProviderSettings[],
): EnvFile {
  const text = textOf(path);
  if (text === undefined) return { values: {}, problems: [], warnings: [] };
  const values = parse(text);
  const ours = new Set(settingsIn(kinds, (name) => environment[name] ?? values[name]).flatMap(variablesOf));
  const counts = (name: string) => ours.has(name) && !Object.hasOwn(environment, name);
  const lines = readEnvLines(text, (name) => ours.has(name));
  const assignments = lines.filter((line) => isAssignment(line)).filter(({ name }) => counts(name));
  const inForce = [...new Map(assignments.map((line) => [line.name, line])).values()];
  const skipped = lines.filter((line) => !isAssignment(line)).map((line) => judgeSkipped(line, ours, counts));
  return {
    values,
    problems: [
      ...inForce.flatMap((line) => assignmentProblem(line, values[line.name])),
      ...swallowed(lines, counts),
      ...skipped.flatMap(({ problem }) => problem ?? []),
    ],
    warnings: [
      ...inForce.flatMap((line) => assignmentWarnings(line, assignments)),
      ...skipped.flatMap(({ warning }) => warning ?? []),
    ],
  };
}

/** Undefined if there is neither a file nor a link: a `.env` file is optional. */
function textOf(path: string): string | undefined {
  try {
    return decodeText(readFileSync(path));
  } catch (error) {
    if (isAbsence(error)) return undefined;
    const problem = error instanceof NoText ? error.message : `can’t be read: ${causeOf(error)}`;
    const example = 'a text file in UTF-8 that this user may read, or no such file at all';
    throw new ConfigError([{ variable: 'The .env file', problem, example }]);
  }
}

function isAssignment(line: EnvLine): line is Assignment {
  return line.kind === 'assignment';
}

/** dotenv decides the value. If the text could also be read as another value, it is refused. */
function assignmentProblem(
  { name, line, problem, value }: Assignment,
  parsed: string | undefined,
): readonly ConfigProblem[] {
  const difference =
    value === parsed ? undefined : 'can be read in more than one way: write the value in single quotes';
  const found = problem ?? difference;
  if (found === undefined) return [];
  return [{ variable: name, problem: `in line ${line} of .env ${found}`, example: `${name}='…'` }];
}

/** Other programs’ variables whose values would swallow settings of ours. */
function swallowed(lines: readonly EnvLine[], counts: (name: string) => boolean): readonly ConfigProblem[] {
  return lines
    .filter((line) => isAssignment(line))
    .filter(({ name, swallows }) => swallows === true && !counts(name))
    .flatMap((line) => assignmentProblem(line, undefined));
}

function assignmentWarnings(
  { name, oddly, problem }: Assignment,
  all: readonly Assignment[],
): readonly string[] {
  const numbers = all.filter((other) => other.name === name).map(({ line }) => line);
  return [
    ...(numbers.length > 1
      ? [`${name} is set more than once in .env, in the lines ${numbers.join(', ')}: the last one counts`]
      : []),
    ...(oddly && problem === undefined
      ? [`${name} is set apart from its value in an unusual way in .env: other programs expect ${name}=value`]
      : []),
  ];
}

/** The message doesn't quote the line, which may be a piece of a secret. */
function judgeSkipped(
  { line, text }: SkippedLine,
  ours: ReadonlySet<string>,
  counts: (name: string) => boolean,
): { readonly problem?: ConfigProblem; readonly warning?: string } {
  const name = text.match(/\w+/g)?.find((word) => ours.has(word));
  if (name === undefined)
    return { warning: `Line ${line} of .env is no assignment, NAME=value, and has no effect` };
  if (!counts(name)) return {};
  return {
    problem: {
      variable: name,
      problem: `stands in line ${line} of .env, which is no assignment and has no effect`,
      example: `${name}='…'`,
    },
  };
}
