import { afterEach, expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { assembleEntrance } from '#entrance/entrance.js';
import { LOCAL_ADMIN, startTestEntrance, type TestEntrance } from '../support/entrance.js';

let entrance: TestEntrance;
afterEach(() => entrance.close());

async function attempt(forwardedFor: string, password: string): Promise<number> {
  const answer = await entrance
    .browser()
    .post('/admin/login')
    .set('X-Forwarded-For', forwardedFor)
    .type('form')
    .send({ email: LOCAL_ADMIN.email, password });
  return answer.status;
}

test.each([
  ['203.0.113.7:51234, 10.1.0.4:40213', '203.0.113.9:51877, 10.1.0.4:40377'],
  ['203.0.113.7, 10.1.0.4:40213', '203.0.113.9, 10.1.0.4:40377'],
  ['203.0.113.7:51234, 10.1.0.4', '203.0.113.9:51877, 10.1.0.4'],
  ['[2001:db8:a::7]:51234, [fd00::4]:40213', '[2001:db8:b::9]:51877, [fd00::4]:40377'],
])('ports in X-Forwarded-For (%s) don’t make one client of all behind a proxy', async (one, other) => {
  entrance = await startTestEntrance({ settings: { TRUST_PROXY: 'loopback,uniquelocal' } });
  for (let failures = 0; failures < 5; failures += 1)
    expect(await attempt(one.replace(/\d$/, String(failures)), 'wrong')).toBe(401);
  expect(await attempt(one, LOCAL_ADMIN.password)).toBe(429);
  expect(await attempt(other, LOCAL_ADMIN.password)).toBe(303);
});

test.each([
  ['203.0.113.7:51234, 10.1.0.4', '203.0.113.7'],
  ['[2001:DB8::7]:51234, 10.1.0.4', '2001:db8::7'],
  ['::ffff:203.0.113.9, 10.1.0.4', '203.0.113.9'],
])('the client of X-Forwarded-For %s is %s in audit log, session and request log', async (sent, address) => {
  entrance = await startTestEntrance({ settings: { TRUST_PROXY: '2' } });
  expect(await attempt(sent, LOCAL_ADMIN.password)).toBe(303);
  const [event] = (await entrance.deps.audit.list({ limit: 1 })).events;
  expect(event?.source?.ip).toBe(address);
  const [session] = await entrance.deps.sessions.listOfUser(event?.user?.id ?? '');
  expect(session?.record.address).toBe(address);
  const logged = entrance.logged.map((line) => JSON.parse(line)).findLast(({ msg }) => msg === 'request');
  expect(logged.address).toBe(address);
});

test('in a host app, whose Express reads X-Forwarded-For, addresses are kept without ports too', async () => {
  entrance = await startTestEntrance();
  const host = express().set('trust proxy', 2).use(assembleEntrance(entrance.deps).routes);
  await request(host)
    .post('/admin/login')
    .set({ 'X-Forwarded-For': '[2001:DB8::7]:51234, 10.1.0.4:40213', 'Sec-Fetch-Site': 'same-origin' })
    .type('form')
    .send(LOCAL_ADMIN)
    .expect(303);
  const [event] = (await entrance.deps.audit.list({ limit: 1 })).events;
  expect(event?.source?.ip).toBe('2001:db8::7');
  const [session] = await entrance.deps.sessions.listOfUser(event?.user?.id ?? '');
  expect(session?.record.address).toBe('2001:db8::7');
});
