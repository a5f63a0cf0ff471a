import type { PageFrame } from '#entrance/pages/frame.js';
import type { AccountModel } from '#entrance/pages/models/account.js';
import type { AuditModel, AuditRow } from '#entrance/pages/models/audit.js';
import type {
  ConfirmModel,
  ContinueModel,
  ErrorModel,
  NoAccessModel,
  SignedOutModel,
} from '#entrance/pages/models/messages.js';
import type { AddPeopleModel, ApprovalsModel, ImportModel } from '#entrance/pages/models/people.js';
import type { RolesModel } from '#entrance/pages/models/roles.js';
import type { AllSessionsModel } from '#entrance/pages/models/sessions.js';
import type { SignInModel } from '#entrance/pages/models/sign-in.js';
import type { TeamModel, TeamsModel } from '#entrance/pages/models/teams.js';
import type { TokenModel, TokensModel } from '#entrance/pages/models/tokens.js';
import type { UserModel } from '#entrance/pages/models/user.js';
import type { UserRow, UsersModel } from '#entrance/pages/models/users.js';
import { MICROSOFT_MARK } from '#entrance/providers/entra/mark.js';
import { choice } from './page-states-choice.js';
import { dashboardStates } from './page-states-overview.js';
import { setupStates, trialStates } from './page-states-setup.js';

/** A view with a model: one state in which a page can be seen. */
export interface PageState {
  readonly name: string;
  readonly view: string;
  readonly frame: Omit<PageFrame, 'theme' | 'icon' | 'asset'>;
  readonly model: object;
}

const REFERENCE = '0198c1f2-7d3e-7a41-9c55-2f60b8e4d913';

const signedOut = {
  title: 'Sign in',
  brand: { name: 'Acme Gateway' },
  themeAction: '/admin/theme',
  currentUrl: '/admin/login',
  navigation: [],
  reference: REFERENCE,
};

const signedIn = {
  ...signedOut,
  title: 'Users',
  currentUrl: '/admin/users',
  person: { name: 'Ada Lovelace', email: 'ada@acmecorp.com', signOutAction: '/admin/logout' },
  navigation: [
    { href: '/admin', label: 'Dashboard', current: false },
    { href: '/admin/users', label: 'Users', current: true },
    { href: '/admin/teams', label: 'Teams', current: false },
    { href: '/admin/sessions', label: 'Sessions', current: false },
    { href: '/admin/roles', label: 'Roles', current: false },
    { href: '/admin/tokens', label: 'API tokens', current: false },
    { href: '/admin/audit', label: 'Audit', current: false },
    { href: '/admin/setup', label: 'Setup', current: false },
  ],
};

const signIn: SignInModel = {
  sentence: 'Use your work account to manage this gateway.',
  providers: [
    {
      id: 'entra',
      label: 'Continue with Microsoft',
      href: '/auth/sso/login/entra',
      mark: MICROSOFT_MARK,
      unavailable: false,
    },
  ],
  local: { action: '/admin/login', email: '', next: '/admin/users', open: false, alone: false },
};

const localForm = { action: '/admin/login', email: 'root@acmecorp.com', next: '', open: true, alone: false };

const signInStates: Record<string, SignInModel> = {
  'sign-in': signIn,
  'sign-in-sso-only': { ...signIn, local: undefined },
  'sign-in-local-only': { ...signIn, providers: [], local: { ...localForm, email: '', alone: true } },
  'sign-in-several': {
    ...signIn,
    providers: [
      ...signIn.providers,
      {
        id: 'okta',
        label: 'Continue with Okta',
        href: '/auth/sso/login/okta',
        unavailable: false,
      },
    ],
  },
  'sign-in-by-address': {
    ...signIn,
    providers: [
      ...signIn.providers,
      {
        id: 'ink',
        label: 'Continue with Ink',
        href: '/auth/sso/login/ink',
        mark: MICROSOFT_MARK,
        look: 'ink',
        unavailable: false,
      },
      ...['Harbour', 'Quay', 'Pier', 'Jetty', 'The identity provider of another organisation'].map(
        (name) => ({
          id: name,
          label: `Continue with ${name}`,
          href: '/auth/sso/login/harbour',
          unavailable: false,
        }),
      ),
    ],
    addressForm: {
      action: '/admin/login/address',
      address: 'ada@elsewhere.example',
      error:
        'There’s no way to sign in for elsewhere.example here. Check the address, or choose another way on this page.',
    },
  },
  'sign-in-unavailable': {
    ...signIn,
    providers: signIn.providers.map((provider) => ({ ...provider, unavailable: true })),
    local: { ...localForm, email: '' },
  },
  'sign-in-refused': {
    ...signIn,
    refusal: {
      title: 'That directory can’t sign in here',
      detail:
        'The Microsoft account that you used belongs to another organisation’s directory. Switch to an account of the organisation that runs this console.',
      tone: 'warning',
      facts: [{ label: 'Directory that you used', value: '9f2c1a7e-55d0-4f0c-8b1e-3a6d2c4e7f10' }],
      actions: [{ href: '/auth/sso/login/entra?prompt=select_account', label: 'Use another account' }],
      reference: REFERENCE,
    },
  },
  'sign-in-pending': {
    ...signIn,
    refusal: {
      title: 'An administrator has to let you in first',
      detail:
        'You signed in at Microsoft, and the administrators of this console have been asked to approve your account. As soon as one of them has, sign in again; until then there’s nothing more for you to do.',
      tone: 'info',
      facts: [
        { label: 'Who was asked', value: 'The administrators of Acme Gateway' },
        { label: 'When', value: '23 November 2026 at 04:36 UTC' },
        { label: 'Waits until', value: '23 December 2026 at 04:36 UTC' },
      ],
      actions: [{ href: '/auth/sso/login/entra?prompt=select_account', label: 'Use another account' }],
      reference: REFERENCE,
    },
  },
  'sign-in-rejected': {
    ...signIn,
    refusal: {
      title: 'An administrator has declined your request',
      detail:
        'You signed in at Microsoft, but the administrators of this console haven’t approved your account. If you think they should, talk to them: they can still change it.',
      tone: 'warning',
      facts: [
        {
          label: 'What they say',
          value:
            'Contractors use the partner gateway at https://partners.acmecorp.example/averylongpathwithoutanyblank/thatgoesonandon; please ask your contact in procurement.',
        },
        { label: 'Decided', value: '23 November 2026 at 04:36 UTC' },
      ],
      actions: [],
      reference: REFERENCE,
    },
  },
  'sign-in-microsoft-error': {
    ...signIn,
    refusal: {
      title: 'You haven’t been given access yet',
      detail:
        'Your account is fine, but it isn’t assigned to this application. Ask an administrator to assign you.',
      tone: 'warning',
      facts: [
        { label: 'Microsoft’s code', value: 'AADSTS50105' },
        { label: 'Correlation ID', value: '5e2a9d1c-0b7f-4c63-9e8a-1d4f6b2c7a90' },
        { label: 'Time', value: '2026-11-23T04:36:05Z' },
      ],
      actions: [{ href: '/auth/sso/login/entra', label: 'Try again' }],
      reference: REFERENCE,
      operatorHint: 'Enterprise applications → your app → Users and groups: assign the person.',
    },
  },
  'sign-in-cancelled': {
    ...signIn,
    refusal: {
      title: 'You didn’t finish signing in',
      detail: 'The sign-in at Microsoft was cancelled. Nothing has changed; start again when you’re ready.',
      tone: 'info',
      facts: [],
      actions: [],
    },
  },
  'sign-in-wrong-password': {
    ...signIn,
    local: {
      ...localForm,
      error: {
        title: 'That email address and password don’t match',
        detail: 'Check both and try again.',
      },
    },
  },
  'sign-in-field-errors': {
    ...signIn,
    local: {
      ...localForm,
      email: 'root',
      error: { title: 'Two things are missing', detail: 'Fill them in and try again.' },
      fieldErrors: {
        email: 'Enter an email address, like name@example.com',
        password: 'Enter your password',
      },
    },
  },
  'sign-in-wrong-address': {
    ...signIn,
    wrongAddress: { canonicalUrl: 'https://gateway.acmecorp.com/admin/login' },
  },
};

