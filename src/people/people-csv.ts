import { pipeline } from 'node:stream/promises';
import type { CsvError } from 'csv-parse';
import { searchText } from '../identity/text.js';
import { bytesInTurns, eachInTurns } from '../turns.js';
import {
  leftOutInWords,
  MOST_COLUMNS,
  type PeopleColumn,
  type PeopleColumns,
  type PeopleProblem,
  readColumns,
  tooManyColumns,
} from './people-columns.js';
import { decodePeople } from './people-file.js';

export const MOST_PEOPLE = 5_000;
/** The most roles, and the most teams, of one person, as in the API. */
const MOST_ITEMS = 100;
/** The most parts into which a cell is split, empty parts included. */
const MOST_PARTS = 1_000;
/** 100 roles and 100 teams with the longest names fit. In a longer line a quotation mark may be missing. */
const MOST_LINE_BYTES = 64 * 1_024;
/** Longer than any address: comparing addresses takes time for the square of the length of a cell. */
const MOST_ADDRESS_UNITS = 1_100;
/** Longer than any ID of a provider. */
const MOST_PROVIDER_UNITS = 200;
const PIECE_BYTES = 4 * 1_024;
/** The most lines, empty ones included; CRLF counts twice. */
const MOST_LINES = 10 * MOST_PEOPLE;
const LINE_TOO_LONG = `is longer than ${MOST_LINE_BYTES / 1_024} KB. Perhaps a quotation mark is missing at the end of a cell.`;
/** The part of the text in which the headings, and a line that names the separator, are looked for. */
const FIRST_LINE_UNITS = MOST_LINE_BYTES;

/** A row as it was written: `roles` and `teams` are split into their names, and nothing is checked yet. */
export interface PeopleRow {
  /** The line number, from 1 as in an editor. */
  readonly line: number;
  readonly email: string;
  readonly full_name: string;
  readonly roles: readonly string[];
  readonly teams: readonly string[];
  /** Empty if the row names none. */
  readonly provider: string;
}

export interface PeopleFile {
  /** The text of the file; empty if it can’t be decoded. */
  readonly text: string;
  readonly rows: readonly PeopleRow[];
  /** Problems of the whole file, or at most a few for each row. */
  readonly problems: readonly PeopleProblem[];
  /** Values that are allowed, but may be mistakes. */
  readonly warnings: readonly PeopleProblem[];
}

interface ParsedRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * Reads a CSV file (RFC 4180) whose first line names the columns: `email`, and in any order `full_name`, `roles`,
 * `teams` and `provider`; or the columns of Entra’s own export. Commas, semicolons or tabs separate columns; `;` or `|`
 * separates several roles or teams in one cell.
 * @param file the bytes of the file, or the text that somebody pasted
 */
export async function readPeople(file: Uint8Array | string): Promise<PeopleFile> {
  const decoded = decodePeople(file);
  if ('problem' in decoded) return broken(decoded.problem);
  const { text } = decoded;
  if (hasTooManyLines(text)) return { ...NOBODY, problems: [tooMany(MOST_LINES, 'line breaks')] };
  const parsed = await parse(text);
  if ('line' in parsed) return { ...NOBODY, problems: [parsed] };
  const [header, ...records] = parsed;
  if (header === undefined || records.length === 0)
    return broken(
      'names nobody: the first line is email,full_name,roles,teams, and each line below it is a person.',
    );
  const columns = readColumns(header.record, header.info.lines);
  if ('problems' in columns) return { ...NOBODY, problems: columns.problems };
  const leftOut = leftOutInWords(columns);
  const rows: PeopleRow[] = [];
  const problems: PeopleProblem[] = [];
  await eachInTurns(records, (one) => {
    rows.push(rowOf(one, columns));
    problems.push(...problemsOf(one, columns, header.record.length));
  });
  return {
    text,
    rows,
    problems,
    warnings: leftOut === undefined ? [] : [{ line: header.info.lines, column: null, problem: leftOut }],
  };
}

/** A first line that tells Excel the separator. */
const SEPARATOR_LINE = /^\uFEFF?"?sep=(.)"?(?:[,;\t]*)(?:\r\n|\r|\n)/i;

