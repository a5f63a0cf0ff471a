import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';

let entrance: TestEntrance;
beforeAll(async () => {
  entrance = await startTestEntrance({ store: 'Redis' });
});
afterAll(() => entrance.close());

test('of requests at the same moment one advances the idle clock, and all are answered', async () => {
  const browser = await entrance.signIn('admin');
  const advance = jest.spyOn(entrance.deps.sessions, 'advanceIdleClock');
  entrance.pass(61_000);
  await Promise.all(Array.from({ length: 20 }, () => browser.get('/auth/me').expect(200)));
  expect(advance).toHaveBeenCalledTimes(1);
  entrance.pass(61_000);
  await browser.get('/auth/me').expect(200);
  expect(advance).toHaveBeenCalledTimes(2);
});
