import { describe, expect, test } from '@jest/globals';
import pino from 'pino';
import { createHooks } from '#entrance/extensions/hooks.js';
import type { AdmitAnswer, Extensions } from '#entrance/extensions.js';
import { UNKNOWN } from '#entrance/identity/claimed.js';
import type { Identity } from '#entrance/identity/identity.js';
import type { User } from '#entrance/identity/user.js';
import { newPerson } from '../support/people.js';

/** A time limit that has passed when the test looks, so that no test waits for the real one. */
const AT_ONCE_MS = 1;
const never = () => new Promise<never>(() => undefined);

const user: User = {
  ...newPerson({ email: 'ada@acmecorp.com', roles: [{ name: 'editor', origin: 'manual' }] }),
  version: 1,
};
const identity: Identity = {
  key: { provider: 'okta', providerScope: 'https://acme.okta.com', providerId: '00u1' },
  email: 'ada@acmecorp.com',
  emailVerified: true,
  fullName: 'Ada Lovelace',
  groups: { atLeast: ['g1'] },
  appRoles: UNKNOWN,
  providerSessionId: undefined,
};
const attempt = { purpose: 'sign-in', provider: 'okta', identity, user, ip: '192.0.2.1' } as const;

function hooksWith(extensions: Extensions, deadlineMs?: number) {
  const logged: string[] = [];
  const log = pino({ base: null }, { write: (line: string) => void logged.push(line) });
  return { hooks: createHooks(extensions, log, deadlineMs), logged };
}

const asked = (extensions: Extensions, deadlineMs?: number) =>
  hooksWith(extensions, deadlineMs)
    .hooks.admit(attempt)
    .then(
      () => 'admitted',
      ({ code, detail, facts }) => ({ code, detail, facts }),
    );

describe('admit', () => {
  test('lets our decision stand if there is no such function, and if the function says true', async () => {
    expect(await asked({})).toBe('admitted');
    expect(await asked({ admit: () => true })).toBe('admitted');
    expect(await asked({ admit: async () => true })).toBe('admitted');
  });

  test('refuses with our text, or with the text and the code of the host app', async () => {
    expect(await asked({ admit: () => false })).toMatchObject({ code: 'not_admitted', facts: {} });
    expect(await asked({ admit: async () => ({ text: 'Come back in May.', code: 'seat-limit' }) })).toEqual({
      code: 'not_admitted',
      detail: 'Come back in May.',
      facts: { hostText: 'Come back in May.', hostCode: 'seat-limit' },
    });
  });

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('the seats can’t be counted');
      },
    ],
    ['rejects', () => Promise.reject(new Error('the seats can’t be counted'))],
    ['hangs', never],
    ['gives nothing', () => undefined],
    ['gives null', () => null],
    ['gives a text', () => 'yes'],
    ['gives a number', () => 1],
    ['gives an unknown member', () => ({ admit: true })],
    ['gives a code with a line break', () => ({ code: 'a\nb' })],
    ['gives a text without an end', () => ({ text: 'x'.repeat(301) })],
  ])('admits nobody if the function %s', async (how, admit) => {
    const deadlineMs = how === 'hangs' ? AT_ONCE_MS : undefined;
    // A function in JavaScript may give anything.
    const extensions = { admit: admit as () => AdmitAnswer };
    expect(await asked(extensions, deadlineMs)).toMatchObject({ code: 'admission_failed', facts: {} });
  });

  test('shows a copy, so that no change to the copy has an effect', async () => {
    const before = structuredClone({ identity, user });
    await asked({
      admit: (shown) => {
        expect(shown).toMatchObject({
          identity: { key: identity.key, groups: ['g1'], appRoles: [] },
          user: { id: user.id, email: 'ada@acmecorp.com', roles: ['editor'], status: 'active' },
          ip: '192.0.2.1',
        });
        Object.assign(shown.identity ?? {}, { email: 'root@acmecorp.com' });
        Object.assign(shown.identity?.key ?? {}, { providerId: 'another' });
        // As a function in JavaScript could.
        Object.assign(shown.identity?.groups ?? [], ['administrators']);
        Object.assign(shown.user?.roles ?? [], ['platform_admin']);
        return true;
      },
    });
    expect({ identity, user }).toEqual(before);
  });

  test('aborts its signal when the answer comes too late', async () => {
    let signal: AbortSignal | undefined;
    await asked(
      {
        admit: (shown) => {
          ({ signal } = shown);
          return never();
        },
      },
      AT_ONCE_MS,
    );
    expect(signal?.aborted).toBe(true);
  });
});

describe('a hook that is told', () => {
  const signedIn = { user, provider: 'okta', isNew: true };
  const errorsOf = (logged: readonly string[]) =>
    logged.map((line) => JSON.parse(line)).map(({ hook, userId, msg }) => ({ hook, userId, msg }));
  const failed = (hook: string) => [{ hook, userId: user.id, msg: 'a hook of the host app failed' }];

  test('of a sign-in is waited for', async () => {
    const order: string[] = [];
    const { hooks } = hooksWith({
      onSignIn: async (event) => {
        await null;
        order.push(`told of ${event.user.email}, new: ${event.isNew}`);
      },
    });
    await hooks.signedIn(signedIn);
    order.push('went on');
    expect(order).toEqual(['told of ada@acmecorp.com, new: true', 'went on']);
  });

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
    ['hangs', never],
  ])('of a sign-in and %s is logged, and stops nobody', async (how, onSignIn) => {
    const deadlineMs = how === 'hangs' ? AT_ONCE_MS : undefined;
    const { hooks, logged } = hooksWith({ onSignIn }, deadlineMs);
    await hooks.signedIn(signedIn);
    expect(errorsOf(logged)).toEqual(failed('onSignIn'));
  });

  test('of a new user or of a sign-out and fails is logged', async () => {
    const reject = () => Promise.reject(new Error('no'));
    const { hooks, logged } = hooksWith({ onUserCreated: reject, onSignOut: reject });
    hooks.userCreated(user);
    hooks.signedOut({
      user: { id: user.id, email: user.email, fullName: user.fullName, roles: [] },
      provider: 'okta',
    });
    await new Promise(setImmediate);
    expect(errorsOf(logged)).toEqual([...failed('onUserCreated'), ...failed('onSignOut')]);
  });
});