const admin = { name: 'platform_admin', label: 'Administrator', strong: true };
const viewer = { name: 'platform_viewer', label: 'Viewer', strong: true };
const developer = { name: 'developer', label: 'developer', strong: false };
const active = { tone: 'success', label: 'Active' } as const;
const disabled = { tone: 'danger', label: 'Disabled' } as const;

function row(name: string, email: string, rest: Partial<UserRow>): UserRow {
  return {
    id: name.replaceAll(/\W/g, '-'),
    href: `/admin/users/${email}`,
    name,
    email,
    created: { iso: '2026-02-23T16:01:00.000Z', words: '9 months ago' },
    provider: 'Microsoft',
    roles: [],
    teams: [],
    status: active,
    lastSignIn: { iso: '2026-11-23T04:33:05.120Z', words: '3 minutes ago' },
    ...rest,
  };
}

const users: UsersModel = {
  search: {
    action: '/admin/users',
    q: '',
    provider: '',
    role: '',
    status: '',
    notSignedInSince: '',
    sort: '-last_login_at',
    teams: [
      { value: '', label: 'Any team', selected: true },
      { value: 't1', label: 'Platform', selected: false },
    ],
    providers: [
      { value: '', label: 'Any sign-in', selected: true },
      { value: 'entra', label: 'Microsoft', selected: false },
      { value: 'local', label: 'Local', selected: false },
    ],
    roles: [
      { value: '', label: 'Any role', selected: true },
      { value: 'platform_admin', label: 'Administrator', selected: false },
    ],
    statuses: [
      { value: '', label: 'Any status', selected: true },
      { value: 'active', label: 'Active', selected: false },
      { value: 'disabled', label: 'Disabled', selected: false },
    ],
    sorts: [
      { value: '-last_login_at', label: 'Latest sign-in first', selected: true },
      { value: 'full_name', label: 'Name, A to Z', selected: false },
    ],
  },
  columns: [
    { key: 'full_name', label: 'Name', href: '/admin/users?sort=full_name' },
    { key: 'provider', label: 'Signs in with' },
    { key: 'roles', label: 'Roles' },
    { key: 'teams', label: 'Teams' },
    { key: 'status', label: 'Status' },
    { key: 'created_at', label: 'Created', href: '/admin/users?sort=created_at' },
    {
      key: 'last_login_at',
      label: 'Last sign-in',
      href: '/admin/users?sort=last_login_at',
      sorted: 'descending',
    },
  ],
  users: [
    row('Ada Lovelace', 'ada@acmecorp.com', { roles: [admin], teams: ['Platform', 'Security'] }),
    row('Grace Hopper', 'grace.hopper@acmecorp.com', { roles: [admin, developer], teams: ['Compilers'] }),
    row('Alan Turing', 'alan@acmecorp.com', { roles: [viewer] }),
    row('Joan Clarke', 'alan@acmecorp.com', {
      addressDoubt: {
        since: { iso: '2026-11-20T08:00:00.000Z', words: '3 days ago' },
        reason: 'now held by',
        holder: { href: '/admin/users/y', label: 'Alan Turing' },
        remedy: '',
      },
    }),
    row('Katherine Johnson', 'katherine.johnson@orbital-mechanics.acmecorp.com', {
      roles: [developer, { name: 'billing_reader', label: 'billing_reader', strong: false }],
      teams: ['Trajectories', 'Research', 'Orbital mechanics'],
      lastSignIn: { iso: '2026-11-22T16:01:00.000Z', words: '1 day ago' },
    }),
    row('Site administrator', 'root@acmecorp.com', { provider: 'Local', roles: [admin] }),
    row('Edsger Dijkstra', 'edsger@acmecorp.com', {
      status: disabled,
      lastSignIn: { iso: '2026-08-23T16:01:00.000Z', words: '3 months ago' },
    }),
    row('Wolfeschlegelsteinhausenbergerdorff Maximilian-Alexander', 'w@acmecorp.com', {
      lastSignIn: undefined,
    }),
  ],
  olderHref: '/admin/users?cursor=x',
  newestFirst: false,
  addHref: '/admin/users/add',
  exportHref: '/admin/users/export?sort=-last_login_at',
  act: {
    action: '/admin/users/bulk',
    teams: [{ value: 't1', label: 'Platform', selected: false }],
    roles: [{ value: 'platform_viewer', label: 'Viewer (platform_viewer)', selected: false }],
    list: 'sort=-last_login_at',
  },
  count: '43 users',
};

