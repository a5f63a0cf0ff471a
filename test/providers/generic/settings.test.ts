import { describe, expect, test } from '@jest/globals';
import { providerKinds } from '#entrance/providers/kinds.js';
import { parseValid, problemsOf, type Settings, warningsOf } from '../../support/settings.js';

const client = (prefix: string): Settings => ({
  [`${prefix}_ISSUER`]: 'https://id.harbour.example/',
  [`${prefix}_CLIENT_ID`]: 'entrance',
  [`${prefix}_CLIENT_SECRET`]: 'k9fWq3tYp0Zr8xLm2NvB6sHd',
});
const listed = { SSO_GENERIC_IDS: 'authentik', ...client('SSO_AUTHENTIK') };
const single = { SSO_GENERIC_ENABLED: 'true', SSO_GENERIC_PROVIDER_ID: 'auth0', ...client('SSO_GENERIC') };
const idsOf = (settings: Settings) => parseValid(settings).sso.providers.map(({ id }) => id);

describe('which providers there are', () => {
  test('those that are listed, AD FS, and the one of SSO_GENERIC_…, each with its own name', () => {
    const { providers, providerNames } = parseValid({
      ...single,
      SSO_GENERIC_IDS: '["authentik","my-idp"]',
      ...client('SSO_AUTHENTIK'),
      ...client('SSO_MY_IDP'),
      SSO_MY_IDP_DISPLAY_NAME: 'Harbour ID',
      ...client('SSO_ADFS'),
      SSO_ADFS_ENABLED: 'true',
    }).sso;
    const names = providers.filter(({ kind }) => kind === 'generic').map(({ id, name }) => [id, name]);
    expect(names).toEqual([
      ['authentik', 'Authentik'],
      ['my-idp', 'Harbour ID'],
      ['adfs', 'AD FS'],
      ['auth0', 'Auth0'],
    ]);
    expect(providerNames).toMatchObject({ 'my-idp': 'Harbour ID' });
  });

  test('none that is switched off', () => {
    expect(idsOf({ ...listed, SSO_AUTHENTIK_ENABLED: 'false' })).toEqual(['entra']);
    expect(idsOf({ ...single, SSO_GENERIC_ENABLED: 'false' })).toEqual(['entra']);
    expect(idsOf({ ...client('SSO_ADFS') })).toEqual(['entra']);
  });

  test('a provider may be the only one', () => {
    expect(idsOf({ ...listed, SSO_ENTRA_ENABLED: 'false' })).toEqual(['authentik']);
  });
});

describe('an ID is refused', () => {
  test.each(['Authentik', '0auth', 'a b', 'a/b', '-a', 'é', 'x'.repeat(41)])('that isn’t one: %s', (id) => {
    const [problem] = problemsOf({ SSO_GENERIC_IDS: JSON.stringify([id]) });
    expect(problem).toMatchObject({
      variable: 'SSO_GENERIC_IDS',
      problem: expect.stringMatching(/^must be an ID/),
    });
  });

  const taken = providerKinds.filter(({ kind }) => kind !== 'generic').map(({ kind }) => kind);
  test.each([...taken, 'local', 'generic', 'adfs', 'trusted', 'auto', 'preserve', 'require', 'entra_client'])(
    'whose settings would begin as others do: %s',
    (id) => {
      for (const variable of ['SSO_GENERIC_IDS', 'SSO_GENERIC_PROVIDER_ID'])
        expect(problemsOf({ [variable]: id })).toEqual([
          expect.objectContaining({ variable, problem: expect.stringContaining('choose another ID') }),
        ]);
    },
  );

  test('that makes the same names as another', () => {
    const ids = { SSO_GENERIC_IDS: 'my-idp,my_idp', ...client('SSO_MY_IDP') };
    expect(problemsOf(ids)).toEqual([
      expect.objectContaining({ problem: expect.stringContaining('“my-idp” and “my_idp”') }),
    ]);
  });

  test('that is given twice', () => {
    expect(problemsOf({ ...listed, ...single, SSO_GENERIC_PROVIDER_ID: 'authentik' })).toContainEqual(
      expect.objectContaining({ variable: 'SSO_GENERIC_PROVIDER_ID' }),
    );
  });
});

describe('what a provider needs', () => {
  test('is asked for by its own names', () => {
    const problems = problemsOf({ SSO_GENERIC_IDS: 'authentik' });
    expect(problems.map(({ variable }) => variable).sort()).toEqual([
      'SSO_AUTHENTIK_CLIENT_ID',
      'SSO_AUTHENTIK_CLIENT_SECRET',
      'SSO_AUTHENTIK_ISSUER',
    ]);
    expect(problems[0]?.problem).toContain('SSO_GENERIC_IDS names authentik');
    expect(problemsOf({ ...single, SSO_GENERIC_PROVIDER_ID: '' })).toHaveLength(1);
  });

  test('has no secret if it is a public client', () => {
    const open = {
      ...listed,
      SSO_AUTHENTIK_CLIENT_SECRET: '',
      SSO_AUTHENTIK_TOKEN_ENDPOINT_AUTH_METHOD: 'none',
    };
    expect(idsOf(open)).toEqual(['entra', 'authentik']);
  });

  test.each([
    ['ISSUER', 'http://id.harbour.example', 'plain http'],
    ['TOKEN_URL', 'http://id.harbour.example/token', 'plain http'],
    ['CLIENT_ID', 'two words', 'no blanks'],
    ['SCOPE', 'profile email', 'openid'],
    ['AUTHORIZATION_PARAMETERS', '{"state":"x"}', 'leave it out'],
    ['AUTHORIZATION_PARAMETERS', '{"organization":7}', 'JSON object'],
    ['LOGOUT_RETURN_PARAMETER', 'a=b', 'name of a parameter'],
  ])('isn’t %s=%s', (suffix, value, said) => {
    expect(problemsOf({ ...listed, [`SSO_AUTHENTIK_${suffix}`]: value })).toEqual([
      expect.objectContaining({ problem: expect.stringContaining(said) }),
    ]);
  });
});

describe('a name that is no setting', () => {
  test.each([
    ['SSO_AUTHENTIK_CLIENTID', 'SSO_AUTHENTIK_CLIENT_ID'],
    ['SSO_AUTHENTIC_ADMIN_GROUPS', 'SSO_AUTHENTIK_ADMIN_GROUPS'],
    ['SSO_ADFS_GROUP_CLAIM', 'SSO_ADFS_GROUPS_CLAIM'],
    ['SSO_GENERIC_ID', 'SSO_GENERIC_IDS'],
  ])('%s is told with the nearest', (name, meant) => {
    expect(warningsOf({ ...listed, [name]: 'x' }).join()).toContain(`did you mean ${meant}?`);
  });

  test('since nothing lists its ID is told with what does', () => {
    const [warning] = warningsOf({ ...client('SSO_AUTH0') });
    expect(warning).toContain('SSO_GENERIC_IDS=auth0');
    expect(warningsOf(listed)).toEqual([]);
  });
});
