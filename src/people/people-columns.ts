export const peopleColumns = ['email', 'full_name', 'roles', 'teams', 'provider'] as const;
export type PeopleColumn = (typeof peopleColumns)[number];

/** A problem of a file: its place, its nature and the remedy. */
export interface PeopleProblem {
  /** The line number; 0 for a problem of the whole file. */
  readonly line: number;
  readonly column: PeopleColumn | null;
  readonly problem: string;
}

/** The most columns of a first line that are read: no directory exports as many. */
export const MOST_COLUMNS = 200;
const MOST_NAMED = 5;

/**
 * The headings for each of our columns, without regard to case, blanks, `_` and `-`: our own heading first, then those
 * of Entra’s export. If a row has values under several of them, the first value counts, as with the claims of a
 * sign-in.
 */
const HEADINGS: Readonly<Record<PeopleColumn, readonly string[]>> = {
  email: ['email', 'emailaddress', 'mail', 'userprincipalname'],
  full_name: ['fullname', 'name', 'displayname'],
  roles: ['roles', 'role'],
  teams: ['teams', 'team'],
  provider: ['provider'],
};
const HEADING_OF_ENTRA = 'userprincipalname';

export interface PeopleColumns {
  /** The indexes of the cells that may hold the value of each of our columns. */
  readonly indexes: Readonly<Record<PeopleColumn, readonly number[]>>;
  /** Columns of Entra’s export that aren’t read. */
  readonly leftOut: readonly string[];
}

export function tooManyColumns(line: number): PeopleProblem {
  return {
    line,
    column: null,
    problem: `has more than ${MOST_COLUMNS} columns. Take out what isn’t needed.`,
  };
}

/** Reads the headings in the first line, or tells what is wrong with them. */
export function readColumns(
  names: readonly string[],
  line: number,
): PeopleColumns | { readonly problems: readonly PeopleProblem[] } {
  const atTop = (problem: string): PeopleProblem => ({ line, column: null, problem });
  const headings = names.map((name) => name.toLowerCase().replaceAll(/[\s_-]+/g, ''));
  const known = new Set(Object.values(HEADINGS).flat());
  const isOfEntra = headings.includes(HEADING_OF_ENTRA);
  const unknown = names.filter((name, index) => name !== '' && !known.has(headings[index] ?? ''));
  const indexes = indexesIn(headings);
  const problems = [
    ...(indexes.email.length === 0
      ? [atTop('names no column “email”. The first line is email,full_name,roles,teams.')]
      : []),
    ...(isOfEntra
      ? []
      : unknown.map((name) => atTop(`has the column “${name}”, which means nothing here: take it out.`))),
    ...repeated(headings).map((index) => atTop(`has the column “${names[index] ?? ''}” twice.`)),
  ];
  return problems.length > 0 ? { problems } : { indexes, leftOut: unknown };
}

function indexesIn(headings: readonly string[]): PeopleColumns['indexes'] {
  const of = (column: PeopleColumn) =>
    HEADINGS[column].map((heading) => headings.indexOf(heading)).filter((index) => index >= 0);
  return {
    email: of('email'),
    full_name: of('full_name'),
    roles: of('roles'),
    teams: of('teams'),
    provider: of('provider'),
  };
}

/** The indexes of headings that also stand further to the left. */
function repeated(headings: readonly string[]): readonly number[] {
  const seen = new Set<string>();
  return headings.flatMap((heading, index) => {
    const isAgain = heading !== '' && seen.has(heading);
    seen.add(heading);
    return isAgain ? [index] : [];
  });
}

/** The columns of Entra’s export that aren’t read, in words; undefined if there are none. */
export function leftOutInWords({ leftOut }: PeopleColumns): string | undefined {
  if (leftOut.length === 0) return undefined;
  const named = leftOut.slice(0, MOST_NAMED).join(', ');
  const more = leftOut.length > MOST_NAMED ? ` and ${leftOut.length - MOST_NAMED} more` : '';
  return `has columns of Entra that aren’t read: ${named}${more}.`;
}
