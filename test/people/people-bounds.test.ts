import { expect, test } from '@jest/globals';
import { readPeople } from '#entrance/people/people-csv.js';

/** What of a file isn’t parsed at all, because it can’t be a file of people. */

const TOO_LONG = 'is longer than 64 KB. Perhaps a quotation mark is missing at the end of a cell.';

test.each([
  ['60,000 empty lines', `email\n${'\n'.repeat(60_000)}`, 0, 'has more than 50,000 line breaks. Split it.'],
  ['separators alone', ','.repeat(200_000), 1, TOO_LONG],
  ['blanks in front of the first name', `${' '.repeat(200_000)}email\na@b.co\n`, 1, TOO_LONG],
  ['the same below a line that names the separator', `sep=;\n${';'.repeat(200_000)}`, 2, TOO_LONG],
])('%s', async (_what, text, line, problem) => {
  expect(await readPeople(text)).toMatchObject({ rows: [], problems: [{ line, problem }] });
});
