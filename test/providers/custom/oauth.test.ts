import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, jest, test } from '@jest/globals';
import { pino } from 'pino';
import { Secret } from '#entrance/config/secret.js';
import { EntranceError } from '#entrance/errors.js';
import type { OAuthProvider } from '#entrance/extensions.js';
import { kindsWith } from '#entrance/providers/kinds.js';
import type { Provider } from '#entrance/providers/provider.js';
import { createProviders } from '#entrance/providers/registry.js';
import { parseConfig } from '#entrance/settings.js';

const SECRETS = {
  state: 'the-state',
  nonce: 'the-nonce',
  codeVerifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
};
const REDIRECT_URI = 'http://localhost:8000/auth/sso/callback/acme';
const SETTINGS = {
  PLATFORM_ADMIN_EMAIL: 'root@acmecorp.com',
  PLATFORM_ADMIN_PASSWORD: 'plum-harbour-violin-92',
};
const ADA = { subject: 'ada-1815', email: 'ada@acmecorp.com', emailVerified: true, fullName: 'Ada Lovelace' };

const logged: string[] = [];
const log = pino({ level: 'debug' }, { write: (line) => void logged.push(line) });

function provider(changes: object = {}): Provider {
  const own: OAuthProvider = {
    id: 'acme',
    name: 'Acme ID',
    begin: ({ state }) => `https://id.acme.example/authorize?state=${state}`,
    complete: () => ADA,
    ...changes,
  };
  const kinds = kindsWith([own]);
  const [made] = createProviders(parseConfig(SETTINGS, {}, kinds), { now: Date.now }, log, kinds);
  if (made === undefined) throw new Error('the provider is on');
  return made;
}

const tell = () => undefined;
const complete = (made: Provider, query = 'code=1') =>
  made.complete(new URLSearchParams(`${query}&state=${SECRETS.state}`), SECRETS, tell);
const failure = async (attempt: Promise<unknown>): Promise<EntranceError> => {
  const error = await attempt.catch((reason: unknown) => reason);
  if (error instanceof EntranceError) return error;
  throw new Error(`it ended with ${error}`);
};

test('begin gets what binds the answer to the browser, and complete what redeems it', async () => {
  const begin = jest.fn<OAuthProvider['begin']>(({ state }) => `https://id.acme.example/?state=${state}`);
  const done = jest.fn<OAuthProvider['complete']>(() => ADA);
  const made = provider({ begin, complete: done });
  await made.authorizationUrl(SECRETS, { loginHint: 'ada@acmecorp.com', authContext: 'c1' });
  expect(begin.mock.calls[0]?.[0]).toMatchObject({
    state: SECRETS.state,
    // RFC 7636, appendix B
    codeChallenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    redirectUri: REDIRECT_URI,
    loginHint: 'ada@acmecorp.com',
    selectAccount: false,
    authContext: 'c1',
  });
  await complete(made);
  const answer = done.mock.calls[0]?.[0];
  expect(answer).toMatchObject({ codeVerifier: SECRETS.codeVerifier, redirectUri: REDIRECT_URI });
  expect(answer?.parameters.get('code')).toBe('1');
});

test.each([
  ['no address', () => 'somewhere', 'an address that begins with https://'],
  ['nothing', () => undefined, 'an address that begins with https://'],
  ['a script', () => `javascript:alert(1)//?state=${SECRETS.state}`, 'an address that begins with https://'],
  [
    'plain http',
    () => `http://id.acme.example/?state=${SECRETS.state}`,
    'an address that begins with https://',
  ],
  ['no state', () => 'https://id.acme.example/authorize', 'an address with the state that it was given'],
  [
    'another state',
    () => 'https://id.acme.example/?state=mine',
    'an address with the state that it was given',
  ],
])('a begin that gives %s leads nobody anywhere', async (_what, begin, sentence) => {
  const { code, remedy } = await failure(provider({ begin }).authorizationUrl(SECRETS, {}));
  expect(code).toBe('sso_misconfigured');
  expect(remedy).toContain(`The function begin of the provider acme has to give ${sentence}`);
});

test('a request that was pushed holds its state elsewhere', async () => {
  const begin = () => new URL('https://id.acme.example/?client_id=1&request_uri=urn:example:7');
  expect((await provider({ begin }).authorizationUrl(SECRETS, {})).searchParams.has('request_uri')).toBe(
    true,
  );
});

