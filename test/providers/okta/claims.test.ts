import { expect, test } from '@jest/globals';
import { UNKNOWN } from '#entrance/identity/claimed.js';
import { groupsIn } from '#entrance/providers/okta/claims.js';

const groups = (count: number) => Array.from({ length: count }, (_, index) => `Group ${index}`);

test.each([
  ['neither source tells of them', [undefined, undefined], UNKNOWN],
  ['one tells that there are none', [undefined, []], []],
  ['they stand in the ID token alone', [['A'], undefined], ['A']],
  ['they stand in UserInfo alone', [undefined, ['A']], ['A']],
  [
    'both tell of some',
    [
      ['A', 'B'],
      ['B', 'C'],
    ],
    ['A', 'B', 'C'],
  ],
  ['one of them can’t be read', [['A'], 7], { atLeast: ['A'] }],
  ['there is one, as a text', ['A', undefined], ['A']],
  ['there are 99', [groups(99), undefined], groups(99)],
  ['there are exactly 100', [undefined, groups(100)], { atLeast: groups(100) }],
  ['there are 101, since an expression may send more', [groups(101), undefined], groups(101)],
])('groups, if %s', (_, sources, known) => {
  expect(groupsIn(...sources)).toEqual(known);
});
