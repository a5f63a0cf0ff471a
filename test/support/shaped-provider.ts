import type { Agent as TestAgent } from 'supertest';
import { type Altered, type Body, METADATA_PATH, type OpenIdProvider } from './openid-provider.js';

/** Somebody as a vendor’s provider tells of them. */
export interface ShapedPerson {
  readonly sub: string;
  readonly idToken?: Body;
  /** What UserInfo says beside `sub`, or another answer than that. */
  readonly userInfo?: Body | Altered;
}

export interface Landing {
  readonly browser: TestAgent;
  readonly location: string;
}

/** The provider of one kind, in the shape of its vendor, as people of an entrance sign in with it. */
export interface ShapedProvider {
  readonly issuer: string;
  /** Signs somebody in, by default with a new browser. `change` changes the answer that the browser brings back. */
  signIn(person: ShapedPerson, change?: (answer: URL) => void): Promise<Landing>;
  /** Brings an error back in place of an answer. */
  refuse(error: string, description: string): Promise<Landing>;
  /** What the provider answers instead, by path, for the sign-ins that follow. */
  alter: OpenIdProvider['alter'];
}

export interface ShapedOptions {
  readonly provider: OpenIdProvider;
  /** A new browser at the entrance, which is started afterwards: it reads the metadata at once. */
  readonly browser: () => TestAgent;
  readonly id: string;
  /** The path of the issuer, such as `/oauth2/default`. */
  readonly path: string;
  /** What its metadata says beside or instead of what the library’s says; `undefined` leaves a member out. */
  readonly metadata?: Body;
}

/** The metadata of an issuer at this path, and at no other place. */
export async function metadataAt(provider: OpenIdProvider, path: string, changes: Body = {}) {
  provider.alter = {};
  const published: unknown = await (await fetch(`${provider.issuer}${METADATA_PATH}`)).json();
  const document = { ...(published as Body), issuer: `${provider.issuer}${path}`, ...changes }; // metadata is an object
  const nothing = { [METADATA_PATH]: () => ({ status: 404, body: { error: 'not_found' } }) };
  return { ...nothing, [`${path}${METADATA_PATH}`]: () => ({ body: document }) };
}

export async function shapeProvider({
  browser: newBrowser,
  id,
  metadata,
  path,
  provider,
}: ShapedOptions): Promise<ShapedProvider> {
  const issuer = `${provider.issuer}${path}`;
  const published = await metadataAt(provider, path, metadata);
  provider.alter = published;

  const walk = async (change: (answer: URL) => void): Promise<Landing> => {
    const browser = newBrowser();
    const begun = await browser.get(`/auth/sso/login/${id}`).expect(302);
    const answer = await provider.signIn(new URL(String(begun.headers.location)));
    answer.searchParams.set('iss', issuer);
    change(answer);
    const landed = await browser.get(answer.pathname + answer.search).expect(303);
    return { browser, location: String(landed.headers.location) };
  };

  const shaped: ShapedProvider = {
    issuer,
    alter: {},
    async signIn({ idToken, sub, userInfo = {} }, change = () => undefined) {
      provider.idTokenClaims = { iss: issuer, sub, ...idToken };
      const told = 'body' in userInfo ? (userInfo as Altered) : { body: { sub, ...userInfo } }; // `body` is Altered’s
      provider.alter = { ...published, '/me': () => told, ...shaped.alter };
      return walk(change);
    },
    refuse: (error, description) =>
      walk(({ searchParams }) => {
        searchParams.delete('code');
        searchParams.set('error', error);
        searchParams.set('error_description', description);
      }),
  };
  return shaped;
}

/** The names of the roles of whoever is signed in. */
export async function rolesIn(browser: TestAgent): Promise<readonly string[]> {
  const { body } = await browser.get('/auth/me').set('Accept', 'application/json').expect(200);
  return (body as { roles: { name: string }[] }).roles.map(({ name }) => name); // as documented
}
