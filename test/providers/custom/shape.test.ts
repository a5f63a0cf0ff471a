import { expect, test } from '@jest/globals';
import type { CustomProvider } from '#entrance/extensions.js';
import { kindsWith, providerKinds } from '#entrance/providers/kinds.js';
import { parseConfig } from '#entrance/settings.js';

const OPEN_ID = {
  id: 'acme',
  name: 'Acme ID',
  issuer: 'https://id.acme.example',
  clientId: 'console',
  clientSecret: 'lantern-quartz-41-meadow',
};
const OAUTH = {
  id: 'acme',
  name: 'Acme ID',
  begin: () => 'https://id.acme.example/authorize',
  complete: () => ({ subject: '7' }),
};

/** Providers as a program in JavaScript may give them. */
const given = (...providers: readonly unknown[]) => kindsWith(providers as readonly CustomProvider[]);

test.each<[string, unknown, string]>([
  [
    'nothing at all',
    null,
    'providers[0] is no provider. A provider has id, name, and the texts issuer and clientId',
  ],
  [
    'neither an issuer nor functions',
    { id: 'acme', name: 'A' },
    'providers[0] can sign nobody in. It needs the texts',
  ],
  [
    'no function complete',
    { ...OAUTH, complete: undefined },
    'providers[0].complete is missing, and must be a function',
  ],
  ['a begin that is no function', { ...OAUTH, begin: 'https://…' }, 'providers[0].begin must be a function'],
  ['a confirm that is no function', { ...OAUTH, confirm: true }, 'providers[0].confirm must be a function'],
  ['no client ID', { ...OPEN_ID, clientId: undefined }, 'providers[0].clientId must be a text'],
  ['an empty issuer', { ...OPEN_ID, issuer: ' ' }, 'providers[0].issuer is empty'],
  [
    'a secret that is none',
    { ...OPEN_ID, clientSecret: 7 },
    'providers[0].clientSecret must be a text, or a list',
  ],
  [
    'a name that turns the page around',
    { ...OPEN_ID, name: 'A\u202e' },
    'providers[0].name holds characters that nobody',
  ],
  ['no name', { ...OPEN_ID, name: '' }, 'providers[0].name has no visible character'],
  ['a mark without paths', { ...OPEN_ID, mark: { viewBox: '0 0 1 1' } }, 'providers[0].mark.paths'],
  [
    'a misspelt member of a provider in code',
    { ...OAUTH, stepUp: true },
    'providers[0].stepUp has no effect (did you mean stepsUp?)',
  ],
  [
    'one in other letters',
    { ...OAUTH, endSessionURL: () => undefined },
    'providers[0].endSessionURL has no effect (did you mean endSessionUrl?)',
  ],
  [
    'a misspelt member of a provider by OpenID Connect',
    { ...OPEN_ID, readGroup: () => [] },
    'providers[0].readGroup has no effect (did you mean readGroups?)',
  ],
  ['no ID', { ...OPEN_ID, id: undefined }, 'providers[0].id must be a text'],
  [
    'an ID that no address has',
    { ...OPEN_ID, id: 'Acme ID' },
    'providers[0].id must be an ID: a small letter, then',
  ],
  [
    'the ID of password accounts',
    { ...OPEN_ID, id: 'local' },
    'providers[0].id is “local”, which Entrance uses itself',
  ],
  [
    'the ID of another kind',
    { ...OAUTH, id: 'entra' },
    'providers[0].id is “entra”, which Entrance uses itself',
  ],
  ['an ID like a setting of all', { ...OAUTH, id: 'auto' }, 'names of other settings begin (SSO_AUTO_…)'],
])('a provider with %s is refused in a sentence', (_what, provider, sentence) => {
  expect(() => given(provider)).toThrow(sentence);
});

test('two providers whose settings would have the same names are refused', () => {
  const twins = () => given({ ...OAUTH, id: 'acme-id' }, { ...OPEN_ID, id: 'acme_id' });
  expect(twins).toThrow(
    'providers[1].id is “acme_id”, whose settings would have the names of those of providers[0]',
  );
});

test('all faults are named at once, and a value that is no list too', () => {
  expect(() => given({ ...OAUTH, begin: 1, complete: 1 }, 7)).toThrow(
    /providers\[0\]\.begin.*\n.*providers\[0\]\.complete.*\n.*providers\[1\] is no provider/,
  );
  expect(() => Reflect.apply(kindsWith, undefined, [OPEN_ID])).toThrow('needs a list of providers');
});

test('an ID that a setting gives to another provider is refused where the setting stands', () => {
  const settings = { ...USUAL, SSO_GENERIC_IDS: 'acme' };
  expect(() => parseConfig(settings, {}, given(OPEN_ID))).toThrow('SSO_GENERIC_IDS holds “acme”');
});

