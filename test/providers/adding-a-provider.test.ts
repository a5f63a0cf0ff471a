import { describe, expect, test } from '@jest/globals';
import { clientSettings, readClient } from '#entrance/config/client-settings.js';
import { commonSettings, readCommon } from '#entrance/config/common-settings.js';
import type { ProviderConfig } from '#entrance/config/config.js';
import { parseSettings } from '#entrance/config/parse.js';
import type { ProviderSettings } from '#entrance/config/provider-settings.js';
import { settingsIn } from '#entrance/config/setting-groups.js';
import type { SettingsReader } from '#entrance/config/settings-reader.js';
import { entra } from '#entrance/providers/entra/kind.js';
import { validSettings } from '../support/settings.js';

/* A kind of provider as docs/adding-a-provider.md tells it, of which there may be several, by ID. */

interface AcmeConfig extends ProviderConfig {
  readonly clientId: string;
}

const form = {
  parse: (text: string) =>
    /\s/.test(text) ? { problem: 'holds a blank' } : ({ kind: 'group', value: text } as const),
  inWords: 'group names',
  examples: ['staff', 'crew'],
} as const;

function settingsFor(id: string) {
  const prefix = `SSO_${id.toUpperCase()}`;
  return { ...commonSettings(prefix, { id, name: 'Acme', form }), ...clientSettings(prefix, 'Acme') };
}

const idsIn = (text: string | undefined) => text?.split(',') ?? [];

const acme: ProviderSettings<AcmeConfig> = {
  kind: 'acme',
  names: {},
  groups: [{ title: 'Acme', settings: Object.values(settingsFor('acme')) }],
  settingsIn: (textOf) => idsIn(textOf('SSO_ACME_IDS')).flatMap((id) => Object.values(settingsFor(id))),
  foreignNames: { gateway: [{ names: ['ACME_GROUPS'], here: 'groups are SSO_ACME_ADMIN_GROUPS' }] },
  switches: (settings) => idsIn(settings.text('SSO_ACME_IDS')).map((id) => settingsFor(id).enabled),
  read: (settings, isOn) =>
    idsIn(settings.text('SSO_ACME_IDS')).flatMap((id) => {
      const read = readOne(settings, id, isOn);
      return read === undefined ? [] : [read];
    }),
};

function readOne(settings: SettingsReader, id: string, isSsoOn: boolean): AcmeConfig | undefined {
  const own = settingsFor(id);
  const isOn = isSsoOn && settings.get(own.enabled);
  const common = readCommon(settings, own);
  const client = readClient(settings, own, own.enabled.name, isOn);
  if (!isOn || client === undefined) return undefined;
  const names = { id, kind: 'acme', name: `Acme ${id}`, displayName: `Acme ${id}` };
  return { ...common, ...names, clientId: client.clientId, firstAdministrator: '' };
}

const north = {
  SSO_ACME_IDS: 'north,south',
  SSO_NORTH_ENABLED: 'true',
  SSO_NORTH_CLIENT_ID: 'entrance',
  SSO_NORTH_CLIENT_SECRET: 'vT4-gq8Lw2.Rk0Zp6Xn1-Yb9',
};
const parse = (changes: Readonly<Record<string, string>>) =>
  parseSettings({ ...validSettings, ...changes }, [entra, acme]);

describe('a kind with several providers by ID', () => {
  test('gives those that are on, each with what all providers have', () => {
    const { sso } = parse({
      ...north,
      SSO_NORTH_ADMIN_GROUPS: 'Staff,Staff',
      SSO_NORTH_TEAM_MAPPINGS: '{"Crew":"Sailors"}',
      SSO_NORTH_TRUSTED_DOMAINS: 'north.example',
      SSO_TRUSTED_DOMAINS: 'harbour.example',
    });
    expect(sso.providers.map(({ id }) => id)).toEqual(['entra', 'north']);
    expect(sso.providerNames).toEqual({ entra: 'Microsoft', north: 'Acme north' });
    expect(sso.providers.map(({ trustedDomains }) => trustedDomains)).toEqual([
      ['harbour.example'],
      ['north.example'],
    ]);
    expect(sso.providers[1]).toMatchObject({
      adminGroups: [{ kind: 'group', value: 'Staff' }],
      teamMappings: [{ kind: 'group', value: 'crew', name: 'Sailors' }],
      settings: { adminGroups: 'SSO_NORTH_ADMIN_GROUPS', trustedDomains: 'SSO_NORTH_TRUSTED_DOMAINS' },
    });
  });

  test('knows the names that an ID makes, and finds a slip in one of them', () => {
    expect(parse({ ...north, SSO_SOUTH_ENABLED: 'false' }).warnings.join()).not.toContain('SSO_SOUTH');
    expect(parse({ ...north, SSO_NORTH_DEFUALT_ROLE: 'x' }).warnings).toContainEqual(
      'SSO_NORTH_DEFUALT_ROLE is no setting and has no effect (did you mean SSO_NORTH_DEFAULT_ROLE?)',
    );
    const names = (ids?: string) => settingsIn([acme], () => ids).map(({ name }) => name);
    expect(names('north')).toContain('SSO_NORTH_ROLE_MAPPINGS');
    expect(names()).not.toContain('SSO_NORTH_ROLE_MAPPINGS');
  });

  test('says what one of them lacks, and what is wrong in its own form', () => {
    expect(() => parse({ ...north, SSO_SOUTH_ENABLED: 'true' })).toThrow(
      /SSO_SOUTH_CLIENT_ID isn’t set, and SSO_SOUTH_ENABLED=true needs it[\s\S]*SSO_SOUTH_CLIENT_SECRET isn’t set/,
    );
    expect(() => parse({ ...north, SSO_NORTH_ADMIN_GROUPS: '["two words"]' })).toThrow(
      /SSO_NORTH_ADMIN_GROUPS holds a blank/,
    );
  });

  test('is told of by what other products call it', () => {
    expect(parse({ ACME_GROUPS: 'x' }).warnings.join()).toContain('groups are SSO_ACME_ADMIN_GROUPS');
  });

  test.each(['entra', 'north,north', 'local'])(
    '%s: no two providers have one ID, and none that of local accounts',
    (ids) => {
      const settings = { ...north, SSO_ACME_IDS: ids, SSO_LOCAL_ENABLED: 'true', SSO_LOCAL_CLIENT_ID: 'x' };
      expect(() => parse({ ...settings, SSO_LOCAL_CLIENT_SECRET: north.SSO_NORTH_CLIENT_SECRET })).toThrow(
        /which is taken/,
      );
    },
  );
});
