import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Actor } from '../audit/event.js';
import type { Clock } from '../clock.js';
import type { PeopleProvider } from '../config/provider-name.js';
import type { Directory, NewUser } from '../directory/directory.js';
import { EntranceError } from '../errors.js';
import { hasLapsed } from '../identity/approval.js';
import { addressIn } from '../identity/email.js';
import { fold } from '../identity/fold.js';
import { parseRoleName } from '../identity/role-name.js';
import { parseText } from '../identity/text.js';
import { LONGEST_NAME } from '../identity/user.js';
import { MOST_TEAMS, type Teams, teamKey } from '../teams/teams.js';
import { eachInTurns } from '../turns.js';
import { doubtfulRows } from './doubtful-rows.js';
import type { PeopleColumn, PeopleProblem } from './people-columns.js';
import { type PeopleRow, readPeople } from './people-csv.js';
import { checkEmail, provisioned, provisionUser } from './provision.js';

/** The most commands at once: few enough that each ends in time, also on a busy machine. */
const AT_ONCE = 10;
/** The most problems that are reported in full; the others are counted. */
export const MOST_PROBLEMS = 200;

export interface ImportStores {
  readonly directory: Directory;
  readonly teams: Teams;
  readonly clock: Clock;
}

export interface ImportRules {
  /** The provider for a person, from the name in their row, which may be empty. */
  providerOf(named: string): PeopleProvider | { readonly problem: string };
  /** Whether the person who imports may give this role. */
  mayGive(role: string): boolean;
  /** Skips people who have an account, as to repeat an import that was cut off. Otherwise they are a problem. */
  readonly skipsKnown?: boolean;
}

/** The plan of an import. If it has a problem, nothing is imported. */
export interface ImportPlan {
  /** The decoded text of the file. */
  readonly text: string;
  /** The rows to import, without the skipped ones. */
  readonly rows: readonly PeopleRow[];
  readonly skipped: number;
  /** The first problems, by line. */
  readonly problems: readonly PeopleProblem[];
  readonly problemCount: number;
  /** Values that are allowed, but may be mistakes. */
  readonly warnings: readonly PeopleProblem[];
  readonly users: readonly NewUser[];
}

/** Reads a file and checks each row; changes nothing. */
export async function planImport(
  stores: ImportStores,
  bytes: Uint8Array | string,
  rules: ImportRules,
): Promise<ImportPlan> {
  const file = await readPeople(bytes);
  const all: PeopleRow[] = [];
  await eachInTurns(file.rows, (row) => all.push(asTheyAreKept(row, rules)));
  const known = await linesOfKnown(stores, all);
  const rows = rules.skipsKnown === true ? all.filter(({ line }) => !known.has(line)) : all;
  const named = teamsNamed(rows);
  const teamIds = named === undefined ? NO_TEAMS : await stores.teams.findIds([...named]);
  const found = collectProblems();
  if (named === undefined) found.add([tooManyTeams]);
  found.add(file.problems);
  const checks = rowChecks(rules, teamIds);
  await eachInTurns(rows, (row) => found.add(checks(row)));
  found.add(rows.filter(({ line }) => known.has(line)).map(isKnown));
  const { problems, count } = found.inOrder();
  const users: NewUser[] = [];
  if (count === 0) await eachInTurns(rows, (row) => users.push(newUser(row, teamIds, stores.clock.now())));
  return {
    text: file.text,
    rows,
    skipped: all.length - rows.length,
    problems,
    problemCount: count,
    warnings: [
      ...file.warnings,
      ...(rules.skipsKnown === true ? all.filter(({ line }) => known.has(line)).map(isSkipped) : []),
      ...(await doubtfulRows(stores.directory, rows)),
    ],
    users,
  };
}

const NO_TEAMS: ReadonlyMap<string, string> = new Map();

/** The names of all teams in the file; undefined if there are more names than there can be teams. */
function teamsNamed(rows: readonly PeopleRow[]): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  for (const { teams } of rows) {
    for (const name of teams) names.add(name);
    if (names.size > MOST_TEAMS) return undefined;
  }
  return names;
}

