import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Agent as TestAgent } from 'supertest';
import { adminPersona, type Persona } from '../../demo/personas.js';
import { startTestEntrance, storeKinds, type TestEntrance } from '../support/entrance.js';
import { endsWithin, until } from '../support/timing.js';

/** The person who left: Microsoft is asked again, and what it says holds on every instance. */

const MINUTE = 60_000;
const settings = { SSO_ENTRA_REVALIDATE_INTERVAL: '15m' };

let people = 0;
function somebody(entrance: TestEntrance, changes: Partial<Persona> = {}): Persona {
  people += 1;
  const oid = `5b1d4c97-0000-4000-b000-${String(people).padStart(12, '0')}`;
  const username = `${oid}@contoso.com`;
  const persona = { ...adminPersona, id: oid, oid, username, email: username, ...changes };
  entrance.microsoft.addPersona(persona);
  return persona;
}

const dismiss = (entrance: TestEntrance, persona: Persona) =>
  entrance.microsoft.addPersona({ ...persona, outcome: 'dismissed' });

async function statusOf(browser: TestAgent): Promise<number> {
  return (await browser.get('/auth/me').set('Accept', 'application/json')).status;
}

/** What happens beside the requests is over. */
async function settled(entrance: TestEntrance, questions: number): Promise<void> {
  await until(() => entrance.microsoft.requests.token >= questions);
  expect(entrance.microsoft.requests.token).toBe(questions);
}

