/** Somebody who can sign in at the simulated Microsoft, and what Microsoft says about them. */
export interface Persona {
  /** Slug: stands in the picker's form and in tests. */
  readonly id: string;
  readonly name: string;
  /** The outcome, in one sentence. */
  readonly story: string;
  /** Object ID (`oid`), a GUID. */
  readonly oid: string;
  /** `preferred_username`: usually, but not always, an address. */
  readonly username: string;
  readonly email?: string;
  /** App roles. */
  readonly roles?: readonly string[];
  /** The directory (tenant) ID of somebody from elsewhere; without it, that of the simulator. */
  readonly tenantId?: string;
  /** Group IDs. */
  readonly groups?: readonly string[];
  /** How Microsoft answers; without it the person is signed in. */
  readonly outcome?:
    | 'consent_missing'
    | 'not_assigned'
    | 'microsoft_down'
    | 'secret_expired'
    | 'dismissed'
    | 'keys_rotate';
  /** ID-token claims merged last, the protocol's own included; `undefined` leaves one out. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

export const adminPersona: Persona = {
  id: 'admin',
  name: 'Amara Okafor',
  story: 'Has the app role gateway.admin: becomes an administrator and lands in the console.',
  oid: '6f0c1a52-3d0e-4b5b-9a57-0d7c5f1b8e21',
  username: 'amara.okafor@contoso.com',
  email: 'amara.okafor@contoso.com',
  roles: ['gateway.admin'],
};

export const disabledPersona: Persona = {
  id: 'disabled',
  name: 'Marek Nowak',
  story:
    'An administrator has disabled this account here, so it is refused although Microsoft vouches for it.',
  oid: 'b3a1f6de-84c2-4c1f-8f57-2f9f60c7d410',
  username: 'marek.nowak@contoso.com',
  email: 'marek.nowak@contoso.com',
};

/** The group whose members may look at the demo's console. */
export const READERS_GROUP = '9c6d5f10-2b8e-4a73-b1f4-3e7a0d9c5528';

/** More groups than fit into a token; made up, but for one. */
const manyGroups = [
  ...Array.from({ length: 249 }, (_, index) => `00000000-0000-4000-8000-${`${index}`.padStart(12, '0')}`),
  READERS_GROUP,
];

export const pendingPersona: Persona = {
  id: 'pending',
  name: 'Oluwaseun Adeyemi',
  story:
    'Signed in for the first time two days ago, and still waits for an administrator’s approval: told since when.',
  oid: '5b7d2e94-1c3f-4a86-9e0d-7f6a3c8b2d15',
  username: 'oluwaseun.adeyemi@fabrikam.com',
  email: 'oluwaseun.adeyemi@fabrikam.com',
};

export const rejectedPersona: Persona = {
  id: 'rejected',
  name: 'Greta Holm',
  story: 'Asked to be let in and was rejected: reads what the administrator said.',
  oid: 'c8f3a6b1-7e29-4d50-8b4c-2a9d5e1f7036',
  username: 'greta.holm@fabrikam.com',
  email: 'greta.holm@fabrikam.com',
};

/** The people of the demo: one for each thing that can happen. */
export const personas: readonly Persona[] = [
  adminPersona,
  {
    id: 'no-role',
    name: 'Jonas Lindqvist',
    story: 'Is signed in, but has no role that opens the console, and is told so.',
    oid: '0c9e4f7b-5a3d-4f0e-b1c6-7d2a9e8f3b64',
    username: 'jonas.lindqvist@fabrikam.com',
    email: 'jonas.lindqvist@fabrikam.com',
  },
  {
    id: 'untrusted-domain',
    name: 'Lena Fischer',
    story: 'Has an address at adventure-works.com, which is not a trusted domain, and is refused.',
    oid: 'd2b7c8e0-1f46-4a9d-8e3b-5c6a7f902d18',
    username: 'lena.fischer@adventure-works.com',
    email: 'lena.fischer@adventure-works.com',
    roles: ['gateway.admin'],
  },
  {
    id: 'no-email',
    name: 'Lobby Kiosk',
    story:
      'Comes without an email address, and its user name isn’t one either: refused, with what to set up.',
    oid: '9a4d2c61-7b8e-4e35-a0f9-3e1b6d5c7f82',
    username: 'lobby-kiosk-2',
  },
  disabledPersona,
  pendingPersona,
  rejectedPersona,
  {
    id: 'consent-missing',
    name: 'Priya Raman',
    story: 'Nobody has consented to the application: Microsoft answers AADSTS65001.',
    oid: '4e8f0b93-6c2a-4d71-9b5e-8a7d3c1f0e46',
    username: 'priya.raman@contoso.com',
    email: 'priya.raman@contoso.com',
    outcome: 'consent_missing',
  },
  {
    id: 'not-assigned',
    name: 'Tomás Herrera',
    story: 'Is not assigned to the application: Microsoft answers AADSTS50105.',
    oid: 'f17a5d3c-92e4-4b68-8c0d-6b3e9f2a1d75',
    username: 'tomas.herrera@fabrikam.com',
    email: 'tomas.herrera@fabrikam.com',
    outcome: 'not_assigned',
  },
  {
    id: 'secret-expired',
    name: 'Ines Duarte',
    story:
      'The console’s own client secret has expired: Microsoft answers AADSTS7000222, and the console says what to do.',
    oid: '7c2e5a90-4d1b-4f83-a6c7-9e0d3b5f8a12',
    username: 'ines.duarte@contoso.com',
    email: 'ines.duarte@contoso.com',
    outcome: 'secret_expired',
  },
  {
    id: 'dismissed',
    name: 'Viktor Haas',
    story:
      'Is dismissed as soon as he is signed in: within a minute of clicking around, Microsoft says so, and he is out.',
    oid: 'e5d0b7a4-3c96-4f1e-8a2d-7b9c1e4f6053',
    username: 'viktor.haas@contoso.com',
    email: 'viktor.haas@contoso.com',
    roles: ['gateway.admin'],
    outcome: 'dismissed',
  },
  {
    id: 'overage',
    name: 'Zanele Dube',
    story:
      'Is in 250 groups, more than fit into a token: Microsoft Graph is asked for them, and one lets her look at the console.',
    oid: '2f7c9b40-6a1d-4e85-93b8-c0d5e7f1a264',
    username: 'zanele.dube@contoso.com',
    email: 'zanele.dube@contoso.com',
    groups: manyGroups,
  },
  {
    id: 'guest',
    name: 'Sofia Rossi',
    story:
      'Is a guest from another company, whose address this directory can’t vouch for: refused, as domains are restricted.',
    oid: '7b2f9d14-0a6c-4e58-9f3d-c1e5a8b7d620',
    username: 'sofia.rossi_northwindtraders.com#EXT#@contoso.onmicrosoft.com',
    email: 'sofia.rossi@northwindtraders.com',
    claims: { acct: 1, idp: 'https://sts.windows.net/5e0d7c3b-94a1-4f26-8b7c-d2f1a6e39805/' },
  },
  {
    id: 'other-tenant',
    name: 'Kwame Mensah',
    story: 'Comes from another organisation’s directory, and is told which one and how to switch account.',
    oid: '1c5e8a7d-6f24-4b90-a3d8-9e0b7c2f4d51',
    username: 'kwame.mensah@tailspintoys.com',
    email: 'kwame.mensah@tailspintoys.com',
    tenantId: '5e0d7c3b-94a1-4f26-8b7c-d2f1a6e39805',
    roles: ['gateway.admin'],
  },
  {
    id: 'wrong-tid',
    name: 'Mallory Quinn',
    story: 'Has a token of this directory that claims another directory’s ID inside: refused.',
    oid: 'e4a9c7d2-3b18-4f65-8d07-5a2c9e1b6f38',
    username: 'mallory.quinn@contoso.com',
    email: 'mallory.quinn@contoso.com',
    roles: ['gateway.admin'],
    claims: { tid: '5e0d7c3b-94a1-4f26-8b7c-d2f1a6e39805' },
  },
  {
    id: 'key-rotation',
    name: 'Hana Sato',
    story: 'Microsoft changes its signing keys in the middle of this sign-in, and nobody notices.',
    oid: '3d8b1f6e-c570-42a9-b4e6-0f9d7a5c2183',
    username: 'hana.sato@contoso.com',
    email: 'hana.sato@contoso.com',
    roles: ['gateway.admin'],
    outcome: 'keys_rotate',
  },
  {
    id: 'microsoft-down',
    name: 'Yuki Tanaka',
    story: 'Microsoft breaks down half-way: its token endpoint answers 503, and the console says so.',
    oid: '2d6b9e14-c8f5-4037-b9a2-1f4c7e0d8a53',
    username: 'yuki.tanaka@contoso.com',
    email: 'yuki.tanaka@contoso.com',
    outcome: 'microsoft_down',
  },
];
