/** An assignment in a `.env` file, with its problem if dotenv would drop or change a part of it. */
export interface Assignment {
  readonly kind: 'assignment';
  readonly line: number;
  readonly name: string;
  /** Undefined if the text can be read in two ways. */
  readonly value: string | undefined;
  /** The end of a sentence about the variable. */
  readonly problem?: string;
  /** Whether the separator of name and value is something else than a plain `=`. */
  readonly oddly?: boolean;
  /** Whether the value swallows assignments of ours. */
  readonly swallows?: boolean;
}

export interface SkippedLine {
  readonly kind: 'skipped';
  readonly line: number;
  readonly text: string;
}

export type EnvLine = Assignment | SkippedLine;

const ASSIGNMENT = /^\s*(?:export\s+)?(?<name>[\w.-]+)(?<between>\s*=|:(?=\s))(?<rest>.*)$/;
const IN_SINGLE_QUOTES = 'write the value in single quotes';

/** @param isOurs tells whether a name is one of ours, whose assignment no value may swallow */
export function readEnvLines(text: string, isOurs: (name: string) => boolean): readonly EnvLine[] {
  const lines = text.replaceAll(/\r\n?/g, '\n').split('\n');
  const read: EnvLine[] = [];
  for (let index = 0; index < lines.length; ) {
    const line = lines[index] ?? '';
    const { name, between = '', rest = '' } = ASSIGNMENT.exec(line)?.groups ?? {};
    const place = { line: index + 1 };
    if (name === undefined) {
      if (!/^\s*(?:#|$)/.test(line)) read.push({ kind: 'skipped', ...place, text: line });
      index += 1;
      continue;
    }
    const { span, ...value } = readValue([rest, ...lines.slice(index + 1)], isOurs);
    read.push({ kind: 'assignment', ...place, name, oddly: between !== '=', ...value });
    index += span;
  }
  return read;
}

interface Value extends Pick<Assignment, 'value' | 'problem' | 'swallows'> {
  readonly span: number;
}

function readValue(lines: readonly string[], isOurs: (name: string) => boolean): Value {
  const [first = ''] = lines;
  const [mark = ''] = first.trimStart();
  if (!/['"`]/.test(mark)) return readBare(first, lines.slice(1));
  const quoted = new RegExp(`^\\s*${mark}((?:\\\\${mark}|[^${mark}])*)${mark}([^\\n]*)`).exec(
    lines.join('\n'),
  );
  const [, value = '', behind = ''] = quoted ?? [];
  const inner = value.split('\n');
  const isClosed = quoted !== null && /^(?:\s+#.*|\s*)$/.test(behind);
  if (!isClosed)
    return { span: 1, value: undefined, problem: unclosedProblem(quoted !== null && inner.length === 1) };
  if (inner.slice(1).some((line) => isOurs(ASSIGNMENT.exec(line)?.groups?.name ?? '')))
    return {
      span: inner.length,
      value: undefined,
      swallows: true,
      problem:
        'begins with a quotation mark that ends some lines further down: the settings between them aren’t read',
    };
  return { span: inner.length, value, ...(hasEscape(value, mark) && { problem: escapeProblem }) };
}

function unclosedProblem(isClosedEarly: boolean): string {
  return isClosedEarly
    ? `has something behind its closing quotation mark, or a quotation mark inside: ${IN_SINGLE_QUOTES}`
    : 'begins with a quotation mark that nothing closes: close it, or leave it out';
}

const escapeProblem = `holds a backslash, which stays in the value or changes it: ${IN_SINGLE_QUOTES}, without backslashes`;

/** In double quotes dotenv turns `\n` and `\r` into line ends; it keeps all other backslashes. */
function hasEscape(value: string, mark: string): boolean {
  return mark === '"' ? value.includes('\\') : value.includes(`\\${mark}`);
}

function readBare(rest: string, following: readonly string[]): Value {
  const hash = rest.indexOf('#');
  const value = (hash < 0 ? rest : rest.slice(0, hash)).trim();
  if (hash >= 0 && (!/\s/.test(rest.charAt(hash - 1)) || isWithinQuotes(value)))
    return {
      span: 1,
      value: undefined,
      problem: `is cut at its #, as a comment begins there: ${IN_SINGLE_QUOTES}`,
    };
  if (/^[[{]/.test(value) && !/[\]}]$/.test(value)) {
    const end = following.findIndex((line) => ASSIGNMENT.test(line) || line.trim() === '');
    return {
      span: 1 + (end < 0 ? following.length : end),
      value: undefined,
      problem: `is JSON over several lines, of which only the first is read: put it on one line, or ${IN_SINGLE_QUOTES}`,
    };
  }
  return { span: 1, value, ...(/\\["'`$#\\\s]/.test(value) && { problem: escapeProblem }) };
}

function isWithinQuotes(text: string): boolean {
  return text.split('"').length % 2 === 0;
}