describe.each(storeKinds)('with SSO_ENTRA_REVALIDATE_INTERVAL, on %s', (store) => {
  let entrance: TestEntrance;
  beforeAll(async () => {
    entrance = await startTestEntrance({ store, settings });
  });
  afterEach(() => {
    Object.assign(entrance.microsoft.faults, {
      down: false,
      delayMs: undefined,
      tokenEndpointError: undefined,
      tokenResponse: undefined,
    });
  });
  afterAll(() => entrance.close());

  const asked = () => entrance.microsoft.requests.token;

  describe('how often Microsoft is asked', () => {
    test('offline_access is asked for', async () => {
      const begun = await entrance.browser().get('/auth/sso/login/entra').expect(302);
      expect(new URL(String(begun.headers.location)).searchParams.get('scope')).toBe(
        'openid profile email User.Read offline_access',
      );
    });

    test('Microsoft is asked once in an interval, and who is still there notices nothing', async () => {
      const browser = await entrance.signIn(somebody(entrance).id);
      const before = asked();
      for (let minute = 0; minute < 11; minute += 1) {
        entrance.pass(MINUTE);
        expect(await statusOf(browser)).toBe(200);
      }
      expect(asked()).toBe(before);
      for (let round = 1; round <= 3; round += 1) {
        entrance.pass(15 * MINUTE);
        expect(await statusOf(browser)).toBe(200);
        expect(await statusOf(browser)).toBe(200);
        expect(asked()).toBe(before + round);
      }
    });

    test('a hundred requests at once ask once', async () => {
      const browser = await entrance.signIn(somebody(entrance).id);
      entrance.pass(16 * MINUTE);
      const before = asked();
      const statuses = await Promise.all(Array.from({ length: 100 }, () => statusOf(browser)));
      expect(new Set(statuses)).toEqual(new Set([200]));
      expect(asked()).toBe(before + 1);
    });

    test('who signs in again is vouched for again', async () => {
      const persona = somebody(entrance);
      const first = await entrance.signIn(persona.id);
      entrance.pass(14 * MINUTE);
      const second = await entrance.signIn(persona.id);
      entrance.pass(10 * MINUTE);
      const before = asked();
      expect(await statusOf(first)).toBe(200);
      expect(await statusOf(second)).toBe(200);
      expect(asked()).toBe(before);
    });
  });

  describe('a person who was dismissed', () => {
    test('who was dismissed gets not one request more when they come back after the interval', async () => {
      const persona = somebody(entrance);
      const [one, other] = [await entrance.signIn(persona.id), await entrance.signIn(persona.id)];
      const bystander = await entrance.signIn(somebody(entrance).id);
      dismiss(entrance, persona);
      expect(await statusOf(one)).toBe(200);
      entrance.pass(16 * MINUTE);
      const before = asked();
      expect(await statusOf(one)).toBe(401);
      expect(await statusOf(other)).toBe(401);
      expect(asked()).toBe(before + 1);
      expect(entrance.logged.join()).toContain('has revoked a user’s access');
      expect(await statusOf(bystander)).toBe(200);
    });

    test('ahead of time Microsoft is asked beside the request, which doesn’t wait', async () => {
      const persona = somebody(entrance);
      const browser = await entrance.signIn(persona.id);
      dismiss(entrance, persona);
      entrance.pass(15 * MINUTE - 1);
      const before = asked();
      await statusOf(browser);
      await settled(entrance, before + 1);
      await until(async () => (await statusOf(browser)) === 401);
    });

    test('of many requests at once that the dismissed send none is let in', async () => {
      const persona = somebody(entrance);
      const browser = await entrance.signIn(persona.id);
      dismiss(entrance, persona);
      entrance.pass(16 * MINUTE);
      const statuses = await Promise.all(Array.from({ length: 20 }, () => statusOf(browser)));
      expect(new Set(statuses)).toEqual(new Set([401]));
    });

    test('the answer to an old token ends nothing of who signed in anew while it was on its way', async () => {
      const persona = somebody(entrance);
      const browser = await entrance.signIn(persona.id);
      const { body: me } = await browser.get('/auth/me').set('Accept', 'application/json');
      dismiss(entrance, persona);
      entrance.pass(16 * MINUTE);
      const { refreshGrants } = entrance.deps;
      const find = refreshGrants.find.bind(refreshGrants);
      const anew = { provider: 'entra' as const, sealedToken: 'newer', confirmedAt: Date.now() };
      let looks = 0;
      refreshGrants.find = async (userId, provider) => {
        looks += 1;
        if (looks === 2) await refreshGrants.keep(userId, anew, MINUTE * 60);
        return find(userId, provider);
      };
      expect(await statusOf(browser)).toBe(200);
      refreshGrants.find = find;
      expect(looks).toBe(2);
      expect(await find(me.id, 'entra')).toEqual(anew);
    });
  });

  describe('while Microsoft gives no answer', () => {
    test.each<[string, () => void]>([
      ['is down', () => Object.assign(entrance.microsoft.faults, { down: true })],
      [
        'refuses our own credential',
        () =>
          Object.assign(entrance.microsoft.faults, {
            tokenEndpointError: {
              error: 'invalid_client',
              error_description: 'AADSTS7000222',
              error_codes: [],
            },
          }),
      ],
      [
        'answers nonsense',
        () => Object.assign(entrance.microsoft.faults, { tokenResponse: { token_type: 3 } }),
      ],
    ])(
      'while Microsoft %s nothing changes until the absolute timeout, and people don’t wait',
      async (_, fail) => {
        const browser = await entrance.signIn(somebody(entrance).id);
        fail();
        for (let minutes = 0; minutes < 8 * 60 - 20; minutes += 20) {
          entrance.pass(20 * MINUTE);
          expect(await statusOf(browser)).toBe(200);
        }
        entrance.pass(20 * MINUTE);
        expect(await statusOf(browser)).toBe(401);
      },
    );

    test('once Microsoft is back, the dismissed are out', async () => {
      const persona = somebody(entrance);
      const browser = await entrance.signIn(persona.id);
      entrance.microsoft.faults.down = true;
      entrance.pass(16 * MINUTE);
      expect(await statusOf(browser)).toBe(200);
      entrance.microsoft.faults.down = false;
      dismiss(entrance, persona);
      expect(await statusOf(browser)).toBe(200);
    });

    test('a request waits two seconds for a slow answer, and then goes on', async () => {
      const browser = await entrance.signIn(somebody(entrance).id);
      entrance.pass(16 * MINUTE);
      entrance.microsoft.faults.delayMs = 60_000;
      const isAnsweredWithin = async (milliseconds: number) => {
        const asking = statusOf(browser);
        const inTime = await endsWithin(milliseconds, asking);
        expect(await asking).toBe(200);
        return inTime;
      };
      // No timer of this process is ahead of another one: a request that waits two seconds isn’t answered before a shorter timer.
      const begun = performance.now();
      expect(await isAnsweredWithin(30_000)).toBe(true);
      expect(performance.now() - begun).toBeGreaterThan(1_900);
      expect(await isAnsweredWithin(1_900)).toBe(true);
      entrance.pass(20 * MINUTE);
      expect(await isAnsweredWithin(1_900)).toBe(true);
    });
  });

  describe('the refresh token', () => {
    test('the refresh token that came last is the one that is used', async () => {
      const browser = await entrance.signIn(somebody(entrance).id);
      entrance.microsoft.faults.tokenResponse = { refresh_token: 'one that Microsoft never gave' };
      entrance.pass(16 * MINUTE);
      expect(await statusOf(browser)).toBe(200);
      entrance.microsoft.faults.tokenResponse = undefined;
      entrance.pass(16 * MINUTE);
      expect(await statusOf(browser)).toBe(401);
    });

    test('the refresh token goes with the last session that is signed out of', async () => {
      const persona = somebody(entrance);
      const [one, other] = [await entrance.signIn(persona.id), await entrance.signIn(persona.id)];
      const { body: me } = await one.get('/auth/me').set('Accept', 'application/json');
      await one.post('/admin/logout').expect(303);
      expect(await entrance.deps.refreshGrants.find(me.id, 'entra')).toBeDefined();
      await other.post('/admin/logout').expect(303);
      expect(await entrance.deps.refreshGrants.find(me.id, 'entra')).toBeUndefined();
    });

    test('the refresh token is in no log', async () => {
      const browser = await entrance.signIn(somebody(entrance).id);
      entrance.microsoft.faults.tokenResponse = { refresh_token: 'a-refresh-token-that-is-known' };
      entrance.pass(16 * MINUTE);
      await statusOf(browser);
      entrance.pass(16 * MINUTE);
      expect(await statusOf(browser)).toBe(401);
      expect(entrance.logged.join('')).not.toContain('a-refresh-token-that-is-known');
    });
  });
});

