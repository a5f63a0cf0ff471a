import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import * as z from 'zod';
import type { Operation } from '#entrance/api/operation.js';
import { createOperations } from '#entrance/api/operations.js';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';

/** zod's own messages, and other texts that tell a person nothing. */
const WORDLESS =
  /Invalid (?:input|option|string|ISO|UUID)|Too (?:big|small)|Unrecognized key|expected .* received|undefined/;
const TOO_LONG = 'x'.repeat(5_000);

let entrance: TestEntrance;
let bearer: string;
beforeAll(async () => {
  entrance = await startTestEntrance();
  bearer = await entrance.token('*');
});
afterAll(() => entrance.close());

/** An existing user, so that no value is refused for want of one. */
async function send(
  { method, path }: Operation,
  query: string,
  body: object | undefined,
): Promise<request.Response> {
  const { id } = await entrance.addUser();
  const { body: created } = await request(entrance.app)
    .post('/auth/teams')
    .set('Authorization', `Bearer ${bearer}`)
    .send({ name: `Team ${id}` });
  const address = path
    .replace(/^\/auth\/teams\/\{id\}/, `/auth/teams/${created.id}`)
    .replaceAll(/\{\w+\}/g, id);
  const asked = request(entrance.app)[method](`${address}${query}`).set('Authorization', `Bearer ${bearer}`);
  return body === undefined
    ? asked
    : asked.set('Content-Type', 'application/json').send(JSON.stringify(body));
}

/** The details of all refusals; each names the field in front, or in quotation marks. */
async function refusals(
  field: string,
  answers: readonly Promise<request.Response>[],
): Promise<readonly string[]> {
  const details: string[] = [];
  for (const { status, body } of await Promise.all(answers)) {
    if (status < 400 || ['no_access', 'not_pending'].includes(body.code)) continue;
    expect({ field, status, code: body.code }).toEqual({ field, status: 400, code: 'invalid_request' });
    expect(body.detail).not.toMatch(WORDLESS);
    expect(body.detail).toMatch(new RegExp(`^(?:.*; )?${field}(?:\\.\\w+)?: |“${field}”`));
    details.push(body.detail);
  }
  return details;
}

test('a value that a query parameter doesn’t take is refused in words that name it and say what is allowed', async () => {
  const tried: string[] = [];
  for (const operation of createOperations(entrance.deps)) {
    for (const name of Object.keys(operation.query?.shape ?? {})) {
      const values = [
        `${name}=${TOO_LONG}`,
        `${name}=many`,
        `${name}=1.5`,
        `${name}=-1`,
        `${name}=a&${name}=${TOO_LONG}`,
      ];
      const isCsv = operation.consumes === 'text/csv';
      const answers = values.map((value) =>
        isCsv ? sendCsv(operation.path, value) : send(operation, `?${value}`, undefined),
      );
      const found = await refusals(name, answers);
      tried.push(`${operation.id} ${name} ${found.length > 0}`);
    }
  }
  expect(tried.filter((line) => line.endsWith('false'))).toEqual([]);
  expect(tried.length).toBeGreaterThan(20);
});

function sendCsv(path: string, query: string): Promise<request.Response> {
  return Promise.resolve(
    request(entrance.app)
      .post(`${path}?${query}`)
      .set('Authorization', `Bearer ${bearer}`)
      .type('text/csv')
      .send('email\nada@acmecorp.com\n'),
  );
}

test('a body with a wrong value, a missing field or an unknown field is refused in such words too', async () => {
  const tried: string[] = [];
  for (const operation of createOperations(entrance.deps)) {
    if (!(operation.body instanceof z.ZodObject)) continue;
    const fields = Object.keys(operation.body.shape);
    for (const field of fields) {
      const values = [{}, 7.5, -1, true, [], [7], [''], TOO_LONG, [TOO_LONG], '', undefined];
      const answers = values.map((value) => send(operation, '', { ...required(fields), [field]: value }));
      const found = await refusals(field, answers);
      tried.push(`${operation.id} ${field} ${found.length > 0}`);
    }
    // What another vendor's specification may add is left alone.
    if (!(operation.body.def.catchall instanceof z.ZodUnknown)) {
      const found = await refusals('colour', [send(operation, '', { colour: 'red' })]);
      expect(found[0]).toContain(fields.join(', '));
    }
    const [whole] = await refusals('body', [send(operation, '', [])]);
    expect(whole).toContain('an object');
  }
  expect(tried.filter((line) => line.endsWith('false'))).toEqual([]);
  expect(tried.length).toBeGreaterThan(10);
});

/** Right values for the required fields. */
function required(fields: readonly string[]): Record<string, unknown> {
  const unique = randomUUID();
  const right = { email: `${unique}@contoso.com`, name: unique, scopes: ['verify'], expires_in_days: 1 };
  return Object.fromEntries(Object.entries(right).filter(([name]) => fields.includes(name)));
}

test.each([
  [
    '/auth/users?sort=name',
    'sort: one of email, full_name, created_at, last_login_at, with a - in front for the other way round',
  ],
  ['/auth/users?status=gone', 'status: it has to be one of active, '],
  ['/auth/users?limit=201', 'limit: a whole number from 1 to 200'],
  ['/auth/users?limit=1.5', 'limit: a whole number from 1 to 200'],
  ['/auth/users?q=a&q=b', 'q: it has to be a text, given once'],
  ['/auth/audit?from=yesterday', 'from: a date such as 2026-03-01, or a moment such as 2026-03-01T12:00:00Z'],
])('GET %s: %s', async (address, said) => {
  const { body } = await request(entrance.app).get(address).set('Authorization', `Bearer ${bearer}`);
  expect(body.detail).toContain(said);
});

test.each([
  ['{"name": ', 'The body isn’t JSON'],
  ['[1', 'The body isn’t JSON'],
])('a body that isn’t JSON, %s, is refused as that', async (text, said) => {
  const { status, body } = await request(entrance.app)
    .post('/auth/teams')
    .set('Authorization', `Bearer ${bearer}`)
    .type('application/json')
    .send(text);
  expect(status).toBe(400);
  expect(body.detail).toContain(said);
});
