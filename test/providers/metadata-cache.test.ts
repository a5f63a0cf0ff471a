import { expect, test } from '@jest/globals';
import { MetadataCache } from '#entrance/providers/metadata-cache.js';

test('metadata that is read again and says the same is the same object', async () => {
  let issuer = 'https://login.example/a';
  const cache = new MetadataCache({ now: () => 0 }, async () => ({ issuer }));
  const first = await cache.refresh();
  expect(await cache.refresh()).toBe(first);
  issuer = 'https://login.example/b';
  expect(await cache.refresh()).toEqual({ issuer });
  expect(cache.known).toEqual({ issuer });
});
