import { beforeEach, expect, jest, test } from '@jest/globals';
import * as argon2 from '@node-rs/argon2';

const work = { hash: 0, verify: [] as string[] };
const { hash, verify } = argon2;
jest.unstable_mockModule('@node-rs/argon2', () => ({
  ...argon2,
  hash: (...args: Parameters<typeof hash>) => {
    work.hash += 1;
    return hash(...args);
  },
  verify: (...args: Parameters<typeof verify>) => {
    work.verify.push(String(args[0]));
    return verify(...args);
  },
}));
const { hashPassword, needsRehash, verifyPassword } = await import('#entrance/passwords/hashing.js');

beforeEach(() => {
  work.hash = 0;
  work.verify = [];
});

const parametersOf = (phc: string | undefined) => phc?.split('$').slice(1, 4);
const saltAndDigestOf = (phc: string | undefined) =>
  phc
    ?.split('$')
    .slice(4)
    .map((part) => part.length);

test('a password fits its own hash and no other password does', async () => {
  const hashed = await hashPassword('plum-harbour-violin-92');
  expect(hashed).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await verifyPassword(hashed, 'plum-harbour-violin-92')).toBe(true);
  expect(await verifyPassword(hashed, 'plum-harbour-violin-93')).toBe(false);
  expect(await hashPassword('plum-harbour-violin-92')).not.toBe(hashed);
});

test('an unknown account costs what a known one costs: one verification with the same parameters', async () => {
  const hashed = await hashPassword('plum-harbour-violin-92');
  work.hash = 0;
  expect(await verifyPassword(hashed, 'wrong')).toBe(false);
  expect(await verifyPassword(undefined, 'wrong')).toBe(false);
  expect(work.hash).toBe(0);
  expect(work.verify).toHaveLength(2);
  const [known, unknown] = work.verify;
  expect(parametersOf(unknown)).toEqual(parametersOf(known));
  expect(saltAndDigestOf(unknown)).toEqual(saltAndDigestOf(known));
});

test('a password of more than 1,024 bytes never fits, and costs the same', async () => {
  const hashed = await hashPassword('a'.repeat(1_024));
  expect(await verifyPassword(hashed, 'a'.repeat(1_024))).toBe(true);
  work.verify = [];
  expect(await verifyPassword(hashed, 'a'.repeat(1_025))).toBe(false);
  expect(await verifyPassword(await hashPassword(''), 'é'.repeat(513))).toBe(false);
  expect(work.verify).toHaveLength(2);
  await expect(hashPassword('a'.repeat(1_025))).rejects.toThrow(RangeError);
});

test('a password is the same however the keyboard composes its accents', async () => {
  const hashed = await hashPassword('cafe\u0301 au lait au port');
  expect(await verifyPassword(hashed, 'caf\u00e9 au lait au port')).toBe(true);
});

test('a hash of other parameters wants to be made again', async () => {
  expect(await needsRehash(await hashPassword('x'))).toBe(false);
  expect(await needsRehash(await hash('x', { memoryCost: 8_192, timeCost: 2, parallelism: 1 }))).toBe(true);
  expect(await needsRehash(await hash('x', { memoryCost: 19_456, timeCost: 3, parallelism: 1 }))).toBe(true);
  expect(await needsRehash(await hash('x', { memoryCost: 19_456, timeCost: 2, algorithm: 1 }))).toBe(true);
});

test('a flood is answered without exhausting memory: what doesn’t fit in the queue is refused', async () => {
  const flood = await Promise.allSettled(
    Array.from({ length: 140 }, () => verifyPassword(undefined, 'guess')),
  );
  const refused = flood.filter(({ status }) => status === 'rejected');
  expect(refused).toHaveLength(140 - 102);
  expect(refused[0]).toMatchObject({ reason: { code: 'too_many_attempts' } });
  expect(await verifyPassword(undefined, 'guess')).toBe(false);
});
