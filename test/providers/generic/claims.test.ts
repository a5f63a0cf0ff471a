import { describe, expect, test } from '@jest/globals';
import { SettingsReader } from '#entrance/config/settings-reader.js';
import { identityOf } from '#entrance/providers/generic/claims.js';
import { type GenericConfig, readGeneric } from '#entrance/providers/generic/config.js';
import { metadataOf } from '#entrance/providers/generic/metadata.js';
import { genericSettings } from '#entrance/providers/generic/settings.js';
import type { IdTokenClaims } from '#entrance/providers/id-token.js';

const ISSUER = 'https://id.harbour.example';
const preset = { prefix: 'SSO_X', id: 'x', name: 'X', isOn: true, groupsClaim: 'groups', asksUserInfo: true };

function configOf(settings: Readonly<Record<string, string>> = {}): GenericConfig {
  const named = Object.entries(settings).map(([name, value]) => [`SSO_X_${name}`, value]);
  const reader = new SettingsReader({
    SSO_X_ISSUER: ISSUER,
    SSO_X_CLIENT_ID: 'entrance',
    SSO_X_CLIENT_SECRET: 'k9fWq3tYp0Zr8xLm2NvB6sHd',
    ...Object.fromEntries(named),
  });
  const config = readGeneric(reader, genericSettings(preset), preset, true);
  if (config === undefined) throw new Error(JSON.stringify(reader.problems));
  return config;
}

const identify = (claims: IdTokenClaims, settings: Readonly<Record<string, string>> = {}) =>
  identityOf(
    { idToken: { iss: ISSUER, sub: 'ada', ...claims }, userInfo: undefined, isWhole: true },
    configOf(settings),
    () => undefined,
  );

describe('an address', () => {
  const upn = { upn: 'ada@harbour.example', email_verified: true };

  test.each<[string, IdTokenClaims, Readonly<Record<string, string>>, string | undefined, boolean]>([
    ['is verified as a text too', { email: 'a@b.example', email_verified: 'true' }, {}, 'a@b.example', true],
    ['of another claim isn’t vouched for by email_verified', upn, { EMAIL_CLAIM: 'upn' }, upn.upn, false],
    [
      'of another claim is vouched for by the operator',
      { upn: upn.upn, email_verified: false },
      { EMAIL_CLAIM: 'upn', ASSUME_EMAIL_VERIFIED: 'true' },
      upn.upn,
      true,
    ],
    [
      'that is said to be unverified stays so, whatever the operator assumes',
      { email: 'a@b.example', email_verified: false },
      { ASSUME_EMAIL_VERIFIED: 'true' },
      'a@b.example',
      false,
    ],
    ['isn’t looked for elsewhere', upn, {}, undefined, false],
    [
      'may be the only one of a list',
      { emails: ['a@b.example'] },
      { EMAIL_CLAIM: 'emails' },
      'a@b.example',
      false,
    ],
    [
      'isn’t one of several',
      { emails: ['a@b.example', 'c@b.example'] },
      { EMAIL_CLAIM: 'emails' },
      undefined,
      false,
    ],
    ['isn’t made of DOMAIN\\user', { n: 'HARBOUR\\ada' }, { EMAIL_CLAIM: 'n' }, undefined, false],
  ])('%s', (_, claims, settings, email, emailVerified) => {
    expect(identify(claims, settings)).toMatchObject({ email, emailVerified });
  });
});

describe('a claim of groups', () => {
  test('has a name and no path', () => {
    const settings = { GROUPS_CLAIM: 'realm.roles' };
    expect(identify({ realm: { roles: ['admins'] } }, settings).groups).toEqual({ atLeast: [] });
    expect(identify({ 'realm.roles': ['admins'] }, settings).groups).toEqual(['admins']);
  });

  test('isn’t a member that every object has', () => {
    expect(identify({}, { GROUPS_CLAIM: 'constructor' }).groups).toEqual({ atLeast: [] });
  });

  test('may be one of several, and all of them have to be there for the groups to be known', () => {
    const settings = { GROUPS_CLAIM: 'groups,roles' };
    expect(identify({ groups: ['a'], roles: 'b' }, settings).groups).toEqual(['a', 'b']);
    expect(identify({ groups: ['a'] }, settings).groups).toEqual({ atLeast: ['a'] });
  });

  test('that is kept elsewhere isn’t absent', () => {
    const settings = { ABSENT_GROUPS: 'none' };
    expect(identify({}, settings).groups).toEqual([]);
    expect(identify({ _claim_names: { groups: 'src1' } }, settings).groups).toEqual({ atLeast: [] });
  });
});

describe('metadata', () => {
  test.each([ISSUER, `${ISSUER}/`])('may name %s', (issuer) => {
    const source = metadataOf(configOf({ TOKEN_URL: 'https://token.harbour.example/t' }));
    if (!('urls' in source)) throw new Error('it is read');
    expect(source.urls).toEqual([`${ISSUER}/.well-known/openid-configuration`]);
    expect(source.accept({ issuer, token_endpoint: `${ISSUER}/token` })).toEqual({
      issuer,
      token_endpoint: 'https://token.harbour.example/t',
    });
  });

  test.each([`${ISSUER}//`, `${ISSUER}/x`, 'https://evil.example', ISSUER.toUpperCase()])(
    'may not name %s',
    (issuer) => {
      const source = metadataOf(configOf({ METADATA_URL: 'https://evil.example/metadata' }));
      if (!('urls' in source)) throw new Error('it is read');
      expect(() => source.accept({ issuer })).toThrow(expect.objectContaining({ code: 'sso_misconfigured' }));
    },
  );
});
