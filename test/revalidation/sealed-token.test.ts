import { expect, test } from '@jest/globals';
import { Secret } from '#entrance/config/secret.js';
import { createTokenSeal } from '#entrance/revalidation/revalidation.js';

const OLD = 'an old secret that is long enough to be one';
const NEW = 'a new secret that is long enough to be one';
const token = Secret.of('the refresh token');

test('a sealed token shows nothing, and is another each time', () => {
  const { seal } = createTokenSeal(Secret.of(OLD));
  const [one, other] = [seal('ada', token), seal('ada', token)];
  expect(one).not.toBe(other);
  expect(Buffer.from(one, 'base64url').toString()).not.toContain(token.value());
});

test('it opens for the user it was sealed for, and for nobody else', () => {
  const { seal, open } = createTokenSeal(Secret.of(OLD));
  const sealed = seal('ada', token);
  expect(open('ada', sealed)?.value()).toBe(token.value());
  expect(open('bob', sealed)).toBeUndefined();
  expect(open('ada', `${sealed}x`)).toBeUndefined();
});

test('a rotated secret opens what the old one sealed, until the old one goes', () => {
  const sealed = createTokenSeal(Secret.of(OLD)).seal('ada', token);
  expect(createTokenSeal(Secret.of(NEW, OLD)).open('ada', sealed)?.value()).toBe(token.value());
  expect(createTokenSeal(Secret.of(NEW)).open('ada', sealed)).toBeUndefined();
  const resealed = createTokenSeal(Secret.of(NEW, OLD)).seal('ada', token);
  expect(createTokenSeal(Secret.of(NEW)).open('ada', resealed)?.value()).toBe(token.value());
});