const tooManyTeams: PeopleProblem = {
  line: 0,
  column: 'teams',
  problem: `name more than ${MOST_TEAMS.toLocaleString('en')} teams, and there are never as many`,
};

/** Keeps the problems of the first lines, and counts the others. */
function collectProblems() {
  const kept: PeopleProblem[] = [];
  let count = 0;
  return {
    add(problems: readonly PeopleProblem[]): void {
      count += problems.length;
      kept.push(...problems.slice(0, MOST_PROBLEMS));
      if (kept.length > 2 * MOST_PROBLEMS) kept.sort(byLine).splice(MOST_PROBLEMS);
    },
    inOrder: () => ({ problems: kept.sort(byLine).slice(0, MOST_PROBLEMS), count }),
  };
}

function byLine(one: PeopleProblem, other: PeopleProblem): number {
  return one.line - other.line;
}

/** The problems of each row, by itself or together with earlier rows. */
function rowChecks(
  rules: ImportRules,
  teamIds: ReadonlyMap<string, string>,
): (row: PeopleRow) => readonly PeopleProblem[] {
  const first = new Map<string, number>();
  return (row) => [...check(row, rules, teamIds), ...repeated(row, first)];
}

/** Cleans the values as they are stored; `check` reports those that can't be. */
function asTheyAreKept(row: PeopleRow, { providerOf }: ImportRules): PeopleRow {
  const name = parseText(row.full_name, LONGEST_NAME);
  const provider = providerOf(row.provider);
  return {
    ...row,
    provider: 'id' in provider ? provider.id : row.provider,
    email: addressIn(row.email),
    full_name: 'text' in name ? name.text : name.isEmpty ? '' : row.full_name,
  };
}

function newUser(
  { email, provider, full_name, roles, teams }: PeopleRow,
  teamIds: ReadonlyMap<string, string>,
  now: number,
): NewUser {
  const ids = teams.flatMap((name) => teamIds.get(teamKey(name)) ?? []);
  return provisioned({ email, fullName: full_name || email, roles, teams: ids }, { provider, now });
}

function check(
  { line, email, provider: named, full_name, roles, teams }: PeopleRow,
  rules: ImportRules,
  teamIds: ReadonlyMap<string, string>,
): readonly PeopleProblem[] {
  const provider = rules.providerOf(named);
  const found: readonly (readonly [PeopleColumn, string | undefined])[] = [
    ['email', emailProblem(email, provider)],
    ['provider', 'problem' in provider ? provider.problem : undefined],
    ['full_name', nameProblem(full_name)],
    ...roles.map((role) => ['roles', roleProblem(role, rules)] as const),
    ...teams
      .filter((name) => !teamIds.has(teamKey(name)))
      .map((name) => ['teams', `there is no team “${name}”: create it first`] as const),
  ];
  return found.flatMap(([column, problem]) => (problem === undefined ? [] : [{ line, column, problem }]));
}

function nameProblem(name: string): string | undefined {
  const parsed = parseText(name, LONGEST_NAME);
  return 'text' in parsed || parsed.isEmpty ? undefined : parsed.problem;
}

/** Without a known provider, the trusted domains aren't known either; then only the provider is reported. */
function emailProblem(email: string, provider: ReturnType<ImportRules['providerOf']>): string | undefined {
  if (email === '') return 'is missing';
  if ('problem' in provider) return undefined;
  const checked = checkEmail(email, provider);
  return 'problem' in checked ? `“${email}” ${checked.problem}` : undefined;
}

function roleProblem(role: string, { mayGive }: ImportRules): string | undefined {
  const parsed = parseRoleName(role);
  if ('problem' in parsed) return `${parsed.problem} (several roles stand apart by “;”)`;
  return mayGive(role) ? undefined : `you can’t give “${role}”, because it may do more than you`;
}