const usersStates: Record<string, UsersModel> = {
  users,
  'users-filtered': {
    ...users,
    search: {
      ...users.search,
      q: 'gra',
      statuses: users.search.statuses.map((option) => ({ ...option, selected: option.value === 'active' })),
      clearHref: '/admin/users',
    },
    users: users.users.slice(1, 2),
    newerHref: '/admin/users?cursor=y',
    count: undefined,
  },
  'users-nobody-matches': {
    ...users,
    search: { ...users.search, q: 'zzz', clearHref: '/admin/users' },
    users: [],
    olderHref: undefined,
    empty: {
      title: 'Nobody matches',
      detail: 'Try fewer letters, or other filters.',
      href: '/admin/users',
      label: 'Show everybody',
    },
    count: undefined,
  },
  'users-viewer': { ...users, addHref: undefined, act: undefined },
  'users-empty': {
    ...users,
    users: [],
    olderHref: undefined,
    empty: {
      title: 'Nobody here yet',
      detail: 'People appear here when they sign in for the first time.',
    },
    count: undefined,
  },
};

const waysIn: UserModel['identity']['ways'] = [
  {
    name: 'Microsoft',
    linked: { iso: '2026-03-02T09:14:22.000Z', words: '8 months ago' },
    identifiers: [
      { label: 'Object ID', value: '3f9a6c1e-2b7d-4e58-a0c4-7d1e9b5f2a63' },
      { label: 'Directory (tenant) ID', value: '9f2c1a7e-55d0-4f0c-8b1e-3a6d2c4e7f10' },
    ],
    unlinkHref: '/admin/account/unlink?provider=entra',
  },
  {
    name: 'GitHub',
    linked: { iso: '2026-11-23T04:33:05.120Z', words: '3 minutes ago' },
    identifiers: [
      { label: 'ID at GitHub', value: '583231' },
      { label: 'Issuer', value: 'https://api.github.com' },
    ],
    unlinkHref: '/admin/account/unlink?provider=github',
  },
];

const roleOptions = [
  { value: 'platform_admin', label: 'Administrator (platform_admin)', selected: false },
  { value: 'platform_viewer', label: 'Viewer (platform_viewer)', selected: false },
  { value: 'developer', label: 'developer', selected: false },
];

const user: UserModel = {
  heading: 'Grace Hopper',
  email: 'grace.hopper@acmecorp.com',
  status: active,
  profile: {
    name: 'Grace Hopper',
    email: 'grace.hopper@acmecorp.com',
    created: { iso: '2026-03-02T09:14:22.000Z', words: '8 months ago' },
    lastSignIn: { iso: '2026-11-23T04:33:05.120Z', words: '3 minutes ago' },
  },
  identity: {
    provider: 'Microsoft',
    identifiers: [
      { label: 'User ID', value: '0198c1f2-7d3e-7a41-9c55-2f60b8e4d913' },
      { label: 'Object ID', value: '3f9a6c1e-2b7d-4e58-a0c4-7d1e9b5f2a63' },
      { label: 'Directory (tenant) ID', value: '9f2c1a7e-55d0-4f0c-8b1e-3a6d2c4e7f10' },
    ],
    unlinkHref: '/admin/users/x/unlink',
    unlinkLabel: 'Unlink from Microsoft',
    ways: [],
  },
  roles: [
    {
      ...admin,
      origin: 'From Microsoft: app role gateway.admin; confirmed 2 hours ago, 2026-11-23 02:33 UTC',
    },
    {
      ...developer,
      origin: 'Given here, until 2026-12-31 00:00 UTC (in 3 weeks)',
      takeAction: '/admin/users/x/roles/take',
    },
  ],
  giveRole: {
    action: '/admin/users/x/roles',
    options: [{ value: '', label: 'Choose a role', selected: true }, ...roleOptions],
  },
  teams: [
    {
      id: 'c',
      name: 'Compilers',
      href: '/admin/teams/c',
      leaveAction: '/admin/users/x/teams/leave',
    },
    {
      id: 'p',
      name: 'Platform',
      href: '/admin/teams/p',
      until: ', until 2026-12-31 00:00 UTC (in 3 weeks)',
      bySso:
        'From Microsoft: group 9c6d5f10-2b8e-4a73-b1f4-3e7a0d9c5528; confirmed 2 hours ago, 2026-11-23 02:33 UTC',
    },
  ],
  joinTeam: {
    action: '/admin/users/x/teams',
    options: [{ value: 's', label: 'Security', selected: false }],
  },
  sessions: {
    summary: 'Signed in on 3 devices',
    rows: [
      {
        device: 'Firefox on Windows',
        address: '203.0.113.17',
        lastSeen: { iso: '2026-11-23T04:35:05.120Z', words: 'just now' },
        isCurrent: true,
      },
      {
        device: 'Samsung Internet on Android',
        address: '2001:db8:85a3:8d3:1319:8a2e:370:7348',
        lastSeen: { iso: '2026-11-23T04:02:11.000Z', words: '34 minutes ago' },
        isCurrent: false,
        endAction: '/admin/users/x/sessions/a/end',
      },
      {
        device: 'Safari on iOS',
        address: '198.51.100.4',
        lastSeen: { iso: '2026-11-23T01:02:11.000Z', words: '3 hours ago' },
        isCurrent: false,
        endAction: '/admin/users/x/sessions/b/end',
      },
    ],
    endAll: { action: '/admin/users/x/sessions/end', label: 'End all others' },
  },
  historyHref: '/admin/audit?user=x',
  actions: {},
  dangers: [
    {
      label: 'Disable account',
      consequence: 'Ends all sessions and keeps the person out, until somebody enables the account again.',
      href: '/admin/users/x/disable',
      final: false,
    },
    {
      label: 'Delete account',
      consequence: 'Removes the account with its roles and teams, for good. It keeps nobody out.',
      href: '/admin/users/x/delete',
      final: true,
    },
  ],
  backHref: '/admin/users',
};

