/** Somebody who can sign in at the simulated Google. */
export interface GooglePersona {
  /** Slug: stands in the picker’s form and in tests. */
  readonly id: string;
  readonly name: string;
  /** The outcome, in one sentence. */
  readonly story: string;
  /** Google’s number for an account (`sub`), whatever its address is. */
  readonly sub: string;
  readonly email: string;
  /** The primary domain of the organisation that manages the account (`hd`); accounts that people made themselves have none. */
  readonly organisation?: string;
  /** The addresses of the groups that the person is in, also by way of other groups. */
  readonly groups?: readonly string[];
}

/** The Google group of the demo’s administrators. */
export const GOOGLE_ADMINISTRATORS = 'gateway-admins@contoso.com';

export const googlePersonas: readonly GooglePersona[] = [
  {
    id: 'google-admin',
    name: 'Beatriz Carvalho',
    story: `Is in the Google group ${GOOGLE_ADMINISTRATORS}: becomes an administrator and lands in the console.`,
    sub: '108204268033311374519',
    email: 'beatriz.carvalho@contoso.com',
    organisation: 'contoso.com',
    groups: [GOOGLE_ADMINISTRATORS],
  },
  {
    id: 'google-unmanaged',
    name: 'Kenji Mori',
    story:
      'Made a Google account himself with a verified address at contoso.com: refused, since contoso.com doesn’t manage that account.',
    sub: '113876540928173650244',
    email: 'kenji.mori@contoso.com',
  },
];
