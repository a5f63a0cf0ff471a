import { describe, expect, test } from '@jest/globals';
import {
  holdsIdentity,
  identitiesOf,
  lastUsedIdentity,
  tenantOf,
  waysInOf,
  withIdentity,
  withIdentityMoved,
  withIdentityUsed,
  withoutIdentity,
} from '#entrance/identity/linked-identities.js';
import type { IdentityKey, User } from '#entrance/identity/user.js';

const CREATED = '2026-01-01T00:00:00.000Z';
const LATER = '2026-02-01T00:00:00.000Z';
const okta: IdentityKey = { provider: 'okta', providerScope: 'https://acme.okta.com', providerId: '00u1' };
const github: IdentityKey = {
  provider: 'github',
  providerScope: 'https://api.github.com',
  providerId: '583231',
};
const entra: IdentityKey = {
  provider: 'entra',
  providerScope: '3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650',
  providerId: '0e7a0c11-0000-4000-8000-0000000000a1',
};
const ada: User = {
  id: 'ada',
  email: 'ada@acmecorp.com',
  fullName: 'Ada Lovelace',
  ...okta,
  status: 'active',
  decision: null,
  roles: [],
  teams: [],
  createdAt: CREATED,
  lastLoginAt: CREATED,
  version: 1,
};
const withGithub: User = { ...ada, ...withIdentity(ada, github, LATER) };

describe('the identities of an account', () => {
  test('the first one is there since the account is, unless it came later; others follow in their order', () => {
    expect(identitiesOf(ada)).toEqual([{ ...okta, linkedAt: CREATED }]);
    expect(identitiesOf(withGithub)).toEqual([
      { ...okta, linkedAt: CREATED },
      { ...github, linkedAt: LATER },
    ]);
    expect(waysInOf(withGithub)).toEqual(['okta', 'github']);
    expect([okta, github, entra].map((key) => holdsIdentity(withGithub, key))).toEqual([true, true, false]);
  });

  test('are none for a local account, and for one that waits to be claimed', () => {
    const unlinked = { ...ada, providerId: null, providerScope: null };
    expect(identitiesOf(unlinked)).toEqual([]);
    expect(waysInOf(unlinked)).toEqual([]);
    const local = { ...unlinked, provider: 'local' };
    expect(identitiesOf(local)).toEqual([]);
    expect(waysInOf(local)).toEqual(['local']);
  });

  test('a local account that is linked has the identity as its first one', () => {
    const local = { ...ada, provider: 'local', providerId: null, providerScope: null };
    const linked = { ...local, ...withIdentity(local, entra, LATER) };
    expect(linked).toMatchObject(entra);
    expect(identitiesOf(linked)).toEqual([{ ...entra, linkedAt: LATER }]);
  });

  test('the next one takes the place of the first, and the account without any waits for the same provider', () => {
    const left = { ...withGithub, ...withoutIdentity(withGithub, okta) };
    expect(left).toMatchObject({ ...github, linkedAt: LATER, furtherIdentities: undefined });
    expect(identitiesOf({ ...withGithub, ...withoutIdentity(withGithub, github) })).toEqual(
      identitiesOf(ada),
    );
    const none = { ...left, ...withoutIdentity(left, github) };
    expect(none).toMatchObject({ provider: 'github', providerId: null, providerScope: null });
    expect(identitiesOf(none)).toEqual([]);
  });

  test('one of another scope or provider with the same subject is another one', () => {
    expect(holdsIdentity(ada, { ...okta, providerScope: 'https://other.okta.com' })).toBe(false);
    expect(holdsIdentity(ada, { ...okta, provider: 'okta-test' })).toBe(false);
    expect(identitiesOf({ ...ada, ...withoutIdentity(ada, { ...okta, providerId: '00u2' }) })).toHaveLength(
      1,
    );
  });

  test('one that moves keeps its place and its time', () => {
    const to = { ...github, providerId: '9' };
    const moved = { ...withGithub, ...withIdentityMoved(withGithub, github, to) };
    expect(identitiesOf(moved)).toEqual([
      { ...okta, linkedAt: CREATED },
      { ...to, linkedAt: LATER },
    ]);
  });

  test('the last sign-in tells which one was used last', () => {
    expect(lastUsedIdentity(withGithub)).toMatchObject(okta);
    const used = { ...withGithub, ...withIdentityUsed(withGithub, github, LATER), lastLoginAt: LATER };
    expect(lastUsedIdentity(used)).toMatchObject(github);
    const again = { ...used, ...withIdentityUsed(used, okta, '2026-03-01T00:00:00.000Z') };
    expect(lastUsedIdentity({ ...again, lastLoginAt: '2026-03-01T00:00:00.000Z' })).toMatchObject(okta);
  });

  test('an issuer, or the origin of an API, is no directory', () => {
    expect([entra, okta, github].map(tenantOf)).toEqual([entra.providerScope, undefined, undefined]);
  });
});
