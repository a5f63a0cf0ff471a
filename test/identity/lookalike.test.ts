import { expect, test } from '@jest/globals';
import { asItLooks, mixedScripts } from '#entrance/identity/lookalike.js';

test.each([
  ['аda@acmecorp.com', 'ada@acmecorp.com', 'Cyrillic', 'Latin and Cyrillic'],
  ['adα@acmecorp.com', 'ada@acmecorp.com', 'Greek', 'Latin and Greek'],
  ['ada@xn--cmecorp-1fg.com', 'ada@acmecorp.com', 'Cyrillic in the domain', 'Latin and Cyrillic'],
  ['сосо@acmecorp.com', 'coco@acmecorp.com', 'Cyrillic alone', undefined],
  ['ａｄａ@acmecorp.com', 'ada@acmecorp.com', 'full width', undefined],
])('%s looks like %s (%s)', (email, looks, _kind, mixed) => {
  expect(asItLooks(email)).toBe(looks);
  expect(mixedScripts(email)).toBe(mixed);
});

test.each([
  'Ada.Lovelace@acmecorp.com',
  'jörg@bücher.example',
  'иван.petrov@acmecorp.com',
  '山田taro@acmecorp.com',
])('%s mixes nothing that a language doesn’t', (email) => {
  expect(mixedScripts(email)).toBeUndefined();
});
