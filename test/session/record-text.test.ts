import { expect, test } from '@jest/globals';
import { readRecord, writeRecord } from '#entrance/session/record-text.js';
import type { SessionRecord } from '#entrance/session/session-record.js';

const record: SessionRecord = {
  userId: '0198c1f2-7d3e-7a41-9c55-2f60b8e4d913',
  email: 'ada@harbour.example',
  fullName: 'Ada',
  roles: ['platform_admin'],
  provider: 'harbour',
  device: 'Firefox on Windows',
  address: '203.0.113.7',
  createdAt: 1_000_000,
  lastSeenAt: 1_060_000,
};

test.each<Partial<SessionRecord>>([
  {},
  { loginHint: 'hint' },
  { authContexts: ['c1'] },
  { idTokenHint: 'sealed' },
  { authContexts: ['c1', 'c2'], loginHint: 'hint', idTokenHint: 'sealed' },
])('a record with %j is read as it was written', (more) => {
  expect(readRecord(writeRecord({ ...record, ...more }))).toEqual({ ...record, ...more });
});

test('what a session lacks takes no room', () => {
  expect(JSON.parse(writeRecord(record))).toHaveLength(10);
});
