import { describe, expect, test } from '@jest/globals';
import type { CustomProvider, OAuthProvider } from '#entrance/extensions.js';
import {
  type ProviderStandIn,
  providerContract,
  type SimulatedProvider,
  startSimulatedProvider,
} from '#entrance/testing.js';
import { acmeProvider } from '../../support/acme-provider.js';

/** A stand-in of the simulated provider, reached by what `make` gives. */
function standIn(make: (simulated: SimulatedProvider) => Omit<ProviderStandIn, 'signIn' | 'close'>) {
  return async (): Promise<ProviderStandIn> => {
    const simulated = await startSimulatedProvider();
    return {
      ...make(simulated),
      signIn: simulated.signIn,
      close: simulated.close,
    };
  };
}

const custom = (make: (simulated: SimulatedProvider) => CustomProvider) =>
  standIn((simulated) => ({ provider: 'acme', options: { providers: [make(simulated)] } }));

const openId = ({ issuer, clientId, clientSecret }: SimulatedProvider): CustomProvider => ({
  id: 'acme',
  name: 'Acme ID',
  issuer,
  clientId,
  clientSecret,
});
const acme = ({ issuer, clientId, clientSecret }: SimulatedProvider) =>
  acmeProvider({ url: issuer, clientId, clientSecret });

describe.each([
  [
    'of ours that settings describe',
    standIn(({ settings }) => ({ provider: 'simulated', prefix: 'SSO_GENERIC', options: { settings } })),
  ],
  [
    'with OpenID Connect, whose groups the host app reads',
    custom((simulated) => ({ ...openId(simulated), readGroups: ({ groups }) => groups as string[] })),
  ],
  ['with OAuth alone, of a host app', custom(acme)],
])('a provider %s', (_name, open) => {
  for (const { name, run } of providerContract(open)) test(name, run);
});

const BROKEN: ReadonlyArray<readonly [rule: string, fault: string, breaks: (own: OAuthProvider) => object]> =
  [
    [
      'an address that isn’t verified is nobody’s, and claims no account',
      'takes each address for verified',
      (own) => ({ complete: async (answer) => ({ ...(await own.complete(answer)), emailVerified: true }) }),
    ],
    [
      'groups that aren’t known give nothing, and take nothing away',
      'takes unknown groups for none',
      (own) => ({
        async complete(answer) {
          const person = await own.complete(answer);
          return { ...person, groups: person.groups ?? [] };
        },
      }),
    ],
    [
      'another person with the same address doesn’t get the account',
      'knows people by their address',
      (own) => ({
        async complete(answer) {
          const person = await own.complete(answer);
          return { ...person, subject: String(person.email) };
        },
      }),
    ],
    [
      'an answer that the provider didn’t give is refused',
      'believes what the browser brings',
      () => ({ complete: () => ({ subject: 'ada-1815', email: 'ada@acmecorp.com', emailVerified: true }) }),
    ],
  ] satisfies ReadonlyArray<readonly [string, string, (own: OAuthProvider) => Partial<OAuthProvider>]>;

test.each(BROKEN)('the rule “%s” finds a provider that %s', async (name, _fault, breaks) => {
  const open = custom((simulated) => ({ ...acme(simulated), ...breaks(acme(simulated)) }));
  const rule = providerContract(open).find((one) => one.name === name);
  await expect(rule?.run()).rejects.toThrow();
});
