import { randomBytes } from 'node:crypto';
import type { Extensions } from '../extensions.js';
import type { Log } from '../host/log.js';
import type { Settings } from '../host/settings.js';
import { createEntrance, type Entrance } from '../index.js';
import type { Opened } from '../open-entrance.js';
import { withTestSeam } from '../test-seam.js';
import { createTestClock, type TestClock } from './clock.js';
import { assertNoProduction } from './no-production.js';
import { openEntrances } from './open-entrances.js';

export interface TestEntranceOptions extends Extensions {
  /** Settings beside, or in place of, those that a test entrance has. The store is always in memory. */
  readonly settings?: Settings;
  readonly log?: Log;
}

/** An Entrance as `createEntrance` makes it, for tests alone: in memory, with a clock that a test can turn. */
export interface TestEntrance extends Entrance {
  readonly clock: TestClock;
}

/**
 * Makes an Entrance for tests. No provider is needed: `signInAs` begins sessions.
 * @throws Error in production; ConfigError as `createEntrance` does
 */
export async function createTestEntrance({
  settings = {},
  log,
  ...extensions
}: TestEntranceOptions = {}): Promise<TestEntrance> {
  assertNoProduction(settings.NODE_ENV);
  assertInMemory(settings);
  const clock = createTestClock();
  let opened: Opened | undefined;
  const options = {
    ...extensions,
    settings: { ...usualSettings(settings), ...settings },
    log: log ?? silent,
  };
  const made = await createEntrance(
    withTestSeam(options, {
      clock,
      opened(parts) {
        opened = parts;
      },
    }),
  );
  if (opened === undefined) throw new Error('the options of a test entrance reached another createEntrance');
  const entrance: TestEntrance = {
    ...made,
    clock,
    async close() {
      openEntrances.delete(entrance);
      await made.close();
    },
  };
  openEntrances.set(entrance, opened.deps);
  return entrance;
}

/** The Entrance is reached by a test alone, so its secrets live as long as the test. */
function usualSettings({ SSO_ENABLED }: Settings): Settings {
  const random = () => randomBytes(32).toString('base64url');
  return {
    NODE_ENV: 'test',
    BASE_URL: 'http://localhost:3000',
    SESSION_SECRET: random(),
    ...(SSO_ENABLED === undefined && {
      PLATFORM_ADMIN_EMAIL: 'first-administrator@test.invalid',
      PLATFORM_ADMIN_PASSWORD: random(),
    }),
  };
}

function assertInMemory({ REDIS_URL, REDIS_URL_FILE }: Settings): void {
  if (REDIS_URL === undefined && REDIS_URL_FILE === undefined) return;
  throw new TypeError('a test entrance keeps everything in memory: leave REDIS_URL out');
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
