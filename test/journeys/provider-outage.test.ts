import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { PATIENCE_MS } from '../support/timing.js';

const AWAY = 'Not answering at the moment';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let entrance: TestEntrance;
const settings = { PLATFORM_ADMIN_EMAIL: undefined, PLATFORM_ADMIN_PASSWORD: undefined };

beforeEach(async () => {
  // Only the interval at which the provider is asked is turned by hand; everything else takes its course.
  jest.useFakeTimers({
    doNotFake: [
      'Date',
      'clearImmediate',
      'clearTimeout',
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'setTimeout',
    ],
  });
  entrance = await startTestEntrance({ settings });
  await until(() => health().since !== undefined);
});
afterEach(async () => {
  await entrance.close();
  jest.useRealTimers();
});

describe('a provider that is down', () => {
  test('is shown as such within a minute, and as back within another, though nobody signs in', async () => {
    expect(await signInPage()).not.toContain(AWAY);
    entrance.microsoft.faults.down = true;
    await minutePasses(() => !health().reachable);
    expect(await signInPage()).toContain(AWAY);
    expect((await entrance.browser().get('/readyz').expect(200)).body.providers).toEqual({
      entra: 'unreachable',
    });

    entrance.microsoft.faults.down = false;
    await minutesPass(() => health().reachable);
    expect(await signInPage()).not.toContain(AWAY);
    await (await entrance.signIn('admin')).get('/admin').expect(200);
  });

  test('is shown as such at once after a sign-in that failed', async () => {
    const browser = entrance.browser();
    const back = await browser.get(await entrance.callbackFor(browser, 'microsoft-down')).expect(303);
    expect(back.headers.location).toBe('/admin/login?error=sso_unavailable');
    expect(await signInPage()).toContain(AWAY);
  });

  test('isn’t believed to be down because a visitor’s query says so', async () => {
    entrance.microsoft.faults.authorizationResponse = { code: undefined, error: 'temporarily_unavailable' };
    const browser = entrance.browser();
    const back = await browser.get(await entrance.callbackFor(browser, 'admin')).expect(303);
    expect(back.headers.location).toBe('/admin/login?error=sso_unavailable');
    expect(await signInPage()).not.toContain(AWAY);
  });

  test('is said once in the log, and once that it is back', async () => {
    entrance.microsoft.faults.down = true;
    await minutePasses(() => !health().reachable);
    const { since } = health();
    let askedInVain = 0;
    entrance.microsoft.faults.down = false;
    entrance.microsoft.faults.raw = (_, response) => {
      askedInVain += 1;
      response.destroy();
      return true;
    };
    await minutesPass(() => askedInVain > 3);
    entrance.microsoft.faults.raw = undefined;
    await minutesPass(() => health().reachable);
    expect(said('the identity provider could not be used')).toHaveLength(1);
    expect(said('the identity provider can be used again')).toHaveLength(1);
    expect(Date.parse(health().since ?? '')).toBeGreaterThan(Date.parse(since ?? ''));
  });

  test('keeps nobody from beginning, since what we know may be old', async () => {
    entrance.microsoft.faults.down = true;
    await minutePasses(() => !health().reachable);
    await entrance.browser().get('/auth/sso/login/entra').expect(302);
  });

  test('says which trouble it has where it can, for quoting', async () => {
    const correlation = '9f1c2b3a-1111-4222-8333-444455556666';
    Object.assign(entrance.microsoft.faults, {
      tokenEndpointStatus: 503,
      tokenEndpointError: {
        error: 'temporarily_unavailable',
        error_description: `AADSTS90033: A transient error. Trace ID: ${correlation} Correlation ID: ${correlation} Timestamp: 2026-11-20 09:30:01Z`,
        error_codes: [90_033],
      },
    });
    const browser = entrance.browser();
    const back = await browser.get(await entrance.callbackFor(browser, 'admin')).expect(303);
    const page = await browser.get(String(back.headers.location)).expect(200);
    expect(page.text).toContain('AADSTS90033');
    expect(page.text).toContain(correlation);
  });

  test('does so from the start: the server runs, and signs people in once it is back', async () => {
    entrance.microsoft.faults.down = true;
    const early = await startTestEntrance({ settings, microsoft: entrance.microsoft });
    const begun = await early.browser().get('/auth/sso/login/entra').expect(303);
    expect(begun.headers.location).toBe('/admin/login?error=sso_unavailable');
    entrance.microsoft.faults.down = false;
    early.pass(3_000);
    await (await early.signIn('admin')).get('/admin').expect(200);
    await early.close();
  });
});

