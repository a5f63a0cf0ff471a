import { expect, test } from '@jest/globals';
import { signingAlgorithms } from '#entrance/providers/jwt.js';

test.each([
  [undefined, ['RS256']],
  [
    ['RS256', 'ES256', 'PS384', 'EdDSA'],
    ['RS256', 'ES256', 'PS384', 'EdDSA'],
  ],
  [['none', 'RS256', 'HS256', 'HS512', 'None'], ['RS256']],
  [['HS256'], []],
])('if the metadata announces %j, tokens may be signed by %j', (announced, expected) => {
  expect(signingAlgorithms(announced)).toEqual(expected);
});
