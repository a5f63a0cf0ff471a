export interface ConfigProblem {
  readonly variable: string;
  /** The problem, as the end of a sentence that begins with the variable's name; it never quotes a secret. */
  readonly problem: string;
  /** A correct example: `NAME=value`, or words if people would only copy a value. */
  readonly example: string;
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  // Node.js prints the members of an error that nobody caught: these would repeat the message.
  readonly #problems: readonly ConfigProblem[];
  readonly #warnings: readonly string[];

  /**
   * `warnings` are reported too, because a misspelt name is often the reason that another one is missing.
   * @param hint the last line of the report, about all problems
   */
  constructor(problems: readonly ConfigProblem[], warnings: readonly string[] = [], hint?: string) {
    super([reportOf(problems, warnings), ...(hint === undefined ? [] : [`  ${hint}`])].join('\n\n'));
    this.#problems = Object.freeze([...problems]);
    this.#warnings = Object.freeze([...warnings]);
  }

  get problems(): readonly ConfigProblem[] {
    return this.#problems;
  }

  get warnings(): readonly string[] {
    return this.#warnings;
  }

  /** The report for the operator: each variable with its problem and a correct example. */
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

export function messageOf(error: { readonly issues: readonly { readonly message: string }[] }): string {
  return [...new Set(error.issues.map(({ message }) => message))].join('; ');
}