describe('on two instances', () => {
  let one: TestEntrance;
  let other: TestEntrance;
  beforeAll(async () => {
    one = await startTestEntrance({ store: 'Redis', settings });
    other = await startTestEntrance({
      microsoft: one.microsoft,
      settings,
      ...(one.redis && { redis: one.redis }),
    });
  });
  afterAll(async () => {
    await other.close();
    await one.close();
  });

  const cookieOf = (browser: TestAgent) =>
    browser.jar.getCookies({ domain: '127.0.0.1', path: '/', secure: false, script: false }).toValueString();
  const at = (entrance: TestEntrance, cookie: string) =>
    entrance.browser().get('/auth/me').set({ Cookie: cookie, Accept: 'application/json' });
  const pass = (milliseconds: number) => {
    one.pass(milliseconds);
    other.pass(milliseconds);
  };

  test('Microsoft is asked once for a person, whatever sessions they have and wherever', async () => {
    const persona = somebody(one);
    const cookies = [cookieOf(await one.signIn(persona.id)), cookieOf(await other.signIn(persona.id))];
    pass(16 * MINUTE);
    const before = one.microsoft.requests.token;
    const answers = await Promise.all(
      [one, other].flatMap((entrance) => cookies.map(async (cookie) => (await at(entrance, cookie)).status)),
    );
    expect(answers).toEqual([200, 200, 200, 200]);
    expect(one.microsoft.requests.token).toBe(before + 1);
    pass(5 * MINUTE);
    for (const cookie of cookies) {
      await at(one, cookie).expect(200);
      await at(other, cookie).expect(200);
    }
    expect(one.microsoft.requests.token).toBe(before + 1);
  });

  test('who is dismissed is out at both', async () => {
    const persona = somebody(one);
    const cookies = [cookieOf(await one.signIn(persona.id)), cookieOf(await other.signIn(persona.id))];
    for (const cookie of cookies) await at(other, cookie).expect(200);
    dismiss(one, persona);
    pass(16 * MINUTE);
    await at(one, cookies[0] ?? '').expect(401);
    for (const cookie of cookies) await at(other, cookie).expect(401);
  });

  test('nothing in Redis opens anything at Microsoft', async () => {
    const issued = 'a-refresh-token-that-is-known';
    one.microsoft.faults.tokenResponse = { refresh_token: issued };
    await one.signIn(somebody(one).id);
    one.microsoft.faults.tokenResponse = undefined;
    const { createClient } = await import('redis');
    const client = await createClient({ url: one.redis?.url ?? '' }).connect();
    const keys = await client.keys('*refresh-grant:*');
    expect(keys.length).toBeGreaterThan(0);
    const values = await Promise.all(keys.map((key) => client.get(key)));
    expect(values.join('')).not.toContain(issued);
    expect(values.join('')).not.toContain(Buffer.from(issued).toString('base64url').slice(4, -4));
    client.destroy();
  });
});

describe('without the setting', () => {
  test('no refresh token is asked for, kept or used', async () => {
    const entrance = await startTestEntrance();
    const begun = await entrance.browser().get('/auth/sso/login/entra').expect(302);
    expect(String(begun.headers.location)).not.toContain('offline_access');
    const persona = somebody(entrance);
    const browser = await entrance.signIn(persona.id);
    dismiss(entrance, persona);
    const before = entrance.microsoft.requests.token;
    entrance.pass(20 * MINUTE);
    const me = await browser.get('/auth/me').set('Accept', 'application/json').expect(200);
    expect(entrance.microsoft.requests.token).toBe(before);
    expect(await entrance.deps.refreshGrants.find(me.body.id, 'entra')).toBeUndefined();
    await entrance.close();
  });
});
