import { expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import * as z from 'zod';
import type { CookieKind } from '#entrance/config/cookie-name.js';
import { Secret } from '#entrance/config/secret.js';
import { createSealedCookie } from '#entrance/pages/sealed-cookie.js';

const SECRET = 'k9fWq3tYp0Zr8xLm2NvB6sHd4JgC7aTeUoIyRwXzQ1M';
const baseUrl = { origin: 'http://localhost', path: '', secure: false };
const MESSAGE = 'Ada is disabled.';

function cookieOf(kind: CookieKind = 'notice', schema: z.ZodType = z.string(), secret = Secret.of(SECRET)) {
  return createSealedCookie(kind, schema, { secret, baseUrl });
}

/** The value of the cookie that carries the message. */
async function sealed(cookie = cookieOf()): Promise<string> {
  const app = express().get('/', (_request, response) => {
    cookie.set(response, MESSAGE);
    response.end();
  });
  const { headers } = await request(app).get('/').expect(200);
  return /=([^;]+);/.exec(String(headers['set-cookie']))?.[1] ?? '';
}

/** What the cookie reads from a request that brings this value. */
async function read(value: string, cookie = cookieOf(), name = 'entrance-notice'): Promise<unknown> {
  const app = express().get('/', (asked, response) => {
    response.json({ read: cookie.read(asked) });
  });
  const { body } = await request(app).get('/').set('Cookie', `${name}=${value}`).expect(200);
  return body.read;
}

test('the next page reads what was left, and nobody else can: the cookie shows nothing of it', async () => {
  const value = await sealed();
  expect(Buffer.from(value, 'base64url').toString('latin1')).not.toContain('disabled');
  expect(await read(value)).toBe(MESSAGE);
});

test('a cookie that was sealed with the secret before is read', async () => {
  const rotated = Secret.of('Zr8xLm2NvB6sHd4JgC7aTeUoIyRwXzQ1Mk9fWq3tYp0', SECRET);
  expect(await read(await sealed(), cookieOf('notice', z.string(), rotated))).toBe(MESSAGE);
});

test.each<[string, (value: string) => Promise<unknown>]>([
  ['altered', (value) => read(value.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')))],
  ['cut', (value) => read(value.slice(0, -2))],
  ['empty', () => read('')],
  ['plain', () => read(Buffer.from(JSON.stringify(MESSAGE)).toString('base64url'))],
  ['of another form', (value) => read(value, cookieOf('notice', z.number()))],
  ['of another kind', (value) => read(value, cookieOf('refusal'), 'entrance-refusal')],
  [
    'sealed with another secret',
    (value) => read(value, cookieOf('notice', z.string(), Secret.of('a secret of somebody else altogether'))),
  ],
])('a cookie that is %s isn’t read', async (_, readAltered) => {
  expect(await readAltered(await sealed())).toBeUndefined();
});
