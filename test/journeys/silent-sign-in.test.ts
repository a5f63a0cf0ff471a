import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { signInThrough } from '../support/microsoft.js';

let entrance: TestEntrance;
let usual: TestEntrance;
beforeAll(async () => {
  entrance = await startTestEntrance({ settings: { SSO_ENTRA_PROMPT: 'none' } });
  usual = await startTestEntrance({ microsoft: entrance.microsoft });
});
afterAll(async () => {
  await usual.close();
  await entrance.close();
});

const BEGIN = '/auth/sso/login/entra?next=%2Fadmin%2Fusers';

function promptOf(location: string): string | null {
  return new URL(location).searchParams.get('prompt');
}

test('a silent sign-in that Microsoft can’t do goes on at once with the question, and leads to where it was going', async () => {
  const browser = entrance.browser();
  const silent = await browser.get(BEGIN).expect(302);
  expect(promptOf(String(silent.headers.location))).toBe('none');
  const { pathname, search } = await signInThrough(String(silent.headers.location), 'admin');
  expect(search).toContain('login_required');

  const asking = await browser.get(pathname + search).expect(302);
  expect(promptOf(String(asking.headers.location))).toBeNull();
  const back = await signInThrough(String(asking.headers.location), 'admin');
  const done = await browser.get(back.pathname + back.search).expect(303);
  expect(done.headers.location).toBe('/admin/users');
});

test.each(['login_required', 'interaction_required', 'consent_required', 'account_selection_required'])(
  'after %s the next attempts of this browser aren’t silent, from the sign-in page either',
  async (error) => {
    const browser = entrance.browser();
    const prompts: (string | null)[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const begun = await browser.get(BEGIN).expect(302);
      prompts.push(promptOf(String(begun.headers.location)));
      if (attempt > 0) continue;
      const state = new URL(String(begun.headers.location)).searchParams.get('state') ?? '';
      const query = new URLSearchParams({ error, error_description: 'AADSTS50058: x', state });
      const asking = await browser.get(`/auth/sso/callback/entra?${query}`).expect(302);
      prompts.push(promptOf(String(asking.headers.location)));
    }
    expect(prompts).toEqual(['none', null, null, null]);
  },
);

test('the attempt with the question isn’t repeated by itself, so that there is no loop', async () => {
  const browser = entrance.browser();
  const begun = await browser.get(BEGIN).expect(302);
  const failWith = (location: string) => {
    const state = new URL(location).searchParams.get('state') ?? '';
    return browser.get(`/auth/sso/callback/entra?${new URLSearchParams({ error: 'login_required', state })}`);
  };
  const asking = await failWith(String(begun.headers.location)).expect(302);
  const refused = await failWith(String(asking.headers.location)).expect(303);
  expect(refused.headers.location).toBe('/admin/login?error=sso_failed&next=%2Fadmin%2Fusers');
});

test('a sign-in that wasn’t silent is refused as ever', async () => {
  const browser = usual.browser();
  const begun = await browser.get(BEGIN).expect(302);
  const state = new URL(String(begun.headers.location)).searchParams.get('state') ?? '';
  const query = new URLSearchParams({ error: 'login_required', state });
  await browser.get(`/auth/sso/callback/entra?${query}`).expect(303);
});

test('another failure of a silent sign-in is told, and not tried again by itself', async () => {
  const browser = entrance.browser();
  const begun = await browser.get(BEGIN).expect(302);
  const state = new URL(String(begun.headers.location)).searchParams.get('state') ?? '';
  const query = new URLSearchParams({ error: 'access_denied', state });
  const refused = await browser.get(`/auth/sso/callback/entra?${query}`).expect(303);
  expect(refused.headers.location).toContain('error=sso_cancelled');
});
