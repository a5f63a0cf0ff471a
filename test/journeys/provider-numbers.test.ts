import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestEntrance, type TestEntrance, type TestEntranceOptions } from '../support/entrance.js';

const CORRELATION = '9f1c2b3a-1111-4222-8333-444455556666';
const NOT_ALLOWED = 'Your organisation doesn’t allow this here';
const NOT_SET_UP = 'Signing in with Microsoft isn’t set up correctly';

let entrance: TestEntrance;
/** Those of single tests, closed after each even if it fails. */
const others: TestEntrance[] = [];
async function startAnother(options?: TestEntranceOptions): Promise<TestEntrance> {
  const other = await startTestEntrance(options);
  others.push(other);
  return other;
}

beforeAll(async () => {
  entrance = await startTestEntrance();
});
afterAll(() => entrance.close());
afterEach(async () => {
  await Promise.all(others.splice(0).map((other) => other.close()));
  Object.assign(entrance.microsoft.faults, {
    authorizationResponse: undefined,
    tokenEndpointError: undefined,
    tokenEndpointStatus: undefined,
    raw: undefined,
  });
});

function described(number: number): string {
  return `AADSTS${number}: <b>Hostile words</b>. Correlation ID: ${CORRELATION} Timestamp: 2026-11-20 09:30:01Z`;
}

/** Tries to sign in, and gives what the person reads, what the log says and what the audit log keeps. */
async function refusal() {
  const browser = entrance.browser();
  const back = await browser.get(await entrance.callbackFor(browser, 'admin')).expect(303);
  const location = String(back.headers.location);
  const page = (await browser.get(location).expect(200)).text;
  const line: unknown = JSON.parse(
    entrance.logged.findLast((one) => one.includes('a sign-in was refused')) ?? '{}',
  );
  const { events } = await entrance.deps.audit.list({ limit: 1 });
  expect(page).not.toContain('Hostile');
  return { location, page, line, event: events[0] };
}

describe('a number without a text of its own is on the page, in the log and in the audit event', () => {
  test.each([
    ['access_denied', 530_003, NOT_ALLOWED],
    ['access_denied', 53_002, NOT_ALLOWED],
    ['access_denied', 54_000, NOT_ALLOWED],
    ['access_denied', 50_005, 'This device can’t be used to sign in'],
    ['access_denied', 399_218, 'Microsoft didn’t allow this sign-in'],
    ['interaction_required', 530_034, NOT_ALLOWED],
    ['invalid_request', 500_207, NOT_SET_UP],
    ['invalid_request', 900_023, NOT_SET_UP],
    ['server_error', 50_146, NOT_SET_UP],
  ])('when the browser brings %s with it: %d', async (error, number, title) => {
    entrance.microsoft.faults.authorizationResponse = {
      code: undefined,
      error,
      error_description: described(number),
    };
    const { event, line, page } = await refusal();
    expect(page).toContain(title);
    expect(page).toContain(`AADSTS${number}`);
    expect(line).toMatchObject({ facts: { providerCode: `AADSTS${number}`, correlationId: CORRELATION } });
    expect(event?.entrance).toMatchObject({
      provider_code: `AADSTS${number}`,
      aadsts: Number(number),
      correlation_id: CORRELATION,
    });
  });

  test.each([7_000_229, 700_022, 700_226, 1_002_016, 9_002_325])(
    'when the token endpoint answers invalid_client with it: %d, with a remedy',
    async (number) => {
      entrance.microsoft.faults.tokenEndpointError = {
        error: 'invalid_client',
        error_description: described(number),
        error_codes: [number],
      };
      const { event, line, location, page } = await refusal();
      expect(location).toBe('/admin/login?error=sso_misconfigured');
      expect(page).toContain(`AADSTS${number}`);
      expect(line).toMatchObject({
        facts: { providerCode: `AADSTS${number}` },
        remedy: expect.stringMatching(/.{20}/),
      });
      expect(event?.entrance).toMatchObject({ provider_code: `AADSTS${number}` });
    },
  );

  test('when the token endpoint lists it beside words that don’t hold it', async () => {
    entrance.microsoft.faults.tokenEndpointError = {
      error: 'invalid_grant',
      error_description: 'No.',
      error_codes: [530_035],
    };
    const { event, page } = await refusal();
    expect(page).toContain('AADSTS530035');
    expect(event?.entrance).toMatchObject({ provider_code: 'AADSTS530035' });
  });

  test('when the token endpoint sends a challenge beside it (RFC 6749 §5.2)', async () => {
    entrance.microsoft.faults.raw = (endpoint, response) => {
      if (endpoint !== 'token') return false;
      const body = { error: 'invalid_client', error_description: described(7_000_299) };
      response
        .writeHead(401, { 'Content-Type': 'application/json', 'WWW-Authenticate': 'Basic realm="x"' })
        .end(JSON.stringify(body));
      return true;
    };
    const { event, page } = await refusal();
    expect(page).toContain('AADSTS7000299');
    expect(event?.entrance).toMatchObject({ provider_code: 'AADSTS7000299' });
  });

  test('when a refresh token is refused with it', async () => {
    const revalidating = await startAnother({
      microsoft: entrance.microsoft,
      settings: { SSO_ENTRA_REVALIDATE_INTERVAL: '5m' },
    });
    const browser = await revalidating.signIn('admin');
    entrance.microsoft.faults.tokenEndpointError = {
      error: 'invalid_grant',
      error_description: described(500_579),
      error_codes: [500_579],
    };
    revalidating.pass(6 * 60_000);
    await browser.get('/admin').expect(303);
    const { events } = await revalidating.deps.audit.list({ limit: 1 });
    expect(events[0]).toMatchObject({
      event: { action: 'session-revoke' },
      entrance: { provider_code: 'AADSTS500579', correlation_id: CORRELATION },
    });
  });
});

