import { expect, test } from '@jest/globals';
import { sign } from 'cookie-signature';
import type { Request } from 'express';
import { Secret } from '#entrance/config/secret.js';
import { createCookieReader } from '#entrance/session/cookie.js';
import { handleOf } from '#entrance/session/session-store.js';

const [OLD, NEW] = ['the old secret', 'the new secret'];
const ID = 'an ID of a session';

/** The `Cookie` header with which a browser comes back. */
const signedBy = (secret: string, id = ID) => `entrance=${encodeURIComponent(`s:${sign(id, secret)}`)}`;
const carrying = (cookie: string | undefined) => ({ headers: { cookie } }) as Request;

test('a cookie that we signed names its session, one that somebody changed names none', () => {
  const read = createCookieReader('entrance', Secret.of(NEW));
  const right = signedBy(NEW);
  expect(read(carrying(right))).toBe(handleOf(ID));
  expect(read(carrying(`theme=dark; ${right}`))).toBe(handleOf(ID));
  for (const wrong of [
    signedBy('another secret'),
    right.replace('an', 'no'),
    right.slice(0, -1),
    `entrance=${ID}`,
    'entrance=s%3A',
    'entrance=',
    '',
    undefined,
  ])
    expect(read(carrying(wrong))).toBeUndefined();
});

test('while the secret is rotated both are taken; then the old one is not, though its cookie was read before', () => {
  let values = [OLD];
  const read = createCookieReader('entrance', new Secret(() => values));
  expect(read(carrying(signedBy(OLD)))).toBe(handleOf(ID));
  expect(read(carrying(signedBy(NEW)))).toBeUndefined();
  values = [NEW, OLD];
  for (const secret of [OLD, NEW]) expect(read(carrying(signedBy(secret)))).toBe(handleOf(ID));
  values = [NEW];
  expect(read(carrying(signedBy(OLD)))).toBeUndefined();
  expect(read(carrying(signedBy(NEW)))).toBe(handleOf(ID));
});
