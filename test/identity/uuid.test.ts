import { expect, test } from '@jest/globals';
import { uuidv7 } from '#entrance/identity/uuid.js';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('an ID is a UUID of version 7 that begins with its time', () => {
  const id = uuidv7(0x017f22e279b0); // the example of RFC 9562, appendix A.6
  expect(id).toMatch(UUID_V7);
  expect(id.slice(0, 13)).toBe('017f22e2-79b0');
  expect(uuidv7(0)).toMatch(/^00000000-0000-7/);
  expect(uuidv7(1_700_000_000_000.7)).toMatch(UUID_V7);
});

test('IDs of one millisecond and of later ones grow', () => {
  const ids = Array.from({ length: 20_000 }, (_, index) =>
    uuidv7(1_700_000_000_000 + Math.floor(index / 10_000)),
  );
  expect(new Set(ids).size).toBe(ids.length);
  expect([...ids].sort()).toEqual(ids);
  expect(ids.every((id) => UUID_V7.test(id))).toBe(true);
});