const userStates: Record<string, UserModel> = {
  'user-several-ways-in': {
    ...user,
    identity: {
      ...user.identity,
      provider: 'Microsoft, GitHub',
      identifiers: user.identity.identifiers.slice(0, 1),
      unlinkLabel: 'Unlink from all',
      ways: waysIn,
    },
  },
  user,
  'user-self': {
    ...user,
    identity: { ...user.identity, unlinkHref: undefined },
    actions: { explanation: 'This is your own account. Ask another administrator to disable it.' },
    dangers: [],
  },
  'user-viewer': {
    ...user,
    identity: { ...user.identity, unlinkHref: undefined },
    roles: user.roles.map((role) => ({ ...role, takeAction: undefined })),
    giveRole: undefined,
    teams: user.teams.map((team) => ({ ...team, leaveAction: undefined })),
    joinTeam: undefined,
    sessions: {
      ...user.sessions,
      rows: user.sessions.rows.map((row) => ({ ...row, endAction: undefined })),
      endAll: undefined,
    },
    actions: { explanation: 'Your role lets you look, but not change anything.' },
    dangers: [],
  },
  'user-address-lost': {
    ...user,
    addressDoubt: {
      since: { iso: '2026-11-20T08:00:00.000Z', words: '3 days ago' },
      reason: 'now held by',
      holder: { href: '/admin/users/y', label: 'Ada Lovelace' },
      remedy:
        'No app is told that this address is theirs. It is confirmed again, or replaced, when they sign in. If they have left, disable or delete this account.',
    },
  },
  'user-pending': {
    ...user,
    status: { tone: 'warning', label: 'Waiting' },
    profile: { ...user.profile, lastSignIn: undefined },
    sessions: { summary: 'Not signed in', rows: [] },
    actions: {
      approve: { action: '/admin/approvals/x/approve', rejectHref: '/admin/approvals/x/reject' },
    },
  },
  'user-disabled': {
    ...user,
    heading: 'Wolfeschlegelsteinhausenbergerdorff Maximilian-Alexander',
    email: 'wolfeschlegelsteinhausenbergerdorff.maximilian-alexander@orbital-mechanics.acmecorp.com',
    status: disabled,
    profile: { ...user.profile, lastSignIn: undefined },
    roles: [],
    teams: [],
    joinTeam: undefined,
    sessions: { summary: 'Not signed in', rows: [] },
    actions: { enable: { action: '/admin/users/x/enable' } },
    dangers: user.dangers.filter(({ final }) => final),
  },
};

