import { expect, test } from '@jest/globals';
import { createMemoryAudit } from '#entrance/audit/memory.js';
import { auditOptions } from '../support/audit.js';

test('an export has a turn of the event loop for each piece, also where nothing has to be waited for', async () => {
  const audit = createMemoryAudit(auditOptions());
  audit.take(Array.from({ length: 1_000 }, () => ({ action: 'user-sign-in', by: {} }) as const));
  let turns = 0;
  const count = () => {
    turns += 1;
    next = setImmediate(count);
  };
  let next = setImmediate(count);
  let pieces = 0;
  for await (const events of audit.export({}, 'newest first')) if (events.length > 0) pieces += 1;
  clearImmediate(next);
  expect(pieces).toBe(5);
  expect(turns).toBeGreaterThanOrEqual(pieces);
});
