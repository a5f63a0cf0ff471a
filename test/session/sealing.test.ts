import { expect, test } from '@jest/globals';
import { Secret } from '#entrance/config/secret.js';
import { createSealing } from '#entrance/session/sealing.js';

const TEXT = '{"state":"a","next":"/übersicht"}';
const secret = Secret.of('a secret of this test, the first of its kind');
const sealing = createSealing('a test', secret);

function altered(sealed: string, at: number): string {
  const bytes = Buffer.from(sealed, 'base64url');
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  return bytes.toString('base64url');
}

test('what was sealed is opened, by every process with the secret', () => {
  expect(createSealing('a test', secret).open(sealing.seal(TEXT))).toBe(TEXT);
});

test('the same text is sealed otherwise each time, and doesn’t show', () => {
  const sealed = [sealing.seal(TEXT), sealing.seal(TEXT)];
  expect(new Set(sealed.map((one) => one.slice(0, 16))).size).toBe(2);
  for (const one of sealed) expect(Buffer.from(one, 'base64url').includes('state')).toBe(false);
});

test('not one byte can be altered', () => {
  const sealed = sealing.seal(TEXT);
  const { length } = Buffer.from(sealed, 'base64url');
  for (let at = 0; at < length; at += 1) expect(sealing.open(altered(sealed, at))).toBeUndefined();
});

test('nothing can be cut off or added', () => {
  const bytes = Buffer.from(sealing.seal(TEXT), 'base64url');
  for (let length = 0; length < bytes.length; length += 1)
    expect(sealing.open(bytes.subarray(0, length).toString('base64url'))).toBeUndefined();
  expect(sealing.open(Buffer.concat([bytes, Buffer.of(0)]).toString('base64url'))).toBeUndefined();
});

test('what isn’t written as it was sealed stays closed, though it means the same bytes', () => {
  const sealed = sealing.seal(TEXT);
  for (const written of [`${sealed}=`, ` ${sealed}`, `${sealed.slice(0, 9)}.${sealed.slice(9)}`])
    expect(sealing.open(written)).toBeUndefined();
});

test('what was sealed for one owner opens for nobody else', () => {
  const sealed = sealing.seal(TEXT, 'ada');
  expect(sealing.open(sealed, 'ada')).toBe(TEXT);
  expect([sealing.open(sealed, 'bob'), sealing.open(sealed)]).toEqual([undefined, undefined]);
});

test('what was sealed for another purpose or with another secret stays closed', () => {
  const sealed = sealing.seal(TEXT);
  expect(createSealing('another test', secret).open(sealed)).toBeUndefined();
  expect(
    createSealing('a test', Secret.of('a secret of somebody else altogether')).open(sealed),
  ).toBeUndefined();
});

test('while the secret is rotated, the new one seals and both open', () => {
  let values = ['the old secret of this test, long enough'];
  const rotated = createSealing('a test', new Secret(() => values));
  const before = rotated.seal(TEXT);
  values = ['the new secret of this test, long enough', ...values];
  const after = rotated.seal(TEXT);
  expect([rotated.open(before), rotated.open(after)]).toEqual([TEXT, TEXT]);
  values = values.slice(0, 1);
  expect([rotated.open(before), rotated.open(after)]).toEqual([undefined, TEXT]);
});