describe('metadata and keys', () => {
  test('are there before the first sign-in, which then costs one request', async () => {
    await until(() => entrance.microsoft.requests.jwks === 1);
    await entrance.signIn('admin');
    expect(entrance.microsoft.requests).toMatchObject({ discovery: 1, jwks: 1, token: 1 });
  });

  test('are read once where somebody signs in before they are looked for', async () => {
    const early = await startTestEntrance({ settings });
    await early.browser().get('/auth/sso/login/entra').expect(302);
    await until(() => early.microsoft.requests.jwks === 1);
    expect(early.microsoft.requests.discovery).toBe(1);
    await early.close();
  });

  test('are refreshed in the background: the metadata each minute, the keys each hour', async () => {
    await until(() => entrance.microsoft.requests.jwks === 1);
    await minutesPass(() => entrance.microsoft.requests.discovery > 3);
    expect(entrance.microsoft.requests.jwks).toBe(1);
    entrance.pass(HOUR);
    await minutesPass(() => entrance.microsoft.requests.jwks === 2);
  });

  test('that were read last stay in force where the refresh brings something else', async () => {
    entrance.microsoft.faults.metadata = { issuer: 'https://evil.example/v2.0' };
    await minutePasses(() => !health().reachable);
    await (await entrance.signIn('admin')).get('/admin').expect(200);
  });

  test('of a tenant that there isn’t are explained to the operator', async () => {
    const wrong = await startTestEntrance({
      microsoft: entrance.microsoft,
      settings: { ...settings, SSO_ENTRA_TENANT_ID: '11111111-2222-4333-8444-555555555555' },
    });
    await wrong.browser().get('/auth/sso/login/entra').expect(303);
    expect(wrong.logged.join('')).toContain(
      `There is no tenant 11111111-2222-4333-8444-555555555555 at ${wrong.microsoft.authority}`,
    );
    await wrong.close();
  });
});

test('clocks that differ are measured by the provider’s Date, and warned of once', async () => {
  expect(Math.abs(health().driftSeconds ?? 99)).toBeLessThanOrEqual(2);
  for (const minutes of [2, 4, 6]) {
    entrance.pass(2 * MINUTE);
    await minutesPass(() => Math.round((health().driftSeconds ?? 0) / 60) === -minutes);
  }
  expect(said('clock and ours differ')).toHaveLength(1);
});

function health() {
  const [provider] = entrance.deps.providers;
  if (provider === undefined) throw new Error('there is no provider');
  return provider.health;
}

/** One minute, and what comes of it. */
async function minutePasses(becomes: () => boolean): Promise<void> {
  jest.advanceTimersByTime(MINUTE);
  await until(becomes);
}

/** As many minutes as it takes: the provider isn't asked while an answer of the minute before is on its way. */
async function minutesPass(becomes: () => boolean): Promise<void> {
  await until(() => {
    jest.advanceTimersByTime(MINUTE);
    return becomes();
  });
}

async function until(condition: () => boolean): Promise<void> {
  for (const startedAt = Date.now(); !condition(); ) {
    if (Date.now() - startedAt > PATIENCE_MS) throw new Error('it did not come about');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function signInPage(): Promise<string> {
  return (await entrance.browser().get('/admin/login').expect(200)).text;
}

function said(text: string): readonly string[] {
  return entrance.logged.filter((line) => line.includes(text));
}
