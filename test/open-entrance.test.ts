import { expect, test } from '@jest/globals';
import { pino } from 'pino';
import { systemClock } from '#entrance/clock.js';
import { openEntrance } from '#entrance/open-entrance.js';
import { parseConfig } from '#entrance/settings.js';
import { openStores } from '#entrance/stores.js';
import { until } from './support/timing.js';

test('a part that can’t be loaded is said in the log, and neither ends the process nor keeps it from closing', async () => {
  const lines: string[] = [];
  const log = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) });
  const config = parseConfig({
    BASE_URL: 'http://localhost:8000',
    PLATFORM_ADMIN_EMAIL: 'admin@acmecorp.com',
    PLATFORM_ADMIN_PASSWORD: 'four or more unrelated words',
  });
  const stores = openStores(config, log, systemClock);
  let isClosed = false;
  const opened = openEntrance(config, {
    log,
    stores: {
      ...stores,
      throttle: { ...stores.throttle, prepare: () => Promise.reject(new Error('no such file')) },
      async close() {
        await stores.close();
        isClosed = true;
      },
    },
  });
  await until(() => lines.length > 0);
  expect(lines.join()).toContain('could not be loaded');
  expect(lines.join()).toContain('no such file');
  await opened.close();
  expect(isClosed).toBe(true);
});
