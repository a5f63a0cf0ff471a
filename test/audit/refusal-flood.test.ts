import { afterEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { createRefusalShare } from '#entrance/audit/refusal-share.js';
import { startTestEntrance, storeKinds, type TestEntrance } from '../support/entrance.js';

let entrance: TestEntrance | undefined;

afterEach(async () => {
  await entrance?.close();
  entrance = undefined;
});

const DAY_MS = 86_400_000;
const CALLBACK = '/auth/sso/callback/entra?state=1';

describe.each(storeKinds)('on %s', (store) => {
  test('visitors without a transaction can’t push an administrator’s events out of the audit log', async () => {
    entrance = await startTestEntrance({ store, settings: { AUDIT_MAX_EVENTS: '1000', TRUST_PROXY: '1' } });
    entrance.pass(DAY_MS - (Date.now() % DAY_MS)); // to where a day begins, which the requests then stay within
    const { app, deps } = entrance;
    const bearer = await entrance.token('teams:write');
    await request(app)
      .post('/auth/teams')
      .set('Authorization', `Bearer ${bearer}`)
      .send({ name: 'Platform' });

    for (let network = 0; network < 150; network += 1) {
      const from = `10.9.0.${network}`;
      const path = network % 3 === 0 ? CALLBACK : `${CALLBACK}&error=access_denied`;
      await request(app).get(path).set('X-Forwarded-For', from);
    }
    await deps.audit.upkeep();

    const { events } = await deps.audit.list({ limit: 10, action: 'team-create' });
    expect(events).toHaveLength(1);
    const refusals = await deps.audit.list({ limit: 200, outcome: 'failure' });
    expect(refusals.events).toHaveLength(100);
    expect(await deps.audit.verify()).toMatchObject({ intact: true });
  });
});

test('what needs no transaction and no password is recorded once a minute for a network, and counted each time', async () => {
  entrance = await startTestEntrance({
    settings: { METRICS_TOKEN: 'a-token-for-metrics-that-is-long-enough-0123456789' },
  });
  entrance.pass(60_000 - (Date.now() % 60_000)); // to where a minute begins, which the requests then stay within
  const { app, deps } = entrance;
  const failures = async () =>
    (await deps.audit.list({ limit: 200, outcome: 'failure' })).events.map(({ event }) => event.reason);
  for (let round = 0; round < 5; round += 1) {
    await request(app).get(CALLBACK).set('Cookie', 'entrance-8000-transaction-x=foreign');
    await request(app).post('/admin/login').set('Sec-Fetch-Site', 'same-origin').type('form').send({});
  }
  expect(await failures()).toEqual(['transaction_invalid']);
  const { text } = await request(app)
    .get('/metrics')
    .set('Authorization', 'Bearer a-token-for-metrics-that-is-long-enough-0123456789');
  expect(text).toMatch(/entrance_sign_ins_total\{provider="entra",outcome="transaction_invalid"\} 5/);
  expect(text).toMatch(/entrance_sign_ins_total\{provider="local",outcome="credentials_missing"\} 5/);

  entrance.pass(61_000);
  await request(app).get(CALLBACK);
  expect(await failures()).toHaveLength(2);
});

describe('the share of refusals', () => {
  const share = (maxEvents = 1_000) => {
    let now = 0;
    const { admits } = createRefusalShare({ now: () => now }, maxEvents);
    return {
      admits,
      pass: (ms: number) => {
        now += ms;
      },
    };
  };
  const password = { code: 'credentials_invalid', ip: '10.0.0.1', isProven: false } as const;
  const stranger = { code: 'transaction_invalid', ip: '10.0.0.1', isProven: false } as const;

  test('of strangers doesn’t hide wrong passwords, nor people who were refused', () => {
    const { admits } = share();
    for (let host = 0; host < 500; host += 1) admits({ ...stranger, ip: `10.1.${host >> 8}.${host & 255}` });
    expect(admits({ ...stranger, ip: '10.2.0.1' })).toBe(false);
    expect(admits(password)).toBe(true);
    expect(admits({ code: 'not_provisioned', ip: '10.0.0.1', isProven: true })).toBe(true);
  });

  test('is a hundredth of the log a day', () => {
    const { admits, pass } = share(1_000_000);
    const admitted = () => Array.from({ length: 12_000 }, () => admits(password)).filter(Boolean).length;
    expect(admitted()).toBe(10_000);
    pass(86_400_000);
    expect(admitted()).toBe(10_000);
  });

  test('counts an IPv6 network as one, and any text that is no address', () => {
    const { admits } = share();
    expect(admits({ ...stranger, ip: '2001:db8::1' })).toBe(true);
    expect(admits({ ...stranger, ip: '2001:db8::2' })).toBe(false);
    expect(admits({ ...stranger, ip: undefined })).toBe(true);
    expect(admits({ ...stranger, ip: 'x' })).toBe(false);
  });
});
