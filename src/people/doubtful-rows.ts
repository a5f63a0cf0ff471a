import type { Directory } from '../directory/directory.js';
import { fold } from '../identity/fold.js';
import { asItLooks } from '../identity/lookalike.js';
import { eachInTurns } from '../turns.js';
import { lookalikeWarning } from './lookalikes.js';
import type { PeopleProblem } from './people-columns.js';
import type { PeopleRow } from './people-csv.js';

/** Further warnings, for example about a file in another alphabet, would tell nothing new. */
const MOST_DOUBTS = 200;

/** The rows whose address mixes alphabets, or looks like another address of an account or of an earlier row. */
export async function doubtfulRows(
  directory: Directory,
  rows: readonly PeopleRow[],
): Promise<readonly PeopleProblem[]> {
  const first = new Map<string, PeopleRow>();
  const doubts: PeopleProblem[] = [];
  await eachInTurns(rows, async (row) => {
    if (doubts.length === MOST_DOUBTS) return;
    const looks = asItLooks(row.email);
    const before = first.get(looks);
    if (before === undefined) first.set(looks, row);
    const isTwin = before !== undefined && fold(before.email) !== fold(row.email);
    const doubt = isTwin
      ? `looks like the address on line ${before.line}, but is another one`
      : await lookalikeWarning(directory, row.email);
    if (doubt !== undefined)
      doubts.push({ line: row.line, column: 'email', problem: `“${row.email}” ${doubt}` });
  });
  return doubts;
}
