import type { CsvError } from 'csv-parse/sync';

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
  readonly rows: readonly PeopleRow[];
  readonly problems: readonly PeopleProblem[];
}

interface ParsedRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * A CSV file (RFC 4180) whose first line names the columns: `email`, and in any order `full_name`, `roles` and `teams`.
 * Commas, semicolons or tabs separate; several roles or teams in a cell stand apart by `;` or `|`.
 */
export async function readPeople(text: string): Promise<PeopleFile> {
  // A NUL is what is left of UTF-16.
  if (/[\uFFFD\0]/.test(text))
    return broken('isn’t in UTF-8. In Excel, save it as “CSV UTF-8 (comma delimited)”.');
  const parsed = await parse(text);
  if ('line' in parsed) return { rows: [], problems: [parsed] };
  const [header, ...records] = parsed;
  if (header === undefined || records.length === 0)
    return broken(
      'names nobody: the first line is email,full_name,roles,teams, and each line below it is a person.',
    );
  if (records.length > MOST_PEOPLE)
    return broken(
      `has ${records.length.toLocaleString('en')} rows, and ${MOST_PEOPLE.toLocaleString('en')} are the most. Split it.`,
    );
  const columns = header.record.map((name) => name.toLowerCase().replaceAll(/[\s-]+/g, '_'));
  const problems = headerProblems(columns);
  if (problems.length > 0) return { rows: [], problems };
  return {
    rows: records.map((one) => rowOf(one, columns)),
    problems: records.filter(({ record }) => record.slice(columns.length).some(Boolean)).map(tooLong),
  };
}

async function parse(text: string): Promise<readonly ParsedRecord[] | PeopleProblem> {
  // Loaded when somebody imports: a start shouldn’t wait for it.
  const { parse: parseCsv } = await import('csv-parse/sync');
  try {
    const records: unknown = parseCsv(text, {
      bom: true,
      delimiter: delimiterOf(text),
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      trim: true,
    });
    return records as readonly ParsedRecord[]; // what `info` makes of each record
  } catch (error) {
    const { lines } = error as CsvError & { lines?: number }; // all that it throws
    return {
      line: lines ?? 0,
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

function headerProblems(columns: readonly string[]): readonly PeopleProblem[] {
  const known: readonly string[] = peopleColumns;
  const atTop = (problem: string): PeopleProblem => ({ line: 1, column: null, problem });
  return [
    ...(columns.includes('email')
      ? []
      : [atTop('names no column “email”. The first line is email,full_name,roles,teams.')]),
    ...columns
      .filter((name) => !known.includes(name))
      .map((name) => atTop(`has the column “${name}”, which means nothing here: take it out.`)),
    ...columns
      .filter((name, index) => columns.indexOf(name) !== index)
      .map((name) => atTop(`has the column “${name}” twice.`)),
  ];
}

function rowOf({ record, info }: ParsedRecord, columns: readonly string[]): PeopleRow {
  const cell = (name: PeopleColumn) => record[columns.indexOf(name)] ?? '';
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

function broken(problem: string): PeopleFile {
  return { rows: [], problems: [{ line: 0, column: null, problem }] };
}
