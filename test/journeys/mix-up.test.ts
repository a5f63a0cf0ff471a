import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { createApp } from '#entrance/app.js';
import type { Provider } from '#entrance/providers/provider.js';
import { REDIRECT_URI, startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { signInThrough } from '../support/microsoft.js';

/* Two providers at once: what one of them began or answered is nothing to the other (RFC 9700 §4.4, mix-up). */

let entrance: TestEntrance;
let app: ReturnType<typeof createApp>;
/** Which providers were asked to redeem an answer, in order. */
let asked: string[];

beforeAll(async () => {
  entrance = await startTestEntrance();
  const [first] = entrance.deps.providers;
  if (first === undefined) throw new Error('the provider is off');
  // The other one would take the same answers: it differs by its name alone.
  const providers = [
    noting(first),
    noting({ ...first, id: 'other', config: { ...first.config, id: 'other' } }),
  ];
  app = createApp({ ...entrance.deps, providers });
});
afterAll(() => entrance.close());

function noting(provider: Provider): Provider {
  return {
    ...provider,
    get health() {
      return provider.health;
    },
    complete(...answer) {
      asked.push(provider.id);
      return provider.complete(...answer);
    },
  };
}

const browser = () =>
  request.agent(app).set({
    Accept: 'text/html',
    'Sec-Fetch-Site': 'same-origin',
    'Sec-Fetch-Mode': 'navigate',
    'Sec-Fetch-Dest': 'document',
  });

/** Begins with one provider, and gives the query that it answers with. */
async function answerOf(visitor: ReturnType<typeof browser>, id: string): Promise<string> {
  asked = [];
  const begun = await visitor.get(`/auth/sso/login/${id}`).expect(302);
  return (await signInThrough(String(begun.headers.location), 'admin')).search;
}

test.each([
  ['entra', 'other'],
  ['other', 'entra'],
])(
  'a sign-in that was begun with %s is refused at the callback of %s, which is asked nothing',
  async (begun, other) => {
    const visitor = browser();
    const answer = await answerOf(visitor, begun);
    const refused = await visitor.get(`/auth/sso/callback/${other}${answer}`).expect(303);
    expect(refused.headers.location).toBe('/admin/login?error=transaction_invalid');
    expect(asked).toEqual([]);
    expect((await visitor.get(`/auth/sso/callback/${begun}${answer}`).expect(303)).headers.location).toBe(
      '/admin',
    );
    expect(asked).toEqual([begun]);
  },
);

test('an answer that names another issuer is refused, with the code that would have been good', async () => {
  const visitor = browser();
  const answer = new URLSearchParams(await answerOf(visitor, 'entra'));
  answer.set('iss', `${new URL(REDIRECT_URI).origin}/another/v2.0`);
  const refused = await visitor.get(`/auth/sso/callback/entra?${answer}`).expect(303);
  expect(refused.headers.location).toBe('/admin/login?error=sso_failed');
  const kept = await visitor.get('/admin').expect(303);
  expect(kept.headers.location).toMatch(/^\/admin\/login/);
});
