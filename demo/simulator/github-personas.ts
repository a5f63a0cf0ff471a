/** Somebody who can sign in at the simulated GitHub. */
export interface GitHubPersona {
  /** Slug: stands in the picker’s form and in tests. */
  readonly id: string;
  readonly name: string | null;
  /** The outcome, in one sentence. */
  readonly story: string;
  /** GitHub’s number for an account, whatever its login is. */
  readonly number: number;
  readonly login: string;
  readonly emails: readonly {
    readonly email: string;
    readonly primary?: true;
    readonly unverified?: true;
  }[];
  readonly organisations?: readonly {
    readonly login: string;
    readonly state?: 'pending';
    /** The number of an organisation whose SAML single sign-on the person hasn’t passed: it is left out of lists. */
    readonly withheld?: number;
  }[];
  /** `organisation/team-slug` */
  readonly teams?: readonly string[];
  /** The scopes that the person grants; without it, all that are asked for. */
  readonly grants?: readonly string[];
  /** How GitHub answers; without it the person is signed in. */
  readonly outcome?: 'denied' | 'unverified_user_email';
}

/** The organisation whose people may look at the demo’s console, and the team of its administrators. */
export const GITHUB_ORGANISATION = 'contoso';
export const GITHUB_ADMINISTRATORS = 'contoso/gateway-admins';

export const githubPersonas: readonly GitHubPersona[] = [
  {
    id: 'github-admin',
    name: 'Noor Haddad',
    story: `Is in the team ${GITHUB_ADMINISTRATORS}: becomes an administrator and lands in the console.`,
    number: 4_810_027,
    login: 'noorhaddad',
    emails: [
      { email: 'noor.haddad@contoso.com', primary: true },
      { email: '4810027+noorhaddad@users.noreply.github.com' },
    ],
    organisations: [{ login: GITHUB_ORGANISATION }],
    teams: [GITHUB_ADMINISTRATORS],
  },
  {
    id: 'github-viewer',
    name: 'Milan Horák',
    story:
      'Is a member of the organisation contoso, and in none of its teams: may look at the console, and change nothing.',
    number: 15_560_331,
    login: 'milanhorak',
    emails: [{ email: 'milan.horak@contoso.com', primary: true }],
    organisations: [{ login: GITHUB_ORGANISATION }],
  },
];