test('a finer word of Microsoft’s, and what it asks for next, are in the log', async () => {
  entrance.microsoft.faults.raw = (endpoint, response) => {
    if (endpoint !== 'token') return false;
    const body = {
      error: 'interaction_required',
      error_codes: [50_076],
      suberror: 'basic_action',
      claims: '{}',
    };
    response.writeHead(400, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    return true;
  };
  expect((await refusal()).line).toMatchObject({ cause: { suberror: 'basic_action', claims: '{}' } });
});

describe('tokens that are signed with a key of the application’s own (claims mapping)', () => {
  test('are accepted, since the keys are asked for with the client ID', async () => {
    const mapped = await startAnother();
    await mapped.microsoft.useOwnKey();
    await (await mapped.signIn('admin')).get('/admin').expect(200);
  });

  test('whose key isn’t published are refused, and the log says what to change', async () => {
    const mapped = await startAnother();
    mapped.microsoft.faults.keySet = ({ keys }) => ({ keys: keys.slice(1) });
    await mapped.microsoft.useOwnKey();
    const browser = mapped.browser();
    const back = await browser.get(await mapped.callbackFor(browser, 'admin')).expect(303);
    expect(back.headers.location).toBe('/admin/login?error=sso_failed');
    expect(mapped.logged.findLast((one) => one.includes('a sign-in was refused'))).toContain(
      'a key of its own (claims mapping)',
    );
  });
});

describe('an error that Microsoft brings to the sign-in page itself, as after a declined admin consent', () => {
  const show = (query: Readonly<Record<string, string>>) =>
    entrance
      .browser()
      .get(`/admin/login?${new URLSearchParams(query)}`)
      .expect(200);

  test('is explained in our own words, and in the log with its number and a remedy', async () => {
    const { text } = await show({ error: 'access_denied', error_description: described(650_059) });
    expect(text).toContain('id="refusal"');
    expect(text).not.toContain('Hostile');
    expect(entrance.logged.findLast((line) => line.includes('sent an error to the sign-in page'))).toContain(
      '650059',
    );
  });

  test('puts nothing on the page that a link could bring along', async () => {
    const id = '0e7a3b52-91c4-4d68-8f20-6ab57c31d9e4';
    const { text } = await show({
      error: 'access_denied',
      error_description: `AADSTS9008005551: Trace ID: ${id} Correlation ID: ${id} Timestamp: 2031-07-09 11:12:13Z`,
      trace_id: id,
      correlation_id: id,
      timestamp: '2031-07-09 11:12:13Z',
    });
    expect(text).toContain('id="refusal"');
    expect(text).not.toMatch(/AADSTS|8005551|0e7a3b52|2031-07-09/);
  });

  test.each([
    { error: 'nonsense', error_description: '<b>Hostile</b>' },
    { error_description: described(65_004) },
  ])('isn’t made up of %j', async (query) => {
    expect((await show(query)).text).not.toMatch(/Hostile|role="alert"|AADSTS/);
  });
});
