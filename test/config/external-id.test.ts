import { describe, expect, test } from '@jest/globals';
import { entraConfigOf } from '../support/entra.js';
import { parseValid, problemsOf, type Settings, validSettings, warningsOf } from '../support/settings.js';

const TENANT = validSettings.SSO_ENTRA_TENANT_ID;
const OTHER = '7d1f5b0a-2c48-4e9d-9a63-0b5e8c7d2f14';
const HARBOUR = 'https://harbour.ciamlogin.com';

const problems = (changes: Settings) =>
  problemsOf({ SSO_ENTRA_AUTHORITY: HARBOUR, ...changes }).map(({ problem, variable }) => [
    variable,
    problem,
  ]);

describe('SSO_ENTRA_AUTHORITY of an external tenant', () => {
  test.each([
    [HARBOUR, TENANT],
    [HARBOUR, 'harbour.onmicrosoft.com'],
    [`https://${TENANT}.ciamlogin.com`, TENANT],
    [`https://${TENANT}.ciamlogin.com`, 'harbour.onmicrosoft.com'],
    ['HTTPS://Harbour.CIAMlogin.com/', TENANT],
  ])('%s is taken with the tenant %s, without a warning', (authority, tenantId) => {
    const settings = { SSO_ENTRA_AUTHORITY: authority, SSO_ENTRA_TENANT_ID: tenantId };
    expect(entraConfigOf(parseValid(settings))).toMatchObject({
      authority: new URL(authority).origin,
      displayName: 'Microsoft Entra External ID',
    });
    expect(warningsOf(settings)).toEqual([]);
  });

  test.each([
    'https://ciamlogin.com',
    'https://login.harbour.ciamlogin.com',
    'https://harbour.ciamlogin.cn',
    'https://harbour_1.ciamlogin.com',
  ])('%s is no sign-in of an external tenant', (authority) => {
    expect(problems({ SSO_ENTRA_AUTHORITY: authority })[0]?.[1]).toMatch(
      /^must be https:\/\/‹name›\.ciamlogin\.com /,
    );
  });

  test.each([
    ['https://harbour.ciamlogn.com', 'did you mean https://harbour.ciamlogin.com?'],
    ['https://harbour.ciamlogin.co', 'must be https://‹name›.ciamlogin.com'],
    ['https://harbour.ciamlogin.com.', 'without the dot'],
    ['https://harbour.ciamlogin.com/harbour.onmicrosoft.com', 'without a path'],
    ['http://harbour.ciamlogin.com', 'needs https'],
  ])('%s is refused: %s', (authority, words) => {
    expect(problems({ SSO_ENTRA_AUTHORITY: authority })[0]?.[1]).toContain(words);
  });
});

describe('beside it', () => {
  test.each(['organizations', 'common', 'consumers'])('%s is refused as the tenant', (tenantId) => {
    expect(problems({ SSO_ENTRA_TENANT_ID: tenantId })).toEqual([
      [
        'SSO_ENTRA_TENANT_ID',
        `is ${tenantId}, and SSO_ENTRA_AUTHORITY is the sign-in of one external tenant: it must be that tenant’s ID or domain`,
      ],
    ]);
  });

  test.each([`["${OTHER}"]`, '["*"]', `["${TENANT}","${OTHER}"]`])(
    'the list of tenants %s is refused',
    (list) => {
      expect(problems({ SSO_ENTRA_ALLOWED_TENANTS: list })).toEqual([
        ['SSO_ENTRA_ALLOWED_TENANTS', expect.stringContaining('has no meaning with External ID')],
      ]);
    },
  );

  test('the ID of another tenant in the host is refused', () => {
    expect(problems({ SSO_ENTRA_AUTHORITY: `https://${OTHER}.ciamlogin.com` })).toEqual([
      [
        'SSO_ENTRA_AUTHORITY',
        `is the sign-in of the external tenant ${OTHER}, but SSO_ENTRA_TENANT_ID is ${TENANT}`,
      ],
    ]);
  });

  test.each([
    ['https://graph.microsoft.us', 'belongs to the cloud of the US government'],
    [HARBOUR, 'isn’t Microsoft Graph: it must be https://graph.microsoft.com'],
  ])('the Graph at %s is refused', (graph, words) => {
    expect(problems({ SSO_ENTRA_GRAPH_URL: graph })).toEqual([
      ['SSO_ENTRA_GRAPH_URL', expect.stringContaining(words)],
    ]);
  });

  test('the Graph of the global cloud is taken', () => {
    expect(problems({ SSO_ENTRA_GRAPH_URL: 'https://graph.microsoft.com' })).toEqual([]);
  });
});
