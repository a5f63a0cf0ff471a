import { expect, test } from '@jest/globals';
import { previewAccessBy } from '#entrance/commands/access.js';
import { plural, sentence } from '#entrance/words.js';
import { startTestEntrance } from './support/entrance.js';

test.each([
  [0, '0 people'],
  [1, '1 person'],
  [2, '2 people'],
  [2_000, '2,000 people'],
])('%i of them are counted as %s', (count, text) => {
  expect(plural(count, 'person', 'people')).toBe(text);
});

test.each(['The secret is incorrect', 'The secret is incorrect.', 'The secret is incorrect.. '])(
  '“%s” ends in one full stop',
  (text) => {
    expect(sentence(text)).toBe('The secret is incorrect.');
  },
);

test('one person has signed in, in the words of a preview', async () => {
  const entrance = await startTestEntrance();
  try {
    await entrance.signIn('admin');
    const preview = await previewAccessBy(entrance.config, entrance.deps, { json: false });
    expect(preview?.report).toContain('1 person has signed in through a provider');
  } finally {
    await entrance.close();
  }
});
