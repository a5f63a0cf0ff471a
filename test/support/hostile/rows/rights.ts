import { expect } from '@jest/globals';
import type { Agent as TestAgent } from 'supertest';
import { rolesIn } from '../../shaped-provider.js';
import { answering, saysJson, saysStatus } from '../answers.js';
import type { Arrange, HostileProvider } from '../provider.js';
import {
  FAILED,
  inOrder,
  type Row,
  SIGNED_IN,
  type Table,
  UNAVAILABLE,
  WITH_USER_INFO,
  withFaults,
  withoutRights,
} from '../row.js';
import type { Forge } from '../tokens.js';
import { forgeries } from './forgeries.js';
import { oddAnswers } from './token-endpoint.js';

const newcomer: Arrange<HostileProvider> = withFaults({ isNewcomer: true });
const GITHUB_NEEDS_IT = { providers: ['github'], because: 'its API says who somebody is' } as const;

/** Where rights are asked for: an answer that can’t be read gives none, and keeps nobody out who is known by an ID token. */
export const rights: Table<HostileProvider> = {
  'what they should be': { arrange: newcomer, leadsTo: SIGNED_IN, also: isAdministrator },
  ...Object.fromEntries(
    Object.entries(oddAnswers).map(
      ([name, { answer, isOutage = false, logs }]): [string, Row<HostileProvider>] => [
        name,
        {
          arrange: inOrder(newcomer, answering('rights', answer)),
          leadsTo: SIGNED_IN,
          also: withoutRights,
          except: {
            ...GITHUB_NEEDS_IT,
            leadsTo: isOutage ? UNAVAILABLE : FAILED,
            ...(logs !== undefined && { logs }),
          },
        },
      ],
    ),
  ),
};

async function isAdministrator(_: unknown, browser: TestAgent): Promise<void> {
  expect(await rolesIn(browser)).toEqual(['platform_admin']);
}

const admin = { groups: ['gateway-admins'] };
const SAME_CODE = { providers: ['authentik'], because: 'one piece of code reads it for all' } as const;
const KEYCLOAK = { providers: ['keycloak'], because: 'its access tokens are read' } as const;

export const userInfo: Table = {
  'claims of somebody else': {
    arrange: inOrder(newcomer, answering('rights', saysJson({ sub: 'somebody-else', ...admin }))),
    leadsTo: FAILED,
    only: WITH_USER_INFO,
  },
  'claims of nobody': {
    arrange: inOrder(newcomer, answering('rights', saysJson(admin))),
    leadsTo: SIGNED_IN,
    also: withoutRights,
    only: WITH_USER_INFO,
  },
  'a token as it should be': {
    arrange: inOrder(newcomer, withFaults({ userInfoToken: (token) => token })),
    leadsTo: SIGNED_IN,
    also: isAdministrator,
    only: SAME_CODE,
  },
  ...forgedRows(
    'a token',
    (forge) => (provider) => {
      provider.faults.userInfoToken = (token) => forge(token, provider);
    },
    { leadsTo: SIGNED_IN, also: withoutRights, only: SAME_CODE },
  ),
};

/** Keycloak’s realm roles stand in the access token alone. */
const byAccessToken: Arrange = inOrder(
  answering('rights', saysStatus(401)),
  withFaults({ accessTokenClaims: { realm_access: { roles: ['gateway-admins'] } } }),
);

export const accessTokens: Table = {
  'as it should be': {
    arrange: inOrder(newcomer, byAccessToken),
    leadsTo: SIGNED_IN,
    also: isAdministrator,
    only: KEYCLOAK,
  },
  ...forgedRows(
    '',
    (forge) =>
      inOrder(byAccessToken, (provider) => {
        provider.faults.accessToken = (token) => forge(token, provider);
      }),
    { leadsTo: FAILED, only: KEYCLOAK },
  ),
};

function forgedRows(
  prefix: string,
  carrying: (forge: Forge) => Arrange,
  row: Pick<Row, 'leadsTo' | 'also' | 'only'>,
): Table {
  const rows = Object.entries(forgeries).map(([name, { forge, publishes }]): [string, Row] => [
    `${prefix} ${name}`.trim(),
    {
      ...row,
      ...(publishes !== undefined && { publishes }),
      arrange: inOrder(newcomer, carrying(forge)),
    },
  ]);
  return Object.fromEntries(rows);
}