test.each([
  ['its own issuer', 'https://id.acme.example', 'https://id.acme.example', true],
  ['no issuer', 'https://id.acme.example', undefined, true],
  ['another issuer', 'https://id.acme.example', 'https://attacker.example', false],
  ['an issuer, and the provider has none', undefined, 'https://id.acme.example', false],
])('an answer that names %s', async (_what, issuer, named, isAccepted) => {
  const made = provider({ issuer });
  const query = named === undefined ? 'code=1' : `code=1&iss=${encodeURIComponent(named)}`;
  if (isAccepted) expect(await complete(made, query)).toMatchObject({ email: ADA.email });
  else
    expect(await failure(complete(made, query))).toMatchObject({
      code: 'sso_failed',
      remedy: expect.stringContaining('(RFC 9207)'),
    });
});

test('an error that the provider reports never reaches complete', async () => {
  const done = jest.fn<OAuthProvider['complete']>(() => ADA);
  const made = provider({ complete: done });
  const cancelled = await failure(complete(made, 'error=access_denied&error_description=no'));
  expect(cancelled.code).toBe('sso_cancelled');
  expect(made.failureText(cancelled.facts)?.visitor).toContain('The sign-in at Acme ID was cancelled');
  expect((await failure(complete(made, 'error=invalid_scope'))).code).toBe('sso_misconfigured');
  expect((await failure(complete(made, 'error=%C2%A7&code=1'))).code).toBe('sso_failed');
  expect(done).not.toHaveBeenCalled();
});

test('the key of a person holds the provider’s ID, and nothing that a host app might change', async () => {
  const key = { provider: 'acme', providerScope: 'custom://acme', providerId: 'ada-1815' };
  expect((await complete(provider())).key).toEqual(key);
  expect((await complete(provider({ issuer: 'https://id.acme.example', name: 'Other' }))).key).toEqual(key);
});

test.each([
  ['nothing', undefined],
  ['no subject', { ...ADA, subject: undefined }],
  ['an empty subject', { ...ADA, subject: '' }],
  ['a number', { ...ADA, subject: 7 }],
  ['blanks around the subject', { ...ADA, subject: ' 7 ' }],
  ['a subject with a hidden character', { ...ADA, subject: '7\u200b8' }],
  ['a subject that is too long', { ...ADA, subject: 'x'.repeat(256) }],
])('a complete that gives %s signs nobody in', async (_what, person) => {
  const { code, remedy } = await failure(complete(provider({ complete: () => person })));
  expect({ code, remedy }).toEqual({
    code: 'sso_failed',
    remedy: expect.stringContaining('The function complete of the provider acme has to give a subject'),
  });
});

test.each<[string, unknown, unknown]>([
  ['a list', ['a', 'b'], ['a', 'b']],
  ['an empty list', [], []],
  ['nothing', undefined, { atLeast: [] }],
  ['null', null, { atLeast: [] }],
  ['a list that isn’t whole', { atLeast: ['a'] }, { atLeast: ['a'] }],
  ['a number', 7, { atLeast: [] }],
  ['a list with a member that is no text', ['a', 7], { atLeast: ['a'] }],
  ['an object', { admins: true }, { atLeast: [] }],
])('groups: %s', async (_what, groups, expected) => {
  expect((await complete(provider({ complete: () => ({ ...ADA, groups }) }))).groups).toEqual(expected);
});

test('only true is a verified address', async () => {
  for (const emailVerified of [undefined, 'true', 1, false])
    expect(await complete(provider({ complete: () => ({ ...ADA, emailVerified }) }))).toMatchObject({
      emailVerified: false,
    });
  expect(await complete(provider())).toMatchObject({ emailVerified: true });
});

