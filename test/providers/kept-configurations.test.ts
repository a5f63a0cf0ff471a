import { expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { type Attempt, KeptConfigurations } from '#entrance/providers/kept-configurations.js';

const metadata: oidc.ServerMetadata = {
  issuer: 'https://login.example/{tenantid}/v2.0',
  token_endpoint: 'https://login.example/token',
};
const expectation = { issuer: 'https://login.example/a/v2.0', keys: [{ kty: 'RSA', kid: 'one' }] };

function keptConfigurations() {
  let made = 0;
  const kept = new KeptConfigurations((server, authentication) => {
    made += 1;
    return new oidc.Configuration(server, 'client', undefined, authentication);
  });
  return { kept, made: () => made };
}

/** Sends its name, and says with which secret it came. */
function attemptWith(secret: string): { readonly attempt: Attempt; readonly sent: string[] } {
  const sent: string[] = [];
  const fetch: oidc.CustomFetch = async (_url, { body }) => {
    sent.push(String(body));
    return Response.json({ access_token: 'x', token_type: 'bearer' });
  };
  return { attempt: { authentication: oidc.ClientSecretPost(secret), fetch }, sent };
}

const ask = (configuration: oidc.Configuration) => oidc.refreshTokenGrant(configuration, 'token');

test('one after the other use the same, each with its own credential and way out', async () => {
  const { kept, made } = keptConfigurations();
  for (const secret of ['first', 'second']) {
    const { attempt, sent } = attemptWith(secret);
    await kept.use(metadata, expectation, attempt, ask);
    expect(sent).toEqual([expect.stringContaining(`client_secret=${secret}`)]);
  }
  expect(made()).toBe(1);
});

test('at the same time each has its own', async () => {
  const { kept, made } = keptConfigurations();
  const attempts = ['first', 'second', 'third'].map(attemptWith);
  await kept.use(metadata, expectation, attemptWith('before').attempt, ask);
  await Promise.all(attempts.map(({ attempt }) => kept.use(metadata, expectation, attempt, ask)));
  expect(attempts.map(({ sent }) => sent)).toEqual(
    ['first', 'second', 'third'].map((secret) => [expect.stringContaining(`client_secret=${secret}`)]),
  );
  expect(made()).toBe(3);
});

test('after its attempt it goes nowhere, and holds no credential', async () => {
  const { kept } = keptConfigurations();
  const { attempt, sent } = attemptWith('secret');
  const configuration = await kept.use(metadata, expectation, attempt, async (used) => used);
  await expect(ask(configuration)).rejects.toThrow('the attempt is over');
  expect(sent).toEqual([]);
});

test('one that failed is used again', async () => {
  const { kept, made } = keptConfigurations();
  const { attempt } = attemptWith('first');
  await expect(
    kept.use(metadata, expectation, attempt, () => Promise.reject(new Error('refused'))),
  ).rejects.toThrow('refused');
  await kept.use(metadata, expectation, attempt, ask);
  expect(made()).toBe(1);
});

test.each([
  ['another issuer', metadata, { ...expectation, issuer: 'https://login.example/b/v2.0' }],
  ['other keys', metadata, { ...expectation, keys: [...expectation.keys] }],
  ['metadata that was read anew', { ...metadata }, expectation],
])('%s has one of its own', async (_, server, expected) => {
  const { kept, made } = keptConfigurations();
  const { attempt } = attemptWith('secret');
  const issuerOf = async (configuration: oidc.Configuration) => configuration.serverMetadata().issuer;
  await kept.use(metadata, expectation, attempt, issuerOf);
  expect(await kept.use(server, expected, attempt, issuerOf)).toBe(expected.issuer);
  expect(made()).toBe(2);
});

test('no more than twenty are kept, those that were used last', async () => {
  const { kept, made } = keptConfigurations();
  const { attempt } = attemptWith('secret');
  const atOnce = (count: number) =>
    Promise.all(Array.from({ length: count }, () => kept.use(metadata, expectation, attempt, ask)));
  await atOnce(25);
  expect(made()).toBe(25);
  await atOnce(25);
  expect(made()).toBe(30);
  await kept.use(metadata, { ...expectation, issuer: 'https://login.example/b/v2.0' }, attempt, ask);
  await atOnce(20);
  expect(made()).toBe(32);
});
