import { answering, silence, trickle } from '../answers.js';
import type { HostileProvider } from '../provider.js';
import { inOrder, SIGNED_IN, type Table, UNAVAILABLE, withFaults } from '../row.js';
import { rotatedBeforeSigning } from './conformance.js';

/** All that a provider may take is ten seconds: twice six are more. */
const sixSeconds = withFaults({ delayMs: 6_000 });

export const slow: Table<HostileProvider> = {
  'no answer to the code': { arrange: answering('token', silence), leadsTo: UNAVAILABLE },
  'no answer about rights': {
    arrange: inOrder(withFaults({ isNewcomer: true }), answering('rights', silence)),
    leadsTo: SIGNED_IN,
    except: { providers: ['github'], because: 'its API says who somebody is', leadsTo: UNAVAILABLE },
  },
};

export const slowOpenId: Table = {
  'one byte of tokens a second': { arrange: answering('token', trickle), leadsTo: UNAVAILABLE },
  'no answer for the metadata': { publishes: answering('discovery', silence), leadsTo: UNAVAILABLE },
  'one byte of keys a second': { publishes: answering('jwks', trickle), leadsTo: UNAVAILABLE },
  'six seconds for the tokens, and six for the keys': {
    arrange: rotatedBeforeSigning,
    alter: (_, { provider }) => sixSeconds(provider),
    leadsTo: UNAVAILABLE,
  },
  'six seconds for the tokens, and six for rights': {
    arrange: withFaults({ isNewcomer: true }),
    alter: (_, { provider }) => sixSeconds(provider),
    leadsTo: SIGNED_IN,
  },
};