const USUAL = {
  PLATFORM_ADMIN_EMAIL: 'root@acmecorp.com',
  PLATFORM_ADMIN_PASSWORD: 'plum-harbour-violin-92',
};

test('it is on without SSO_ENABLED, and off by either switch', () => {
  const providersOf = (settings: Readonly<Record<string, string>>) =>
    parseConfig({ ...USUAL, ...settings }, {}, given(OPEN_ID, { ...OAUTH, id: 'other' })).sso.providers.map(
      ({ id }) => id,
    );
  expect(providersOf({})).toEqual(['acme', 'other']);
  expect(providersOf({ SSO_ENABLED: 'false' })).toEqual([]);
  expect(providersOf({ SSO_OTHER_ENABLED: 'false' })).toEqual(['acme']);
  expect(providersOf({ SSO_ACME_ENABLED: 'false' })).toEqual(['other']);
});

test('its rules are read from settings with its ID, and a setting replaces a value of the code', () => {
  const { sso, warnings } = parseConfig(
    {
      ...USUAL,
      SSO_ACME_ADMIN_GROUPS: 'admins',
      SSO_ACME_TRUSTED_DOMAINS: 'acmecorp.com',
      SSO_ACME_ISSUER: 'https://id.acme.example/tenant-7',
      SSO_ACME_GROUPS_CLAIM: 'roles',
      SSO_OTHER_DEFAULT_ROLE: 'platform_viewer',
      SSO_OTHER_ADMIN_GROPS: 'admins',
    },
    {},
    given({ ...OPEN_ID, readGroups: () => [] }, { ...OAUTH, id: 'other' }),
  );
  const [acme, other] = sso.providers;
  expect(acme).toMatchObject({
    issuer: 'https://id.acme.example/tenant-7',
    clientId: 'console',
    name: 'Acme ID',
    adminGroups: [{ kind: 'group', value: 'admins' }],
    trustedDomains: ['acmecorp.com'],
    settings: { adminGroups: 'SSO_ACME_ADMIN_GROUPS' },
  });
  expect(other).toMatchObject({ id: 'other', defaultRole: 'platform_viewer', revalidateInterval: 0 });
  expect(sso.providerNames).toMatchObject({ acme: 'Acme ID', other: 'Acme ID' });
  expect(warnings.join('\n')).toContain('SSO_ACME_GROUPS_CLAIM has no effect: the function readGroups');
  expect(warnings.join('\n')).toContain('did you mean SSO_OTHER_ADMIN_GROUPS?');
});

test('a client secret is needed, from the code, a setting or a file of either', () => {
  const { clientSecret, ...without } = OPEN_ID;
  expect(() => parseConfig(USUAL, {}, given(without))).toThrow(
    'SSO_ACME_CLIENT_SECRET isn’t set, and the provider acme of createEntrance has no clientSecret either',
  );
  const setting = { ...USUAL, SSO_ACME_CLIENT_SECRET: clientSecret };
  expect(parseConfig(setting, {}, given(without)).sso.providers).toHaveLength(1);
  expect(() =>
    parseConfig({ ...USUAL, SSO_ACME_CLIENT_SECRET_FILE: '/nowhere' }, {}, given(OPEN_ID)),
  ).toThrow('SSO_ACME_CLIENT_SECRET_FILE names a file that can’t be read');
});

test('settings that a provider can’t have are unknown', () => {
  const settings = { ...USUAL, SSO_ACME_REVALIDATE_INTERVAL: '15m', SSO_ACME_REQUIRED_AUTH_CONTEXT: 'c1' };
  const without = parseConfig(settings, {}, given(OAUTH));
  expect(without.warnings.join('\n')).toMatch(/SSO_ACME_REVALIDATE_INTERVAL .*no effect/);
  expect(without.warnings.join('\n')).toMatch(/SSO_ACME_REQUIRED_AUTH_CONTEXT .*no effect/);
  const able = { ...OAUTH, confirm: () => ({ isThere: true }), stepsUp: true };
  expect(parseConfig(settings, {}, given(able)).sso.providers).toMatchObject([
    { revalidateInterval: 900_000, requiredAuthContext: 'c1' },
  ]);
});

test('without providers the kinds are ours', () => {
  expect(kindsWith(undefined)).toBe(providerKinds);
});

test('members of the host app’s own stay its own', () => {
  const own = { map: new Map(), user: 'console', client: {}, confirmUrl: '/confirm', stepsUpTo: 'c1' };
  expect(() => given({ ...OAUTH, ...own })).not.toThrow();
  expect(() => given({ ...OAUTH, stepsUp: true, stepUp: 1 })).not.toThrow();
});