test.each<[string, () => unknown, Partial<EntranceError>]>([
  ['its own refusal', () => new EntranceError('email_unverified'), { code: 'email_unverified' }],
  [
    'a connection that failed',
    () => new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) }),
    { code: 'sso_unavailable' },
  ],
  ['a deadline', () => new DOMException('late', 'TimeoutError'), { code: 'sso_unavailable' }],
  ['any error', () => new Error('no seat'), { code: 'sso_failed' }],
  ['no error at all', () => 'thrown', { code: 'sso_failed' }],
])('a complete that throws %s', async (_what, thrown, expected) => {
  const made = provider({ complete: () => Promise.reject(thrown()) });
  expect(await failure(complete(made))).toMatchObject(expected);
  expect(made.health.reachable).toBe(expected.code !== 'sso_unavailable');
});

test('the person’s session keeps what signing out and step-up need', async () => {
  const person = { ...ADA, loginHint: 'ada', refreshToken: 'refresh', authContexts: ['c1', 'odd', 7] };
  const plain = await complete(provider({ complete: () => person }));
  expect(plain).toMatchObject({ loginHint: 'ada', refreshToken: Secret.of('refresh') });
  expect(plain.authContexts).toBeUndefined();
  const able = provider({ complete: () => person, stepsUp: true });
  expect(able.stepsUp).toBe(true);
  expect((await complete(able)).authContexts).toEqual(['c1']);
});

test.each<[string, (given: { refreshToken: string }) => unknown, unknown]>([
  ['yes', () => ({ isThere: true }), { outcome: 'confirmed', refreshToken: undefined }],
  [
    'yes, with another token',
    ({ refreshToken }) => ({ isThere: true, refreshToken: `${refreshToken} 2` }),
    { outcome: 'confirmed', refreshToken: Secret.of('refresh 2') },
  ],
  ['no', () => ({ isThere: false }), { outcome: 'ended' }],
])('confirm: %s', async (_what, confirm, expected) => {
  expect(await provider({ confirm }).confirm?.(Secret.of('refresh'))).toMatchObject(expected as object);
});

test('a confirm without a clear answer says nothing about the person', async () => {
  for (const confirm of [
    () => undefined,
    () => true,
    () => ({ isThere: 'no' }),
    () => Promise.reject(new Error()),
  ])
    expect((await failure(Promise.resolve(provider({ confirm }).confirm?.(Secret.of('refresh'))))).code).toBe(
      'sso_failed',
    );
  expect(provider().confirm).toBeUndefined();
});

test('the link to sign out there is a web address, or isn’t shown', () => {
  const at = (endSessionUrl: unknown) =>
    provider({ endSessionUrl }).endSessionUrl?.({ returnTo: 'https://console.example/', loginHint: 'ada' });
  expect(at(({ returnTo }: { returnTo: string }) => `https://id.acme.example/out?to=${returnTo}`)).toBe(
    'https://id.acme.example/out?to=https://console.example/',
  );
  for (const odd of [() => 'javascript:alert(1)', () => 'http://id.acme.example/', () => 7, () => undefined])
    expect(at(odd)).toBeUndefined();
  expect(
    at(() => {
      throw new Error('no link today');
    }),
  ).toBeUndefined();
  expect(logged.join('')).toContain('no link today');
  expect(provider().endSessionUrl).toBeUndefined();
});

test('the check of the set-up says whether people can be sent there, and what the host app found', async () => {
  const server = createServer((_request, response) => void response.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port
  const begin: OAuthProvider['begin'] = ({ state }) => `http://127.0.0.1:${port}/authorize?state=${state}`;
  const examine = async () => [{ severity: 'failed', what: 'The secret is refused', remedy: 'Make another' }];
  const now = () => Date.now();
  expect(await provider({ begin, examine }).inspection.examine(now)).toMatchObject([
    {
      check: 'discovery',
      severity: 'ok',
      what: `The host to which people are sent (127.0.0.1:${port}) can be reached.`,
    },
    { check: 'credential', severity: 'failed', what: 'The secret is refused.', remedy: 'Make another.' },
    { check: 'redirect_uri', severity: 'could_not_check', remedy: expect.stringContaining(REDIRECT_URI) },
  ]);
  server.close();
  server.closeAllConnections();
  const odd = provider({ begin: () => 'nowhere', examine: () => [{ severity: 'fine' }] });
  expect(await odd.inspection.examine(now)).toMatchObject([
    { check: 'discovery', severity: 'failed', remedy: expect.stringContaining('has to give an address') },
    { check: 'credential', severity: 'could_not_check' },
    { check: 'redirect_uri' },
  ]);
});