const event = (sentence: string, rest: Partial<AuditRow> = {}): AuditRow => ({
  sentence: [{ text: sentence }],
  address: '203.0.113.7',
  time: { iso: '2026-11-23T04:33:05.120Z', words: '3 minutes ago' },
  clock: '04:33:05',
  facts: [
    { label: 'Number', value: '4711' },
    { label: 'Action', value: 'user-sign-in' },
    { label: 'Browser', value: 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0' },
    { label: 'Hash', value: '5f2b51ca2fdc5baa31ec02e002f69aec5f2b51ca2fdc5baa31ec02e002f69aec' },
  ],
  raw: JSON.stringify({ event: { action: 'user-sign-in', outcome: 'success' } }, undefined, 2),
  ...rest,
});
const refused = { tone: 'warning', label: 'Refused' } as const;

const today: AuditModel['days'][number] = {
  date: '2026-11-23',
  heading: 'Monday, 23 November 2026',
  events: [
    event('', {
      sentence: [{ text: 'Ada Lovelace', href: '/admin/users/a' }, { text: ' signed in with Microsoft' }],
    }),
    event(
      'A sign-in of wolfeschlegelsteinhausenbergerdorff@orbital-mechanics.acmecorp.com with Microsoft was refused: Your account is disabled',
      { result: refused, address: '2001:db8:85a3:8d3:1319:8a2e:370:7348' },
    ),
    event(
      'A sign-in of Noor Haddad with Microsoft was refused: Another account already uses this email address. It is the address of Noor Haddad',
      {
        result: refused,
        remedy: {
          text: 'If this is the same person, made anew at Microsoft, unlink that account: the next sign-in gets it.',
          link: { href: '/admin/users/y', label: 'Open Noor Haddad' },
        },
      },
    ),
  ],
};

const audit: AuditModel = {
  exports: [
    { label: 'CSV', href: '/admin/audit/export/csv' },
    { label: 'NDJSON', href: '/admin/audit/export/ndjson' },
  ],
  presets: ['Today', '7 days', '30 days'].map((label) => ({
    label,
    href: '/admin/audit?from=2026-11-23',
    current: false,
  })),
  search: {
    action: '/admin/audit',
    user: '',
    from: '',
    to: '',
    actions: [
      { value: '', label: 'Everything', selected: true },
      { value: 'user-sign-in', label: 'Sign-ins', selected: false },
    ],
    outcomes: [
      { value: '', label: 'Any result', selected: true },
      { value: 'failure', label: 'Refused', selected: false },
    ],
  },
  days: [
    today,
    {
      date: '2026-08-23',
      heading: 'Sunday, 23 August 2026',
      events: [
        event('', {
          sentence: [
            { text: 'Ada Lovelace', href: '/admin/users/a' },
            { text: ' disabled ' },
            { text: 'Edsger Dijkstra', href: '/admin/users/e' },
          ],
          time: { iso: '2026-08-23T16:01:00.000Z', words: '3 months ago' },
          clock: '16:01:00',
        }),
        event('The operator created the API token “reporting”', { address: undefined }),
      ],
    },
  ],
  olderHref: '/admin/audit?cursor=x',
};

const roles: RolesModel = {
  count: '3 roles',
  roles: [
    {
      ...admin,
      id: 'role-1',
      rights: 'Does everything here: sees and changes users, roles and teams, and reads the audit log.',
      rules: [
        { setting: 'SSO_AUTO_ADMIN_DOMAINS', source: 'email domain acmecorp.com' },
        {
          setting: 'SSO_ENTRA_ADMIN_GROUPS',
          source: 'group 9c6d5f10-2b8e-4a73-b1f4-3e7a0d9c5528 at Microsoft',
        },
      ],
      people: [
        { href: '/admin/users/a', label: 'Ada Lovelace', why: 'email domain acmecorp.com; given by hand' },
        { href: '/admin/users/g', label: 'Grace Hopper', why: 'app role gateway.admin' },
      ],
      all: { href: '/admin/users?role=platform_admin', label: 'All 43 people' },
    },
    {
      name: 'platform_viewer',
      label: 'Viewer',
      strong: true,
      id: 'role-2',
      rights: 'Sees users, teams and sessions, and reads the audit log. Changes nothing.',
      rules: [],
      people: [],
      nobody: 'Nobody has this role.',
    },
    {
      ...developer,
      id: 'role-3',
      rights:
        'Opens no page of this console. The apps behind it are told the role, and decide what it allows.',
      rules: [{ setting: 'SSO_ENTRA_DEFAULT_ROLE', source: 'whoever gets no other role at Microsoft' }],
      people: [{ href: '/admin/users/w', label: 'wolfeschlegelsteinhausenbergerdorff', why: 'default role' }],
    },
  ],
  more: 'And 2 more roles. Filter the list of users to see who has them.',
};

const auditFrame = {
  ...signedIn,
  title: 'Audit',
  currentUrl: '/admin/audit',
  navigation: signedIn.navigation.map((entry) => ({ ...entry, current: entry.label === 'Audit' })),
};

const auditStates: Record<string, AuditModel> = {
  audit,
  'audit-filtered': {
    ...audit,
    search: {
      ...audit.search,
      user: 'ada@acmecorp.com',
      from: '2026-01-01',
      to: '2026-11-23',
      clearHref: '/admin/audit',
    },
    presets: audit.presets.map((preset) => ({ ...preset, current: preset.label === '7 days' })),
    days: audit.days.slice(0, 1),
    newerHref: '/admin/audit?cursor=y',
    searchedOn: 'There are older events that weren’t looked at yet: go on with “Older”.',
  },
  'audit-person': {
    ...audit,
    search: { ...audit.search, user: '0198c1f2-7d3e-7a41-9c55-2f60b8e4d913', clearHref: '/admin/audit' },
    person: { href: '/admin/users/x', label: 'Ada Lovelace', email: 'ada@acmecorp.com' },
  },
  'audit-choose': {
    ...audit,
    search: { ...audit.search, user: choice.typed, clearHref: '/admin/audit' },
    exports: [],
    choice: {
      ...choice,
      method: 'get',
      action: '/admin/audit',
      fields: [{ name: 'outcome', value: 'failure' }],
      confirmLabel: 'Show events',
    },
    days: [],
    olderHref: undefined,
  },
  'audit-nothing-matches': {
    ...audit,
    search: { ...audit.search, user: 'nobody', clearHref: '/admin/audit' },
    days: [],
    olderHref: undefined,
    empty: {
      title: 'Nothing matches',
      detail:
        'Try another person, a longer time, or other filters. An account that is gone is found by its email address or ID.',
      href: '/admin/audit',
      label: 'Show everything',
    },
  },
};

const section = (title: string) => ({
  ...signedIn,
  title,
  navigation: signedIn.navigation.map((entry) => ({ ...entry, current: entry.label === title })),
});
const bySso = { tone: 'neutral', label: 'SSO' } as const;
const LONG_WORD = 'wolfeschlegelsteinhausenbergerdorff';

const teams: TeamsModel = {
  count: '3 teams',
  teams: [
    { href: '/admin/teams/c', name: 'Compilers', description: 'Makes them', members: '12' },
    { href: '/admin/teams/p', name: 'Platform', origin: bySso, members: '1,204' },
    { href: '/admin/teams/w', name: LONG_WORD, description: LONG_WORD.repeat(3), members: '1' },
  ],
  create: { action: '/admin/teams' },
};

const member = (name: string, rest: Partial<TeamModel['members'][number]> = {}) => ({
  id: name,
  href: `/admin/users/${name}`,
  name,
  email: `${name.toLowerCase().replaceAll(' ', '.')}@acmecorp.com`,
  bySso: undefined,
  removeAction: '/admin/teams/p/members/remove',
  ...rest,
});

const team: TeamModel = {
  heading: 'Platform',
  description: 'Runs the gateway',
  origin: bySso,
  count: '4 people',
  members: [
    member('Ada Lovelace'),
    member('Grace Hopper', { bySso: 'Microsoft' }),
    member('Alan Turing', { bySso: 'Microsoft', removeAction: undefined }),
    member(LONG_WORD),
  ],
  olderHref: '/admin/teams/p?cursor=x',
  act: {
    addAction: '/admin/teams/p/members',
    editAction: '/admin/teams/p',
    name: 'Platform',
    dangers: [
      {
        label: 'Delete team',
        consequence: 'Takes everybody out of the team, for good. Their accounts stay.',
        href: '/admin/teams/p/delete',
        final: true,
      },
    ],
  },
  backHref: '/admin/teams',
};

const tokens: TokensModel = {
  count: '2 tokens',
  tokens: [
    {
      name: 'reporting',
      scopes: 'Read users and teams, Read the audit log',
      status: { tone: 'success', label: 'Valid' },
      expires: { iso: '2027-01-23T04:33:05.120Z', words: 'in 2 months' },
      lastUsed: { iso: '2026-11-23T04:33:05.120Z', words: '3 minutes ago' },
      rotateHref: '/admin/tokens/r/rotate',
      revokeHref: '/admin/tokens/r/revoke',
    },
    {
      name: LONG_WORD.repeat(2),
      scopes: 'Everything',
      status: { tone: 'danger', label: 'Expired' },
      expires: { iso: '2026-11-22T04:33:05.120Z', words: '1 day ago' },
      rotateHref: '/admin/tokens/w/rotate',
      revokeHref: '/admin/tokens/w/revoke',
    },
  ],
  create: {
    action: '/admin/tokens',
    scopes: [
      { value: 'users:read', label: 'Read users and teams' },
      { value: '*', label: 'Everything' },
    ],
    lifetimes: [{ value: '90', label: '90 days', selected: true }],
  },
};

const token: TokenModel = {
  heading: 'reporting',
  secret: 'entrance_k1x5Qh0mJ9dWcXr3VtYzB7nLpS2aEfGuHiJkMoNqRsT4bQ7xY',
  expires: { iso: '2027-01-23T04:33:05.120Z', words: 'in 2 months' },
  backHref: '/admin/tokens',
};

const ownSessions: AccountModel['sessions'] = {
  summary: 'Signed in on 2 devices',
  rows: [
    {
      device: 'Firefox on Linux',
      address: '203.0.113.17',
      lastSeen: { iso: '2026-11-23T04:33:05.120Z', words: '3 minutes ago' },
      isCurrent: true,
    },
    {
      device: 'Unknown browser',
      address: '2001:db8:85a3:8d3:1319:8a2e:370:7348',
      lastSeen: { iso: '2026-11-23T02:33:05.120Z', words: '2 hours ago' },
      isCurrent: false,
      endAction: '/admin/account/sessions/b/end',
    },
  ],
};

const allSessions: AllSessionsModel = {
  search: {
    action: '/admin/sessions',
    q: '',
    device: '',
    address: '',
    providers: [
      { value: '', label: 'Any sign-in', selected: true },
      { value: 'entra', label: 'Microsoft', selected: false },
    ],
  },
  sessions: [
    {
      person: { href: '/admin/users/x', label: 'Ada Lovelace' },
      email: 'ada@acmecorp.com',
      device: 'Firefox on Linux',
      address: '203.0.113.17',
      provider: 'Microsoft',
      began: { iso: '2026-11-23T04:33:05.120Z', words: '3 minutes ago' },
      lastSeen: { iso: '2026-11-23T04:33:05.120Z', words: '3 minutes ago' },
      isCurrent: true,
      endAllHref: '/admin/sessions/end?user=x',
    },
    {
      person: { href: '/admin/users/y', label: 'Wolfeschlegelsteinhausenbergerdorff Maximilian-Alexander' },
      email: 'wolfeschlegelsteinhausenbergerdorff.maximilian-alexander@orbital-mechanics.acmecorp.com',
      device: 'Samsung Internet on Android',
      address: '2001:db8:85a3:8d3:1319:8a2e:370:7348',
      provider: 'The identity provider of another organisation',
      began: { iso: '2026-11-22T04:33:05.120Z', words: '1 day ago' },
      lastSeen: { iso: '2026-11-23T02:33:05.120Z', words: '2 hours ago' },
      isCurrent: false,
      endAction: '/admin/users/y/sessions/b/end',
      endAllHref: '/admin/sessions/end?user=y',
    },
  ],
  olderHref: '/admin/sessions?cursor=x',
  count: '1,204 sessions',
  endAllHref: '/admin/sessions/end',
};

const allSessionsStates: Record<string, AllSessionsModel> = {
  sessions: allSessions,
  'sessions-viewer': {
    ...allSessions,
    sessions: allSessions.sessions.map((one) => ({ ...one, endAction: undefined, endAllHref: undefined })),
    endAllHref: undefined,
  },
  'sessions-nothing-matches': {
    ...allSessions,
    search: { ...allSessions.search, q: 'nobody', clearHref: '/admin/sessions' },
    sessions: [],
    count: undefined,
    newerHref: '/admin/sessions?q=nobody',
    olderHref: undefined,
    empty: {
      title: 'No session matches',
      detail: 'Try fewer letters, or other filters.',
      href: '/admin/sessions',
      label: 'Show all sessions',
    },
  },
};

const account: AccountModel = {
  name: 'Site administrator',
  email: 'root@acmecorp.com',
  password: 'A password',
  ways: [],
  links: ['Microsoft', 'Google', 'Okta', 'GitHub'].map((name) => ({
    name,
    action: `/admin/account/link/${name.toLowerCase()}`,
  })),
  warning: 'Keep another local administrator: while the other account can’t be reached, nobody else gets in.',
  sessions: ownSessions,
  tokens: {
    href: '/admin/tokens',
    rows: [
      {
        name: 'reporting',
        status: { tone: 'success', label: 'Valid' },
        expires: { iso: '2027-01-23T04:33:05.120Z', words: 'in 2 months' },
      },
    ],
  },
};

const accountStates: Record<string, AccountModel> = {
  account,
  'account-linked': {
    ...account,
    password: undefined,
    ways: waysIn,
    links: [{ name: 'Google', action: '/admin/account/link/google' }],
    warning: undefined,
    sessions: { ...ownSessions, endAll: { action: '/admin/account/sessions/end', label: 'End all others' } },
    tokens: { href: '/admin/tokens', rows: [] },
  },
  'account-signed-in-long-ago': {
    ...account,
    password: undefined,
    ways: waysIn.slice(0, 1).map((way) => ({ ...way, unlinkHref: undefined })),
    links: [],
    warning: undefined,
    tokens: undefined,
    signInAgainHref: '/auth/sso/login/entra?next=%2Fadmin%2Faccount',
  },
};

const onToMicrosoft: ContinueModel = {
  heading: 'On to Microsoft',
  href: 'https://login.microsoftonline.com/common/oauth2/v2.0/authorize?client_id=x',
  label: 'Continue with Microsoft',
};

const addPeople: AddPeopleModel = {
  backHref: '/admin/users',
  person: {
    action: '/admin/users/add',
    email: '',
    fullName: '',
    roles: [{ value: '', label: 'No role', selected: true }, ...roleOptions],
    otherRole: '',
  },
  file: { action: '/admin/users/import', most: '5,000 people' },
};

const addPeopleStates: Record<string, AddPeopleModel> = {
  'add-people': addPeople,
  'add-people-problem': {
    ...addPeople,
    person: {
      ...addPeople.person,
      email: 'grace.hopper@acmecorp.com',
      fullName: 'Grace Hopper',
      otherRole: 'developers',
      providers: [
        { value: 'entra', label: 'Microsoft Entra ID', selected: false },
        { value: 'okta', label: 'Okta', selected: true },
      ],
      problem: 'There is an account with this email address already: change that one instead.',
    },
    file: { ...addPeople.file, providers: ['entra', 'okta'] },
  },
};

const imported: ImportModel = {
  heading: 'Add 1,204 people?',
  problems: [],
  moreProblems: 0,
  rows: [
    {
      line: 2,
      email: 'grace.hopper@acmecorp.com',
      name: 'Grace Hopper',
      roles: 'developer, platform_viewer',
      teams: 'Compilers',
    },
    {
      line: 3,
      email: 'wolfeschlegelsteinhausenbergerdorff.maximilian-alexander@orbital-mechanics.acmecorp.com',
      name: '',
      roles: '',
      teams: '',
    },
  ],
  moreRows: 1_202,
  confirm: { action: '/admin/users/import/confirm', csv: 'email\ngrace.hopper@acmecorp.com\n' },
  backHref: '/admin/users/add',
};

const importStates: Record<string, ImportModel> = {
  import: imported,
  'import-several-providers': {
    ...imported,
    rows: imported.rows.map((row, index) => ({ ...row, provider: index === 0 ? 'Microsoft' : 'Okta' })),
  },
  'import-problems': {
    ...imported,
    heading: 'Nothing is added yet',
    problemCount: '203 problems',
    problems: [
      { place: 'Line 2, email', problem: '“grace.hopper@acmecorp.com” is already there: take the line out' },
      { place: 'Line 3, teams', problem: 'there is no team “Orbital mechanics”: create it first' },
      {
        place: 'Line 4',
        problem:
          'has more cells than the first line has columns. A cell with the separator in it stands in quotation marks.',
      },
    ],
    moreProblems: 200,
    confirm: undefined,
  },
};

const approvals: ApprovalsModel = {
  lifetimeDays: 30,
  count: '2 people',
  waiting: [
    {
      href: '/admin/users/x',
      name: 'Grace Hopper',
      email: 'grace.hopper@acmecorp.com',
      origin: 'directory 9f2c1a7e-55d0-4f0c-8b1e-3a6d2c4e7f10',
      asked: { iso: '2026-11-20T04:33:05.120Z', words: '3 days ago' },
      roles: [admin],
      approveAction: '/admin/approvals/x/approve',
      rejectHref: '/admin/approvals/x/reject',
    },
    {
      href: '/admin/users/y',
      name: 'Wolfeschlegelsteinhausenbergerdorff Maximilian-Alexander',
      email: 'wolfeschlegelsteinhausenbergerdorff.maximilian-alexander@orbital-mechanics.acmecorp.com',
      origin: 'issuer https://verify.orbital-mechanics.acmecorp.com/oidc/endpoint/default',
      asked: { iso: '2026-11-23T04:33:05.120Z', words: '3 minutes ago' },
      roles: [],
      approveAction: '/admin/approvals/y/approve',
      rejectHref: '/admin/approvals/y/reject',
    },
  ],
  rejectedHref: '/admin/users?status=rejected',
};

const approvalsFrame = {
  ...signedIn,
  title: 'Approvals',
  currentUrl: '/admin/approvals',
  navigation: [
    ...signedIn.navigation.slice(0, 1).map((entry) => ({ ...entry, current: false })),
    { href: '/admin/approvals', label: 'Approvals', current: true, waiting: 2 },
    ...section('Approvals').navigation.slice(1),
  ],
};

const approvalsStates: Record<string, ApprovalsModel> = {
  approvals,
  'approvals-viewer': {
    ...approvals,
    waiting: approvals.waiting.map((one) => ({ ...one, approveAction: undefined, rejectHref: undefined })),
  },
  'approvals-empty': { ...approvals, count: undefined, waiting: [] },
};

const rejecting: ConfirmModel = {
  heading: 'Reject Grace Hopper?',
  consequence: [
    'grace.hopper@acmecorp.com stays out until somebody approves the account after all.',
    'When they try to sign in again, they read what you write here.',
  ],
  action: '/admin/approvals/x/reject',
  confirmLabel: 'Reject',
  danger: true,
  cancelHref: '/admin/approvals',
  fields: [],
  text: { name: 'reason', label: 'What to tell them (optional)', most: 500 },
};

const confirm: ConfirmModel = {
  heading: 'Disable Grace Hopper?',
  consequence: [
    'Grace Hopper will be signed out on 3 devices, at once.',
    'They can’t sign in again until somebody enables the account. Nothing is deleted.',
  ],
  action: '/admin/users/x/disable',
  confirmLabel: 'Disable account',
  danger: true,
  cancelHref: '/admin/users/x',
  fields: [{ name: 'version', value: '4' }],
};

const deleting: ConfirmModel = {
  ...confirm,
  heading: 'Delete Grace Hopper?',
  consequence: ['Grace Hopper will be signed out everywhere, at once, and lose all roles and teams.'],
  confirmLabel: 'Delete account',
  typed: {
    name: 'typed',
    label: 'Type “Grace Hopper”, or the email address, to confirm',
    value: 'Grace',
    problem: 'That isn’t the name. Nothing was deleted.',
  },
};

const unknownRole: ConfirmModel = {
  ...confirm,
  heading: 'Give Grace Hopper the role “Administrater”?',
  consequence: [
    'Nobody has this role, and no setting gives it. Do you mean Administrator (platform_admin)?',
    'A new role opens no page of this console.',
  ],
  confirmLabel: 'Give “Administrater”',
  danger: false,
  other: {
    href: '/admin/users/x/roles/give?role=platform_admin',
    label: 'Give Administrator instead',
  },
};

const bulkQuestion: ConfirmModel = {
  heading: 'Disable 3 people?',
  consequence: [
    'Grace Hopper, Alan Turing, and Katherine Johnson.',
    '5 sessions end, at once: 2 people are signed out.',
    'They can’t sign in again until somebody enables the accounts. Nothing is deleted.',
    'Nothing is done to Ada Lovelace. This is the last administrator who can sign in. Make somebody else an administrator first.',
  ],
  action: '/admin/users/bulk',
  confirmLabel: 'Disable accounts',
  danger: true,
  cancelHref: '/admin/users',
  fields: [{ name: 'ids', value: 'x y z' }],
};

const noAccess: NoAccessModel = {
  heading: 'You’re signed in, but can’t open this',
  detail:
    'Your account doesn’t have a role that opens this. Ask an administrator for access, or switch to another account.',
  email: 'edsger@acmecorp.com',
  signOutAction: '/admin/logout',
  switchHref: '/admin/login',
  reference: REFERENCE,
};

const signedOutModel: SignedOutModel = {
  signInHref: '/admin/login',
  providerSignOut: {
    href: 'https://login.microsoftonline.com/common/oauth2/v2.0/logout',
    label: 'Sign out of Microsoft too',
  },
};

const notFound: ErrorModel = {
  status: 404,
  title: 'There’s nothing here',
  detail: 'Check the address, or start from the console’s first page.',
  reference: REFERENCE,
  actions: [{ href: '/admin', label: 'Go to the console' }],
};

const unavailable: ErrorModel = {
  status: 503,
  title: 'We can’t look that up right now',
  detail:
    'The store that keeps sessions and users can’t be reached. You’re not signed out; try again in a moment.',
  reference: REFERENCE,
  actions: [
    { href: '/admin/users', label: 'Try again' },
    { href: '/admin', label: 'Go to the console' },
  ],
};

const disabledNotice = {
  tone: 'success',
  text: 'Edsger Dijkstra is disabled and signed out everywhere.',
} as const;
const ofView = (view: string, frame: PageState['frame'], states: Record<string, object>): PageState[] =>
  Object.entries(states).map(([name, model]) => ({ name, view, frame, model }));

/** Every view in every state that looks or reads differently. */
export const pageStates: readonly PageState[] = [
  ...ofView('sign-in', signedOut, signInStates),
  ...ofView('dashboard', section('Dashboard'), dashboardStates),
  ...ofView('setup', section('Setup'), setupStates),
  ...ofView('setup-trial', section('Setup'), trialStates),
  ...ofView('users', signedIn, usersStates),
  ...ofView('user', { ...signedIn, title: user.heading }, userStates),
  ...ofView('users', { ...signedIn, notice: disabledNotice }, { 'users-notice': users }),
  ...ofView('audit', auditFrame, auditStates),
  ...ofView('teams', section('Teams'), {
    teams,
    'teams-empty': { ...teams, count: undefined, teams: [] },
    'teams-viewer': { ...teams, create: undefined },
  }),
  ...ofView('team', section('Teams'), {
    team,
    'team-empty': {
      ...team,
      origin: undefined,
      description: undefined,
      count: '0 people',
      members: [],
      olderHref: undefined,
    },
    'team-choose': { ...team, act: team.act && { ...team.act, typed: choice.typed, choice } },
    'team-nobody': {
      ...team,
      act: team.act && {
        ...team.act,
        typed: 'mariaa',
        problem: 'Nobody here has that name. Check it, or add the person under Users first.',
      },
    },
    'team-viewer': {
      ...team,
      act: undefined,
      members: team.members.map((one) => ({ ...one, removeAction: undefined })),
    },
  }),
  ...ofView('sessions', section('Sessions'), allSessionsStates),
  ...ofView('tokens', section('API tokens'), {
    tokens,
    'tokens-empty': { ...tokens, count: undefined, tokens: [] },
  }),
  ...ofView('roles', section('Roles'), { roles }),
  ...ofView('token', section('API tokens'), { token }),
  ...ofView('account', section('My account'), accountStates),
  ...ofView('continue', section(onToMicrosoft.heading), { continue: onToMicrosoft }),
  ...ofView('add-people', { ...signedIn, title: 'Add people' }, addPeopleStates),
  ...ofView('import', { ...signedIn, title: 'Import' }, importStates),
  ...ofView('approvals', approvalsFrame, approvalsStates),
  ...ofView('confirm', { ...approvalsFrame, title: rejecting.heading }, { 'confirm-reject': rejecting }),
  ...ofView('confirm', { ...signedIn, title: confirm.heading }, { confirm }),
  ...ofView('confirm', { ...signedIn, title: deleting.heading }, { 'confirm-name': deleting }),
  ...ofView('confirm', { ...signedIn, title: unknownRole.heading }, { 'confirm-unknown-role': unknownRole }),
  ...ofView('confirm', { ...signedIn, title: bulkQuestion.heading }, { 'users-bulk-question': bulkQuestion }),
  ...ofView('no-access', { ...signedIn, title: noAccess.heading, navigation: [] }, { 'no-access': noAccess }),
  ...ofView('no-access', section(noAccess.heading), {
    'no-access-viewer': { ...noAccess, switchHref: undefined },
  }),
  ...ofView('signed-out', { ...signedOut, title: 'Signed out' }, { 'signed-out': signedOutModel }),
  ...ofView('error', { ...signedOut, title: notFound.title }, { 'not-found': notFound }),
  ...ofView('error', section(unavailable.title), { unavailable }),
  ...ofView('error', section(notFound.title), { 'not-found-in-console': notFound }),
];
