import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cookiesOf, LOCAL_ADMIN, startTestEntrance, type TestEntrance } from '../support/entrance.js';

/** Signing in leads back to exactly where somebody was. */

let entrance: TestEntrance;
beforeAll(async () => {
  entrance = await startTestEntrance();
});
afterAll(() => entrance.close());

const EXACT = [
  '/reports?day=1&by=team',
  '/reports?q=a%26b%3Dc&next=%2Fx',
  '/reports?q=a+b%2Bc&&=&x',
  '/reports#/orders/7?tab=2&x=%26',
  '/caf%C3%A9/%2F/?q=%F0%9F%8D%8A',
  `/reports?filter=${'a'.repeat(2_000)}`,
];

describe.each(EXACT)('%s', (path) => {
  const query = new URLSearchParams({ next: path });

  test('after Microsoft', async () => {
    const browser = entrance.browser();
    const callback = await entrance.callbackFor(browser, 'admin', `/auth/sso/login/entra?${query}`);
    expect((await browser.get(callback).expect(303)).headers.location).toBe(path);
  });

  test('after the form of the local account, a wrong password included', async () => {
    const browser = entrance.browser();
    const { email, password } = LOCAL_ADMIN;
    const form = { email, password: 'not it', next: path };
    const refused = await browser.post('/admin/login').type('form').send(form).expect(401);
    const [, kept = ''] = /name="next" value="([^"]*)"/.exec(refused.text) ?? [];
    const again = { email, password, next: kept.replaceAll('&amp;', '&') };
    const led = await browser.post('/admin/login').type('form').send(again).expect(303);
    expect(led.headers.location).toBe(path);
  });
});

test('of an address that is too long the path is kept, and the page says so', async () => {
  const browser = entrance.browser();
  const guarded = await browser.get(`/admin/audit?outcome=failure&user=${'a'.repeat(3_000)}`).expect(303);
  const page = await browser.get(String(guarded.headers.location)).expect(200);
  expect(page.text).toContain('too long to be kept whole');
  expect(page.text).toContain('href="/auth/sso/login/entra?next=%2Fadmin%2Faudit"');
  const short = await browser.get('/admin/login?next=%2Fadmin%2Faudit').expect(200);
  expect(short.text).not.toContain('too long to be kept whole');
});

test('the cookies of sign-ins to long addresses stay below what proxies take, and the newest is good', async () => {
  const browser = entrance.browser();
  const next = `/reports?filter=${'a'.repeat(2_030)}`;
  let callback = '';
  for (let tab = 0; tab < 6; tab += 1) {
    callback = await entrance.callbackFor(
      browser,
      'admin',
      `/auth/sso/login/entra?${new URLSearchParams({ next })}`,
    );
    const cookies = cookiesOf(browser);
    expect(cookies.length).toBeLessThanOrEqual(7_000);
    for (const cookie of cookies.split('; ')) expect(cookie.length).toBeLessThan(4_096);
  }
  expect(cookiesOf(browser).match(/entrance-transaction/g)).toHaveLength(2);
  expect((await browser.get(callback).expect(303)).headers.location).toBe(next);
});
