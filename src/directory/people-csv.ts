import type { CsvError } from 'csv-parse/sync';
import { searchText } from '../identity/text.js';
import { leftOutInWords, type PeopleColumns, readColumns } from './people-columns.js';
import { decodePeople } from './people-file.js';

/** Rows of one file. */
export const MOST_PEOPLE = 5_000;

export const peopleColumns = ['email', 'full_name', 'roles', 'teams'] as const;
export type PeopleColumn = (typeof peopleColumns)[number];

/** A row as it was written: `roles` and `teams` are taken apart, nothing else is looked at. */
export interface PeopleRow {
  /** From 1, as editors count. */
  readonly line: number;
  readonly email: string;
  readonly full_name: string;
  readonly roles: readonly string[];
  readonly teams: readonly string[];
}

/** What is wrong in a file, where, and what to do about it. */
export interface PeopleProblem {
  /** 0 where it is the file as a whole. */
  readonly line: number;
  readonly column: PeopleColumn | null;
  readonly problem: string;
}

export interface PeopleFile {
  /** What the file says, decoded; empty if it can’t be. */
  readonly text: string;
  readonly rows: readonly PeopleRow[];
  readonly problems: readonly PeopleProblem[];
  /** What is right, and perhaps not meant. */
  readonly warnings: readonly PeopleProblem[];
}

interface ParsedRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * A CSV file (RFC 4180) whose first line names the columns: `email`, and in any order `full_name`, `roles` and `teams`;
 * or those of Entra’s own export. Commas, semicolons or tabs separate; several roles or teams in a cell stand apart by
 * `;` or `|`.
 * @param file its bytes, or the text that somebody pasted
 */
export async function readPeople(file: Uint8Array | string): Promise<PeopleFile> {
  const decoded = decodePeople(file);
  if ('problem' in decoded) return broken(decoded.problem);
  const { text } = decoded;
  const parsed = await parse(text);
  if ('line' in parsed) return { ...NOBODY, problems: [parsed] };
  const [header, ...records] = parsed;
  if (header === undefined || records.length === 0)
    return broken(
      'names nobody: the first line is email,full_name,roles,teams, and each line below it is a person.',
    );
  if (records.length > MOST_PEOPLE)
    return broken(
      `has ${records.length.toLocaleString('en')} rows, and ${MOST_PEOPLE.toLocaleString('en')} are the most. Split it.`,
    );
  const columns = readColumns(header.record, header.info.lines);
  if ('problems' in columns) return { ...NOBODY, problems: columns.problems };
  const leftOut = leftOutInWords(columns);
  return {
    text,
    rows: records.map((one) => rowOf(one, columns)),
    problems: records.filter(({ record }) => record.slice(header.record.length).some(Boolean)).map(tooLong),
    warnings: leftOut === undefined ? [] : [{ line: header.info.lines, column: null, problem: leftOut }],
  };
}

/** The first line by which Excel is told what separates. */
const SEPARATOR_LINE = /^\uFEFF?"?sep=(.)"?(?:[,;\t]*)(?:\r\n|\r|\n)/i;

async function parse(text: string): Promise<readonly ParsedRecord[] | PeopleProblem> {
  // Loaded when somebody imports: a start shouldn’t wait for it.
  const { parse: parseCsv } = await import('csv-parse/sync');
  const [separatorLine = '', separator] = SEPARATOR_LINE.exec(text) ?? [];
  const linesBefore = separator === undefined ? 0 : 1;
  const rest = text.slice(separatorLine.length);
  try {
    const records: unknown = parseCsv(rest, {
      bom: true,
      delimiter: separator ?? delimiterOf(rest),
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      trim: true,
    });
    const parsed = records as readonly ParsedRecord[]; // what `info` makes of each record
    return parsed.map(({ record, info }) => ({ record, info: { lines: info.lines + linesBefore } }));
  } catch (error) {
    const { lines } = error as CsvError & { lines?: number }; // all that it throws
    return {
      line: lines === undefined ? 0 : lines + linesBefore,
      column: null,
      problem: 'has a quotation mark too many or too few. A cell with one in it is written "like ""this""".',
    };
  }
}

/** What separates the names in the first line. */
function delimiterOf(text: string): string {
  const [header = ''] = text.trimStart().split(/\r?\n|\r/, 1);
  const count = (delimiter: string) => header.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, one) => (count(one) > count(best) ? one : best));
}

function rowOf({ record, info }: ParsedRecord, { indexes }: PeopleColumns): PeopleRow {
  const cell = (name: PeopleColumn) =>
    indexes[name].map((index) => record[index] ?? '').find((text) => searchText(text) !== '') ?? '';
  const list = (name: PeopleColumn) =>
    cell(name)
      .split(/[;|]/)
      .map((item) => item.trim())
      .filter(Boolean);
  return {
    line: info.lines,
    email: cell('email'),
    full_name: cell('full_name'),
    roles: list('roles'),
    teams: list('teams'),
  };
}

function tooLong({ info }: ParsedRecord): PeopleProblem {
  return {
    line: info.lines,
    column: null,
    problem:
      'has more cells than the first line has columns. A cell with the separator in it stands in quotation marks.',
  };
}

const NOBODY: PeopleFile = { text: '', rows: [], problems: [], warnings: [] };

function broken(problem: string): PeopleFile {
  return { ...NOBODY, problems: [{ line: 0, column: null, problem }] };
}
