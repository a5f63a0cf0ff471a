import { type Command, type CommandOptions, HELP_OPTION } from './command.js';

const LINE_WIDTH = 100;
const COLUMN_GAP = 2;

const INTRODUCTION = `Usage: entrance COMMAND [OPTIONS]`;

const CLOSING = `“entrance COMMAND --help” says what a command takes.

The configuration comes from environment variables and from a .env file in the working directory:
see docs/configuration.md. Exit codes: 0 done, 1 failed, or a check did, 64 usage, 78 configuration.`;

const OWN_OPTIONS: CommandOptions = {
  help: HELP_OPTION,
  version: { short: 'v', help: 'print the version' },
};

export function helpText(commands: readonly Command[]): string {
  return page([
    INTRODUCTION,
    `Commands\n${commandRows(commands)}`,
    `Options\n${optionRows(OWN_OPTIONS)}`,
    CLOSING,
  ]);
}

/** `entrance token`, `entrance help token`: the help of all commands that begin with this word. */
export function groupHelpText(word: string, commands: readonly Command[]): string {
  return page([
    `Usage: entrance ${word} COMMAND [OPTIONS]`,
    `Commands\n${commandRows(commands)}`,
    `“entrance ${word} COMMAND --help” says what a command takes.`,
  ]);
}

export function commandHelpText(command: Command): string {
  const options = { ...command.options, help: HELP_OPTION };
  return page([
    wrapped(`Usage: ${usageOf(command)}`, '       '),
    wrapped(sentence(command.summary), ''),
    `Options\n${optionRows(options)}`,
    ...(command.details === undefined ? [] : [wrapped(command.details, '')]),
  ]);
}

function usageOf({ name, argument, options }: Command): string {
  const parts = Object.entries(options).map(([option, { value, isRequired }]) => {
    const text = value === undefined ? `--${option}` : `--${option} ${value}`;
    return isRequired ? text : `[${text}]`;
  });
  return ['entrance', name, ...(argument === undefined ? [] : [argument.name]), ...parts].join(' ');
}

function commandRows(commands: readonly Command[]): string {
  return rows(
    commands.map(({ name, argument, summary }) => [
      argument === undefined ? name : `${name} ${argument.name}`,
      summary,
    ]),
  );
}

function optionRows(options: CommandOptions): string {
  return rows(
    Object.entries(options).map(([name, { short, value, help }]) => {
      const long = value === undefined ? `--${name}` : `--${name} ${value}`;
      return [`${short === undefined ? '    ' : `-${short}, `}${long}`, help];
    }),
  );
}

function rows(entries: ReadonlyArray<readonly [string, string]>): string {
  const width = Math.max(...entries.map(([name]) => name.length)) + COLUMN_GAP;
  const indent = ' '.repeat(COLUMN_GAP + width);
  return entries
    .map(([name, text]) => wrapped(`${' '.repeat(COLUMN_GAP)}${name.padEnd(width)}${text}`, indent))
    .join('\n');
}

/** Breaks lines between words, and keeps paragraphs apart. */
function wrapped(text: string, indent: string): string {
  return text
    .split('\n')
    .map((paragraph) => {
      const lines = [''];
      for (const word of paragraph.split(/(?<=\S) /)) {
        const line = lines.at(-1) ?? '';
        const longer = line === '' ? word : `${line} ${word}`;
        if (longer.length > LINE_WIDTH && line.trim() !== '') lines.push(indent + word);
        else lines[lines.length - 1] = longer;
      }
      return lines.join('\n');
    })
    .join('\n');
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}

function page(sections: readonly string[]): string {
  return `${sections.join('\n\n')}\n`;
}
