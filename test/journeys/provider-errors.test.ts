import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { aadstsTexts } from '#entrance/providers/entra/aadsts-texts.js';
import { entraErrorTexts } from '#entrance/providers/entra/oauth-errors.js';
import { aadstsFixtures } from '../support/aadsts.js';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { findInvalidHtml } from '../support/valid-html.js';

let entrance: TestEntrance;
beforeAll(async () => {
  entrance = await startTestEntrance();
});
afterAll(() => entrance.close());

/** Every error of the two tables, as the provider sends it, and two that nobody knows. */
const reported = [
  ...aadstsFixtures.map(({ description, error, number }) => ({
    name: `AADSTS${number}`,
    error,
    description,
    text: aadstsTexts[number],
  })),
  ...Object.entries(entraErrorTexts).map(([error, text]) => ({ name: error, error, description: '', text })),
  { name: 'an unknown number', error: 'x', description: 'AADSTS99999: <b>x</b>', text: undefined },
  { name: 'an unknown error', error: '<i>"x"</i>', description: '<b>x</b>', text: undefined },
];

test.each(reported)(
  '$name becomes a page that helps, in valid HTML, and a line that helps the operator',
  async ({ name, description, error, text }) => {
    entrance.microsoft.faults.authorizationResponse = {
      code: undefined,
      error,
      error_description: description === '' ? undefined : description,
    };
    const browser = entrance.browser();
    const back = await browser.get(await entrance.callbackFor(browser, 'admin')).expect(303);
    expect(back.headers.location).toBe(`/admin/login?error=${text?.code ?? 'sso_failed'}`);

    const page = await browser.get(String(back.headers.location)).expect(200);
    expect(page.text).toContain(text?.title ?? 'Signing in with Microsoft didn’t work');
    expect(page.text).toContain(text?.visitor ?? 'Microsoft’s answer couldn’t be accepted');
    expect(page.text).toContain(String(back.headers['x-request-id']));
    expect(/<details class="local"( open)?>/.exec(page.text)?.[1]).toBe(
      text?.opensLocalForm ? ' open' : undefined,
    );
    if (name.startsWith('AADSTS')) {
      expect(page.text).toContain(name);
      expect(page.text).toContain('9f1c2b3a-1111-4222-8333-444455556666');
      expect(page.text).toContain('0f2b3c4d-1111-4222-8333-444455556666');
      expect(page.text).toContain('2026-11-20T09:30:01Z');
    }
    const words = /^AADSTS\d+: (.+?) Trace ID/.exec(description)?.[1] ?? '<b>x';
    expect(page.text).not.toContain(words);
    expect(page.text).not.toContain('<i>"x"');

    const line: unknown = JSON.parse(
      entrance.logged.findLast((one) => one.includes('a sign-in was refused')) ?? '{}',
    );
    const levels = { info: 30, warning: 40, error: 50 };
    expect(line).toMatchObject({
      level: levels[text?.severity ?? 'warning'],
      code: text?.code ?? 'sso_failed',
    });
    if (text !== undefined) expect(line).toMatchObject({ remedy: expect.not.stringMatching(/[{}]/) });

    expect(await findInvalidHtml(page.text)).toEqual([]);
  },
);

test('the log quotes the redirect URI to register and the address of the consent', async () => {
  const { authority, clientId, tenantId } = entrance.microsoft;
  const refused = entrance.logged.join('');
  expect(refused).toContain('register the redirect URI http://localhost:8000/auth/sso/callback/entra');
  expect(refused).toContain(`${authority}/${tenantId}/v2.0/adminconsent?client_id=${clientId}`);
});

test('a long code, and a long description, are answered with a page', async () => {
  const long = { description: `AADSTS50011: ${'x'.repeat(8_000)}`, code: 'x'.repeat(8_000) };
  for (const authorizationResponse of [
    { code: undefined, error: 'invalid_request', error_description: long.description },
    { code: long.code },
  ]) {
    entrance.microsoft.faults.authorizationResponse = authorizationResponse;
    const browser = entrance.browser();
    const back = await browser.get(await entrance.callbackFor(browser, 'admin')).expect(303);
    await browser.get(String(back.headers.location)).expect(200);
  }
});
