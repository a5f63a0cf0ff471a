import type { SetupModel, SetupSection, TrialModel, TrialResult } from '#entrance/pages/models/setup.js';

/** The states of Setup and of the result of a test sign-in. */

const time = (iso: string, words: string) => ({ iso, words });
const done = { tone: 'success', label: 'Done' } as const;
const wrong = { tone: 'danger', label: 'Wrong' } as const;
const notChecked = { tone: 'neutral', label: 'Not checked' } as const;

const microsoft: SetupSection = {
  id: 'entra',
  heading: 'Microsoft Entra ID',
  tryAction: '/admin/setup/try/entra',
  steps: [
    {
      title: 'Reach Microsoft',
      state: done,
      detail: 'Microsoft answered when it was last asked.',
      values: [],
      findings: [
        { tone: 'success', what: 'Microsoft’s metadata can be read.' },
        { tone: 'success', what: 'Microsoft publishes 5 signing keys.' },
      ],
    },
    {
      title: 'Register the redirect URI',
      state: wrong,
      detail: 'Paste it into the registration at Microsoft, letter by letter.',
      values: [
        { label: 'Redirect URI', value: 'https://gateway.acmecorp.com/console/auth/sso/callback/entra' },
      ],
      findings: [
        {
          tone: 'danger',
          what: 'Microsoft doesn’t send anybody back to https://gateway.acmecorp.com/console/auth/sso/callback/entra (AADSTS50011).',
          why: 'Every sign-in ends on an error page of Microsoft’s.',
          remedy: 'App registrations → your app → Authentication → Web: add the address, letter by letter.',
        },
      ],
    },
    {
      title: 'Set a credential',
      state: { tone: 'warning', label: 'Warning' },
      detail: 'The credential shows Microsoft that this is your app.',
      values: [],
      findings: [
        {
          tone: 'warning',
          what: 'The secret expires on 2026-12-24, in 25 days.',
          remedy: 'Make a new secret.',
        },
      ],
    },
    {
      title: 'Register the sign-out addresses',
      state: notChecked,
      detail:
        'Enter them if Microsoft has fields for them. With the logout URL, a sign-out there ends sessions here too; the redirect URI leads people back.',
      values: [
        { label: 'Logout URL', value: 'https://gateway.acmecorp.com/console/auth/sso/logout/entra' },
        { label: 'Post-logout redirect URI', value: 'https://gateway.acmecorp.com/console/admin/login' },
      ],
      findings: [],
    },
  ],
};

const installation: SetupSection = {
  id: 'installation',
  heading: 'This installation',
  steps: [
    {
      title: 'Settings, address and store',
      state: done,
      values: [],
      findings: [{ tone: 'success', what: 'The settings are right.' }],
    },
  ],
};

const setup: SetupModel = {
  checkAction: '/admin/setup/check',
  checked: time('2026-11-29T12:00:00Z', '3 minutes ago'),
  providers: [microsoft],
  installation,
  refusals: [
    {
      sentence:
        'A sign-in of stan@elsewhere.example with Microsoft was refused: That domain can’t sign in here',
      time: time('2026-11-29T11:40:00Z', '20 minutes ago'),
      reason: 'The rule: the domain is in SSO_TRUSTED_DOMAINS.',
      remedy:
        'If people of elsewhere.example may sign in, add it to SSO_TRUSTED_DOMAINS, written in full: a subdomain is a domain of its own.',
    },
    {
      sentence: 'A sign-in with a password was refused: That email address and password don’t match',
      time: time('2026-11-29T11:00:00Z', '1 hour ago'),
    },
  ],
  auditHref: '/admin/audit?outcome=failure',
};

const unchecked = ({ steps, ...section }: SetupSection): SetupSection => ({
  ...section,
  steps: steps.map((step) => ({ ...step, state: notChecked, findings: [] })),
});

export const setupStates: Record<string, SetupModel> = {
  setup,
  'setup-unchecked': {
    ...setup,
    checked: undefined,
    providers: [unchecked(microsoft), { ...unchecked(microsoft), id: 'okta', heading: 'Okta' }],
    installation: unchecked(installation),
    refusals: [],
  },
  'setup-local-only': { ...setup, providers: [] },
};

const result: TrialResult = {
  provider: 'Microsoft',
  time: time('2026-11-29T12:00:00Z', 'just now'),
  outcome: { tone: 'success', title: 'This person would get in, with a new account' },
  gives: {
    roles: [
      { name: 'Administrator', because: 'app role gateway.admin, email domain acmecorp.com' },
      { name: 'reports.read', because: 'group 7b1f0f5e-6a27-4f0e-9d7a-2b7f7c1d9a01' },
    ],
    teams: [],
  },
  read: [
    { label: 'Name', value: 'Rita Reporter' },
    { label: 'Email', value: 'rita.reporter@acmecorp.com' },
    { label: 'Groups', value: '7b1f0f5e-6a27-4f0e-9d7a-2b7f7c1d9a01, 8c1f0f5e-6a27-4f0e-9d7a-2b7f7c1d9a01' },
  ],
  claims: [
    { from: 'ID token', name: 'preferred_username', value: 'rita.reporter@acmecorp.com' },
    { from: 'ID token', name: 'groups', value: '["7b1f0f5e-6a27-4f0e-9d7a-2b7f7c1d9a01"]' },
    { from: 'ID token', name: 'nonce', value: 'there, and not shown: it belongs to this one sign-in' },
    { from: 'UserInfo', name: 'https://claims.example/department/of/the/person', value: 'Accounts' },
  ],
  againAction: '/admin/setup/try/entra',
};

export const trialStates: Record<string, TrialModel> = {
  'setup-trial': { backHref: '/admin/setup', result },
  'setup-trial-refused': {
    backHref: '/admin/setup',
    result: {
      ...result,
      outcome: {
        tone: 'danger',
        title: 'This person would be refused',
        detail: 'Another account has that address. Ask an administrator.',
        remedy: 'Search for the address under /admin/users.',
        account: { href: '/admin/users/1', label: 'Rita Reporter' },
      },
      gives: {
        roles: [],
        teams: [{ name: 'Reporting', because: 'given by hand' }],
        note: 'The claims would give this if the person were let in.',
      },
    },
  },
  'setup-trial-failed': {
    backHref: '/admin/setup',
    result: {
      ...result,
      outcome: {
        tone: 'danger',
        title: 'The sign-in failed',
        detail: 'Microsoft couldn’t sign you in (AADSTS7000215). Try again in a moment.',
      },
      gives: undefined,
      read: [],
      claims: [],
    },
  },
  'setup-trial-none': { backHref: '/admin/setup' },
};