/** The records, or the first problem of the file. The parser stops at the first problem. */
async function parse(text: string): Promise<readonly ParsedRecord[] | PeopleProblem> {
  // Loaded at the first import, so that a start doesn’t wait for it.
  const { parse: createParser } = await import('csv-parse');
  const [separatorLine = '', separator] = SEPARATOR_LINE.exec(text.slice(0, FIRST_LINE_UNITS)) ?? [];
  const linesBefore = separator === undefined ? 0 : 1;
  const rest = text.slice(separatorLine.length);
  if (hasLongFirstLine(rest)) return { line: linesBefore + 1, column: null, problem: LINE_TOO_LONG };
  const parser = createParser({
    bom: true,
    delimiter: separator ?? delimiterOf(rest),
    info: true,
    max_record_size: MOST_LINE_BYTES,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    trim: true,
  });
  const parsed: ParsedRecord[] = [];
  try {
    await pipeline(bytesInTurns(rest, PIECE_BYTES), parser, async (records: AsyncIterable<ParsedRecord>) => {
      for await (const one of records) {
        if (one.record.length > MOST_COLUMNS) throw new TooMuch(tooManyColumns(one.info.lines));
        if (parsed.push(one) > MOST_PEOPLE + 1) throw new TooMuch(tooMany(MOST_PEOPLE, 'rows'));
      }
    });
    return parsed.map(({ record, info }) => ({ record, info: { lines: info.lines + linesBefore } }));
  } catch (error) {
    const problem = error instanceof TooMuch ? error.problem : problemOf(error as CsvError); // the parser throws nothing else
    return problem.line === 0 ? problem : { ...problem, line: problem.line + linesBefore };
  }
}

/** Thrown to end the parsing at a limit. */
class TooMuch extends Error {
  constructor(readonly problem: PeopleProblem) {
    super(problem.problem);
  }
}

function tooMany(most: number, what: string): PeopleProblem {
  return { line: 0, column: null, problem: `has more than ${most.toLocaleString('en')} ${what}. Split it.` };
}

/** Counts empty lines too: parsing an empty line takes as long as any other, and gives no row. */
function hasTooManyLines(text: string): boolean {
  let count = 0;
  for (const [breaks] of text.matchAll(/[\n\r]+/g)) {
    count += breaks.length;
    if (count > MOST_LINES) return true;
  }
  return false;
}

/** The parser doesn’t count separators and blanks around cells, and would read them to their end. */
function hasLongFirstLine(text: string): boolean {
  return text.length > MOST_LINE_BYTES && !/[\n\r]/.test(text.slice(0, MOST_LINE_BYTES));
}

function problemOf({ code, lines = 0 }: CsvError & { lines?: number }): PeopleProblem {
  const isLong = code === 'CSV_MAX_RECORD_SIZE';
  return {
    line: lines,
    column: null,
    problem: isLong
      ? LINE_TOO_LONG
      : 'has a quotation mark too many or too few. A cell with one in it is written "like ""this""".',
  };
}

/** The separator of the names in the first line. */
function delimiterOf(text: string): string {
  const [header = ''] = text
    .slice(0, FIRST_LINE_UNITS)
    .trimStart()
    .split(/\r?\n|\r/, 1);
  const count = (delimiter: string) => header.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, one) => (count(one) > count(best) ? one : best));
}

function rowOf({ record, info }: ParsedRecord, { indexes }: PeopleColumns): PeopleRow {
  const cell = (name: PeopleColumn) => cellOf(record, indexes[name]);
  return {
    line: info.lines,
    email: cell('email').slice(0, MOST_ADDRESS_UNITS),
    full_name: cell('full_name'),
    roles: itemsIn(cell('roles')).slice(0, MOST_ITEMS),
    teams: itemsIn(cell('teams')).slice(0, MOST_ITEMS),
    provider: cell('provider').slice(0, MOST_PROVIDER_UNITS),
  };
}

function cellOf(record: readonly string[], indexes: readonly number[]): string {
  return indexes.map((index) => record[index] ?? '').find((text) => searchText(text) !== '') ?? '';
}

function itemsIn(cell: string): readonly string[] {
  return cell
    .split(/[;|]/, MOST_PARTS)
    .map((item) => item.trim())
    .filter(Boolean);
}

function problemsOf(
  { record, info }: ParsedRecord,
  { indexes }: PeopleColumns,
  width: number,
): readonly PeopleProblem[] {
  const line = info.lines;
  const crowded = (['roles', 'teams'] as const).filter(
    (name) => itemsIn(cellOf(record, indexes[name])).length > MOST_ITEMS,
  );
  return [
    ...(record.slice(width).some(Boolean) ? [{ line, column: null, problem: TOO_MANY_CELLS }] : []),
    ...crowded.map((column) => ({ line, column, problem: `names more than ${MOST_ITEMS} ${column}` })),
  ];
}

const TOO_MANY_CELLS =
  'has more cells than the first line has columns. A cell with the separator in it stands in quotation marks.';

const NOBODY: PeopleFile = { text: '', rows: [], problems: [], warnings: [] };

function broken(problem: string): PeopleFile {
  return { ...NOBODY, problems: [{ line: 0, column: null, problem }] };
}
