import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createMemoryAudit } from '#entrance/audit/memory.js';
import { DEFAULT_SCOPES, scopes } from '#entrance/tokens/api-token.js';
import { createMemoryTokens } from '#entrance/tokens/memory.js';
import { generateToken, hashToken } from '#entrance/tokens/token-text.js';
import { allows, issueToken, parseLifetime, parseScopes, parseToken } from '#entrance/tokens/tokens.js';
import { auditOptions } from '../support/audit.js';

describe('the text of a token', () => {
  test('is recognisable, long enough to be unguessable, and never the same', () => {
    const made = Array.from({ length: 200 }, generateToken);
    for (const token of made) expect(token).toMatch(/^entrance_[\w-]{43}[0-9A-Za-z]{6}$/);
    expect(new Set(made).size).toBe(200);
  });

  test('gives the hash that it is stored under', () => {
    const token = generateToken();
    expect(parseToken(token)).toBe(hashToken(token));
    expect(parseToken(token)).toMatch(/^[0-9a-f]{64}$/);
  });

  test('has a checksum that others can compute: CRC-32 of all before it, in base 62', () => {
    expect(parseToken(`entrance_${'A'.repeat(43)}0NFuaX`)).toBeDefined();
  });

  test('with any one character mistyped is told without asking the store', () => {
    const character = fc.constantFrom(...'ABCXYZabcxyz019_-');
    fc.assert(
      fc.property(fc.nat({ max: 57 }), character, (place, typed) => {
        const token = generateToken();
        const mistyped = token.slice(0, place) + typed + token.slice(place + 1);
        expect(parseToken(mistyped) === undefined).toBe(mistyped !== token);
      }),
    );
  });

  test.each([
    '',
    'entrance_',
    'nonsense',
    `Bearer ${generateToken()}`,
    ` ${generateToken()}`,
    `${generateToken()}\n`,
  ])('%j is none', (text) => {
    expect(parseToken(text)).toBeUndefined();
  });
});

describe('scopes', () => {
  test('one allows itself alone, and * allows all', () => {
    expect(allows(['users:read'], 'users:read')).toBe(true);
    expect(allows(['users:read'], 'users:write')).toBe(false);
    expect(allows(['users:write'], 'users:read')).toBe(false);
    expect(allows(['users:read', 'users:write'], '*')).toBe(false);
    expect(allows([], 'verify')).toBe(false);
    for (const scope of scopes) expect(allows(['*'], scope)).toBe(true);
  });

  test('the default ones only read', () => {
    expect(DEFAULT_SCOPES).toEqual(['users:read', 'audit:read']);
  });

  test('are read from a list, and an unknown one makes it none', () => {
    expect(parseScopes('users:read, users:write')).toEqual(['users:read', 'users:write']);
    expect(parseScopes('*')).toEqual(['*']);
    for (const text of ['', 'root', 'users:read,', 'users:read,root', 'USERS:READ']) {
      expect(parseScopes(text)).toBeUndefined();
    }
  });

  test('named twice are held once', async () => {
    const clock = { now: () => 0 };
    const request = { name: 'x', scopes: ['verify', 'verify'] as const, expiresInDays: 1, createdBy: null };
    const { record } = await issueToken(
      createMemoryTokens(createMemoryAudit(auditOptions()), clock),
      request,
      clock,
    );
    expect(record.scopes).toEqual(['verify']);
  });
});

test('a lifetime is a number of days, up to ten years', () => {
  expect(parseLifetime('90d')).toBe(90);
  expect(parseLifetime('1d')).toBe(1);
  expect(parseLifetime('3650d')).toBe(3_650);
  for (const text of ['', 'never', '90', '0d', '-1d', '1.5d', '3651d', '1e3d', '90 d', '90h']) {
    expect(parseLifetime(text)).toBeUndefined();
  }
});
