import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { scopes } from '#entrance/tokens/api-token.js';

/** What docs/library.md says to a host app, and no compiler sees. */

const guide = readFileSync(new URL('../../docs/library.md', import.meta.url), 'utf8');

test('names all scopes, and none that doesn’t exist', () => {
  const [, paragraph = ''] = /^The scopes are those of Entrance(.*?)\. Choose/ms.exec(guide) ?? [];
  const named = [...paragraph.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
  expect(named).toEqual(scopes);
});
