import { createNearest } from '../identity/nearest.js';
import { type Command, parseLine, type Surroundings, UsageError } from './command.js';
import { commandHelpText, groupHelpText, helpText } from './help.js';

/** A word with more slips than this isn’t suggested in place of another. */
const LARGEST_SLIP = 2;

export interface CommandLine {
  readonly commands: readonly Command[];
  /** The names of our settings, which some people try as options. */
  readonly settings: () => Promise<readonly string[]>;
  readonly version: string;
}

export type Asked = { readonly text: string } | { run(around: Surroundings): Promise<number> };

/** @throws UsageError that names the mistake, and the nearest command or option */
export async function readCommandLine(args: readonly string[], line: CommandLine): Promise<Asked> {
  const [first] = args;
  if (first === '--version' || first === '-v' || first === '-V' || first === 'version')
    return { text: `${line.version}\n` };
  if (first === 'help') return { text: helpFor(withoutOptions(args.slice(1)), line.commands) };
  if (first === undefined || first === '--help' || first === '-h')
    return { text: helpFor(withoutOptions(args.slice(1)), line.commands) };

  const command = line.commands.find(({ name }) => startsWith(args, name));
  if (command === undefined) return groupOrUnknown(args, line.commands);
  const rest = args.slice(wordsOf(command.name).length);
  const settings = rest.some((arg) => isUnknownOption(arg, command)) ? await line.settings() : [];
  const parsed = parseLine(command, rest, (option) => explainOption(option, command, settings));
  return parsed === undefined
    ? { text: commandHelpText(command) }
    : { run: (around) => command.run(parsed, around) };
}

function helpFor(words: readonly string[], commands: readonly Command[]): string {
  if (words.length === 0) return helpText(commands);
  const command = commands.find(({ name }) => startsWith(words, name));
  if (command !== undefined) return commandHelpText(command);
  const group = groupOf(words[0], commands);
  if (group.length === 0) throw unknownCommand(words, commands);
  return groupHelpText(words[0] ?? '', group);
}

/** `entrance token` is half a command: with `--help` it prints its help, and without it is a mistake. */
function groupOrUnknown(args: readonly string[], commands: readonly Command[]): Asked {
  const words = withoutOptions(args);
  const group = groupOf(words[0], commands);
  const asksForHelp = args.some((arg) => arg === '--help' || arg === '-h');
  if (group.length > 0 && asksForHelp) return { text: groupHelpText(words[0] ?? '', group) };
  if (group.length > 0 && words.length === 1) {
    const choices = group.map(({ name }) => `“entrance ${name}”`).join(', ');
    throw new UsageError(`“entrance ${words[0]}” is half a command. There is ${choices}.`, words[0]);
  }
  throw unknownCommand(args, commands);
}

function unknownCommand(args: readonly string[], commands: readonly Command[]): UsageError {
  const words = withoutOptions(args);
  const [first = ''] = words;
  const names = commands.map(({ name }) => name);
  const groups = [...new Set(names.map((name) => wordsOf(name)[0] ?? ''))];
  const nearest = nearestOf(names, words.slice(0, 2).join(' ')) ?? nearestOf(groups, first);
  const typed = words.length === 0 ? args.join(' ') : words.slice(0, 2).join(' ');
  return new UsageError(
    `Unknown command: ${typed}${nearest === undefined ? '' : `. Did you mean “entrance ${nearest}”?`}`,
    groups.includes(first) ? first : undefined,
  );
}

function isUnknownOption(arg: string, { options }: Command): boolean {
  const [, name] = /^--([^=]+)/.exec(arg) ?? [];
  return name !== undefined && name !== 'help' && !Object.hasOwn(options, name);
}

/** The end of the sentence “… has no option --colour”. */
function explainOption(option: string, { options }: Command, settings: readonly string[]): string {
  const name = option.replace(/^-+/, '');
  const setting = name.replaceAll('-', '_').toUpperCase();
  if (settings.includes(setting))
    return `: ${setting} is a setting, and comes from the environment or from .env`;
  const nearest = nearestOf([...Object.keys(options), 'help'], name);
  return nearest === undefined ? '' : `. Did you mean --${nearest}?`;
}

function groupOf(word: string | undefined, commands: readonly Command[]): readonly Command[] {
  return commands.filter(({ name }) => wordsOf(name).length > 1 && wordsOf(name)[0] === word);
}

function startsWith(args: readonly string[], name: string): boolean {
  return wordsOf(name).every((word, index) => args[index] === word);
}

function wordsOf(name: string): readonly string[] {
  return name.split(' ');
}

function withoutOptions(args: readonly string[]): readonly string[] {
  return args.filter((arg) => !arg.startsWith('-'));
}

function nearestOf(candidates: readonly string[], text: string): string | undefined {
  return createNearest(candidates, () => LARGEST_SLIP)(text);
}