/** @param first the first line of each address */
function repeated({ line, email }: PeopleRow, first: Map<string, number>): readonly PeopleProblem[] {
  const key = fold(email);
  const before = first.get(key);
  if (before === undefined) first.set(key, line);
  return before === undefined || email === ''
    ? []
    : [{ line, column: 'email', problem: `“${email}” stands on line ${before} already` }];
}

/** The lines of people who already have an account, or have asked for one. */
async function linesOfKnown(
  { directory, clock }: ImportStores,
  rows: readonly PeopleRow[],
): Promise<ReadonlySet<number>> {
  const holders = await inBatches(rows, ({ email }) => directory.findByEmail(email));
  const known = rows.filter((_, index) => {
    const holder = holders[index];
    return holder !== undefined && !hasLapsed(holder, clock.now());
  });
  return new Set(known.map(({ line }) => line));
}

function isKnown({ line, email }: PeopleRow): PeopleProblem {
  return {
    line,
    column: 'email',
    problem: `“${email}” is already there: take the line out, or skip who is there (?existing=skip)`,
  };
}

function isSkipped({ line, email }: PeopleRow): PeopleProblem {
  return { line, column: 'email', problem: `“${email}” is already there, and stays as it is` };
}

/**
 * Adds all people of a plan, or none: if one can't be added, the others are deleted again, except for those who have
 * signed in meanwhile. If the process is killed, the accounts that exist by then stay, and the same file can be
 * imported with `skipsKnown`.
 * @throws EntranceError `import_invalid` for a plan with problems, `import_undone` if an address was taken meanwhile
 */
export async function importPeople(stores: ImportStores, plan: ImportPlan, by: Actor): Promise<number> {
  const { users, problemCount } = plan;
  if (problemCount > 0) throw new EntranceError('import_invalid', { detail: inWords(plan) });
  try {
    await inBatches(users, (user) => provisionUser(stores.directory, user, by, stores.clock.now()));
    return users.length;
  } catch (error) {
    const left = await takeBack(stores.directory, users, by);
    const isTaken = error instanceof EntranceError && error.code === 'email_taken';
    if (!isTaken && left === 0) throw error;
    throw new EntranceError('import_undone', { cause: error, detail: undone(isTaken, left) });
  }
}

function undone(isTaken: boolean, left: number): string {
  const why = isTaken
    ? 'Somebody else added one of these people at the same moment.'
    : 'The store didn’t answer.';
  const what = left === 0 ? 'Nobody was imported.' : `${left} of them could not be taken back.`;
  return `${why} ${what} Look at the preview again.`;
}

/** Undoes also creations whose outcome isn't known. Gives the number of people who may be left. */
async function takeBack(directory: Directory, users: readonly NewUser[], by: Actor): Promise<number> {
  const gone = await inBatches(users, (user) => isTakenBack(directory, user, by).catch(() => false));
  return gone.filter((isGone) => !isGone).length;
}

async function isTakenBack(directory: Directory, { id }: NewUser, by: Actor): Promise<boolean> {
  const user = await directory.find(id);
  if (user === undefined) return true;
  if (user.version > 1) return false;
  return (
    (await directory.delete(user, { events: [{ action: 'user-delete', by, target: user }] })) === 'deleted'
  );
}

const MOST_WORDS = 5;

function inWords({ problems, problemCount }: ImportPlan): string {
  const said = problems.slice(0, MOST_WORDS).map(placed);
  const rest = problemCount - said.length;
  return [...said, ...(rest > 0 ? [`and ${rest} more: ?dry_run=true lists them`] : [])].join('; ');
}

function placed({ line, column, problem }: PeopleProblem): string {
  return [line === 0 ? 'the file' : `line ${line}`, ...(column === null ? [] : [`${column}:`]), problem].join(
    ' ',
  );
}

/** Works on the items in batches. When this ends, all work of the batch has ended, also after a failure. */
async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += AT_ONCE) {
    await nextTurn(); // a store in memory never waits by itself
    const settled = await Promise.allSettled(items.slice(start, start + AT_ONCE).map(work));
    for (const one of settled) {
      if (one.status === 'rejected') throw one.reason;
      results.push(one.value);
    }
  }
  return results;
}
