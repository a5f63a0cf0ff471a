import type * as z from 'zod';

/** One thing that is wrong with the configuration. */
export interface ConfigProblem {
  readonly variable: string;
  /** What is wrong, to be read behind the variable's name; never a secret's value. */
  readonly problem: string;
  /** What would be right: `NAME=value`, or words where a value would only be copied. */
  readonly example: string;
}

/** Every problem of a configuration at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly string[];

  /**
   * `warnings` are reported too: a misspelt name is often why another is missing.
   * @param hint a last line, about all of them
   */
  constructor(problems: readonly ConfigProblem[], warnings: readonly string[] = [], hint?: string) {
    super([reportOf(problems, warnings), ...(hint === undefined ? [] : [`  ${hint}`])].join('\n\n'));
    this.problems = Object.freeze([...problems]);
    this.warnings = Object.freeze([...warnings]);
  }

  /** The text for the operator: each variable, what is wrong and what would be right. */
  report(): string {
    return this.message;
  }

  override toString(): string {
    return this.message;
  }
}

function reportOf(problems: readonly ConfigProblem[], warnings: readonly string[]): string {
  const heading =
    problems.length === 1
      ? 'The configuration has a problem:'
      : `The configuration has ${problems.length} problems:`;
  const entries = problems.map(
    ({ variable, problem, example }) => `  ${variable} ${problem}.\n    For example: ${example}`,
  );
  const asides = warnings.map((warning) => `  Also: ${warning}.`);
  return [heading, ...entries, ...asides].join('\n\n');
}

/** The messages of a schema about a value, each once. */
export function messageOf(error: z.ZodError): string {
  return [...new Set(error.issues.map(({ message }) => message))].join('; ');
}
