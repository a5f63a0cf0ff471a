import { parseArgs } from 'node:util';

export interface CommandOption {
  readonly short?: string;
  /** The name of the value in the help, such as `NAME`. An option without this name is a switch. */
  readonly value?: string;
  readonly isRequired?: boolean;
  readonly help: string;
}

export type CommandOptions = Readonly<Record<string, CommandOption>>;

type Given<Options extends CommandOptions> = {
  readonly [Name in keyof Options]: Options[Name] extends { readonly value: string }
    ? string | undefined
    : boolean;
};

/** A command reads this environment and folder, and prints to these streams. Except in tests they are the process’s. */
export interface Surroundings {
  /** A `.env` file is read here. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream;
}

export interface Command {
  /** One or two words: `serve`, `token create`. */
  readonly name: string;
  readonly summary: string;
  /** The command's only argument: its name in the help, such as `EMAIL`, and its meaning. */
  readonly argument?: { readonly name: string; readonly what: string };
  readonly options: CommandOptions;
  /** A paragraph of the command's own help. */
  readonly details?: string;
  run(line: ParsedLine, around: Surroundings): Promise<number>;
}

interface ParsedLine {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly argument: string;
}

export class UsageError extends Error {
  override readonly name = 'UsageError';
  constructor(
    message: string,
    /** The command whose help the message points to; without it, the message points to the whole help. */
    readonly command?: string,
  ) {
    super(message);
  }
}

export function defineCommand<const Options extends CommandOptions>(
  description: Omit<Command, 'options' | 'run'> & {
    readonly options: Options;
    run(given: Given<Options>, around: Surroundings, argument: string): Promise<number>;
  },
): Command {
  return {
    ...description,
    // `parseLine` gives each option the type that its description has.
    run: ({ values, argument }, around) => description.run(values as Given<Options>, around, argument),
  };
}

export const HELP_OPTION = { short: 'h', help: 'print this' } as const satisfies CommandOption;

/** Undefined if the command's help is asked for. @throws UsageError that names the mistake */
export function parseLine(
  command: Command,
  args: readonly string[],
  explainUnknown: (option: string) => string,
): ParsedLine | undefined {
  const options: CommandOptions = { ...command.options, help: HELP_OPTION };
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    options: Object.fromEntries(
      Object.entries(options).map(([name, { short, value }]) => [
        name,
        {
          type: value === undefined ? 'boolean' : 'string',
          ...(short === undefined ? {} : { short }),
        } as const,
      ]),
    ),
  });
  const refuse = (problem: string): never => {
    throw new UsageError(problem, command.name);
  };
  const values: Record<string, string | boolean> = Object.fromEntries(
    Object.entries(options).flatMap(([name, { value }]) => (value === undefined ? [[name, false]] : [])),
  );
  const operands: string[] = [];
  if (tokens.some((token) => token.kind === 'option' && token.name === 'help')) return undefined;
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined)
      refuse(`“entrance ${command.name}” has no option ${token.rawName}${explainUnknown(token.rawName)}`);
    else values[token.name] = readValue(token, option, refuse);
  }
  for (const [name, { isRequired, value, help }] of Object.entries(options))
    if (isRequired && values[name] === undefined) refuse(`--${name} ${value} is missing: ${help}`);
  return { values, argument: theOneOf(operands, command, refuse) };
}

type Refuse = (problem: string) => never;

function readValue(
  {
    value,
    rawName,
    inlineValue,
  }: {
    readonly value: string | undefined;
    readonly rawName: string;
    readonly inlineValue: boolean | undefined;
  },
  option: CommandOption,
  refuse: Refuse,
): string | boolean {
  if (option.value === undefined) return value === undefined || refuse(`${rawName} takes no value`);
  if (value === undefined || (value.startsWith('-') && !inlineValue))
    return refuse(`${rawName} needs a value: ${rawName} ${option.value}`);
  return value;
}

function theOneOf(operands: readonly string[], { name, argument }: Command, refuse: Refuse): string {
  const [first = ''] = operands;
  const most = argument === undefined ? 0 : 1;
  if (operands.length < most) return refuse(`Give one ${argument?.what}: entrance ${name} ${argument?.name}`);
  if (operands.length > most)
    return refuse(
      `“entrance ${name}” takes ${most === 0 ? 'no argument' : `one ${argument?.what}`}, not “${operands.join(' ')}”`,
    );
  return first;
}
