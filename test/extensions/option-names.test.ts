import { expect, test } from '@jest/globals';
import { createEntrance } from '#entrance/index.js';
import { createTestEntrance } from '#entrance/testing.js';

const settings = {
  BASE_URL: 'http://localhost:3000',
  PLATFORM_ADMIN_EMAIL: 'admin@acmecorp.com',
  PLATFORM_ADMIN_PASSWORD: 'plum harbour violin kites',
};

test('a misspelt option is refused with the name that was meant, before anybody can sign in', async () => {
  const misspelt: object = { settings, adimt: () => false, provider: [], colour: 'red' };
  // @ts-expect-error as JavaScript would call it
  await expect(createEntrance(misspelt)).rejects.toThrow(
    new TypeError(
      'createEntrance has no option “adimt” (did you mean admit?), “provider” (did you mean providers?), “colour”',
    ),
  );
});

test('a test entrance refuses it too', async () => {
  const misspelt: object = { onSignin: () => undefined };
  await expect(createTestEntrance(misspelt)).rejects.toThrow('“onSignin” (did you mean onSignIn?)');
});

test('options that are left undefined are as if they weren’t there', async () => {
  const entrance = await createEntrance({ settings, admit: undefined, texts: undefined });
  await entrance.close();
});
