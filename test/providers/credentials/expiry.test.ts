import { describe, expect, test } from '@jest/globals';
import pino from 'pino';
import { credentialExpiry, datedCredentials } from '#entrance/providers/credentials/expiry.js';
import { watchExpiry } from '#entrance/providers/credentials/expiry-warnings.js';
import { renewal } from '#entrance/providers/entra/inspection.js';
import { parseConfig } from '#entrance/settings.js';
import { entraConfigOf } from '../../support/entra.js';

const DAY = 24 * 60 * 60 * 1_000;
const NOW = Date.parse('2026-03-01T12:00:00Z');
const secret = (expiresAt: number) =>
  ({ kind: 'secret', validFrom: undefined, expiresAt, renewal: renewal.secret }) as const;

test.each([
  [61 * DAY, 61, 'none'],
  [60 * DAY + 1, 60, 'none'],
  [60 * DAY, 60, 'within_60_days'],
  [30 * DAY + 1, 30, 'within_60_days'],
  [30 * DAY, 30, 'within_30_days'],
  [7 * DAY + 1, 7, 'within_30_days'],
  [7 * DAY, 7, 'within_7_days'],
  [1, 0, 'within_7_days'],
  [0, 0, 'expired'],
  [-1, -1, 'expired'],
])('%i ms before its end a credential has %i days left: %s', (left, daysLeft, urgency) => {
  expect(credentialExpiry(secret(NOW + left), NOW)).toMatchObject({ daysLeft, urgency });
});

test('a certificate may not be valid yet', () => {
  const early = {
    kind: 'certificate',
    validFrom: NOW + 1,
    expiresAt: NOW + 90 * DAY,
    renewal: renewal.certificate,
  } as const;
  expect(credentialExpiry(early, NOW).urgency).toBe('not_yet_valid');
  expect(credentialExpiry(early, NOW + 1).urgency).toBe('none');
});

describe('the date of a secret', () => {
  function world(changes: Record<string, string> = {}) {
    let now = NOW;
    let content = 'the-first-secret';
    const config = parseConfig(
      {
        PLATFORM_ADMIN_EMAIL: 'root@acmecorp.com',
        PLATFORM_ADMIN_PASSWORD: 'plum-harbour-violin-92',
        SSO_ENABLED: 'true',
        SSO_ENTRA_ENABLED: 'true',
        SSO_ENTRA_CLIENT_ID: '1b7e4d3a-9c26-4f08-a5d1-6e0c82f39b47',
        SSO_ENTRA_TENANT_ID: 'acmecorp.com',
        SSO_ENTRA_CLIENT_SECRET_FILE: '/secret',
        SSO_ENTRA_CLIENT_SECRET_EXPIRES: '2026-03-31',
        ...changes,
      },
      { clock: { now: () => now }, files: { read: () => Buffer.from(content), stamp: () => content } },
    );
    const entra = entraConfigOf(config);
    if (entra === undefined) throw new Error('the provider is off');
    return {
      read: datedCredentials(entra.credentials, renewal),
      replace: (text: string) => {
        content = text;
        now += 2_000;
      },
    };
  }

  test('is the one that was given', () => {
    expect(world().read()).toEqual([secret(Date.parse('2026-03-31T00:00:00Z'))]);
    expect(world({ SSO_ENTRA_CLIENT_SECRET_EXPIRES: '2026-03-31T12:00:00+02:00' }).read()).toEqual([
      secret(Date.parse('2026-03-31T10:00:00Z')),
    ]);
  });

  test('says nothing about the secret that has replaced it', () => {
    const { read, replace } = world();
    replace('the-second-secret\nthe-first-secret');
    expect(read()).toEqual([]);
  });
});

describe('the log', () => {
  function watch(expiresAt: number) {
    let now = NOW;
    const lines: { level: number; msg: string; urgency: string; daysLeft: number; remedy: string }[] = [];
    const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const watching = watchExpiry(
      () => [{ provider: 'entra', ...secret(expiresAt) }],
      { now: () => now },
      log,
    );
    watching.stop();
    return {
      lines,
      /** As the timer does, once an hour. */
      pass(hours: number) {
        for (let hour = 0; hour < hours; hour += 1) {
          now += 60 * 60 * 1_000;
          watching.look();
        }
      },
    };
  }

  test('warns at start, and then once a day', () => {
    const { lines, pass } = watch(NOW + 40 * DAY);
    expect(lines).toMatchObject([{ level: 40, urgency: 'within_60_days', daysLeft: 40 }]);
    expect(lines[0]?.remedy).toContain('Certificates & secrets');
    pass(23);
    expect(lines).toHaveLength(1);
    pass(1);
    expect(lines).toHaveLength(2);
    pass(24 * 11);
    expect(lines.map(({ urgency }) => urgency).slice(-2)).toEqual(['within_30_days', 'within_30_days']);
  });

  test('is more pressing a week before, and afterwards', () => {
    const { lines, pass } = watch(NOW + 7 * DAY);
    pass(24 * 7);
    expect(lines.map(({ level }) => level)).toEqual(Array.from({ length: 8 }, () => 50));
    expect(lines.at(-1)?.urgency).toBe('expired');
  });

  test('is silent where there is time', () => {
    const { lines, pass } = watch(NOW + 90 * DAY);
    pass(24);
    expect(lines).toEqual([]);
  });
});
