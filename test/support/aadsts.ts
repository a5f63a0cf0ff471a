import { readFileSync } from 'node:fs';

export interface AadstsFixture {
  readonly number: number;
  readonly error: string;
  /** As Microsoft sends it. */
  readonly description: string;
}

const TRACE =
  'Trace ID: 0f2b3c4d-1111-4222-8333-444455556666 Correlation ID: 9f1c2b3a-1111-4222-8333-444455556666 Timestamp: 2026-11-20 09:30:01Z';

/** One for each line of test/fixtures/aadsts.txt: number, error and Microsoft's own words, by number. */
export const aadstsFixtures: readonly AadstsFixture[] = readFileSync(
  new URL('../fixtures/aadsts.txt', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => {
    const [, number = '', error = '', words = ''] = /^(\d+) (\w+) (.+)$/.exec(line) ?? [];
    return { number: Number(number), error, description: `AADSTS${number}: ${words} ${TRACE}` };
  });
