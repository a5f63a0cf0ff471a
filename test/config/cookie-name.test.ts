import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cookieName } from '#entrance/config/cookie-name.js';
import { parseConfig } from '#entrance/settings.js';

const named = (address: string, kind?: 'theme' | 'notice') => {
  const settings = {
    BASE_URL: address,
    ALLOW_MEMORY_STORE: 'true',
    SESSION_SECRET: 'k9fWq3tYp0Zr8xLm2NvB6sHd4JgC7aTeUoIyRwXzQ1M',
    PLATFORM_ADMIN_EMAIL: 'admin@contoso.com',
    PLATFORM_ADMIN_PASSWORD: 'plum-harbour-violin-92',
  };
  return cookieName(parseConfig(settings).server.baseUrl, kind);
};

test.each([
  ['https://gateway.example', '__Host-entrance'],
  ['https://gateway.example:443/', '__Host-entrance'],
  ['https://gateway.example/console', '__Host-entrance-console'],
  ['https://gateway.example:8443/console', '__Host-entrance-8443-console'],
  ['https://gateway.example/console-a', '__Host-entrance-console-a'],
  ['http://localhost:8000', 'entrance-8000'],
  ['http://localhost', 'entrance'],
  ['http://127.0.0.1:8173/ops', 'entrance-8173-ops'],
])('the session’s cookie at %s is called %s', (address, name) => {
  expect(named(address)).toBe(name);
});

test('the other cookies follow the same rule', () => {
  expect(named('https://gateway.example', 'theme')).toBe('__Host-entrance-theme');
  expect(named('http://localhost:8000', 'theme')).toBe('entrance-theme-8000');
});

test.each([
  ['https://h.example/a-b', 'https://h.example/a/b'],
  ['https://h.example/A', 'https://h.example/a'],
  ['https://h.example/a_b', 'https://h.example/a-b'],
  ['https://h.example/8000', 'https://h.example:8000'],
  ['https://h.example/theme', 'https://h.example'],
])('%s and %s share no cookie', (one, other) => {
  const names = (address: string) => [named(address), named(address, 'theme'), named(address, 'notice')];
  expect(new Set([...names(one), ...names(other)]).size).toBe(6);
});

test('no two paths share a cookie, and every name is a token of RFC 6265', () => {
  const path = fc
    .array(fc.stringMatching(/^[\w.~-]{1,6}$/), { maxLength: 3 })
    .map((segments) => segments.map((segment) => `/${segment}`).join(''));
  fc.assert(
    fc.property(path, path, (one, other) => {
      fc.pre(one !== other);
      const base = { origin: 'https://h.example', secure: true };
      expect(cookieName({ ...base, path: one })).not.toBe(cookieName({ ...base, path: other }));
      expect(cookieName({ ...base, path: one })).toMatch(/^[\w-]+$/);
    }),
  );
});
