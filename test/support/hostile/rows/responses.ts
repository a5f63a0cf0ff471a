import type { HostileProvider } from '../provider.js';
import {
  CANCELLED,
  FAILED,
  notRedeemed,
  publishing,
  respondingWith,
  type Table,
  TRANSACTION_INVALID,
} from '../row.js';

export const responses: Table<HostileProvider> = {
  'with an altered state, before the code is redeemed': {
    alter: ({ searchParams }) => searchParams.set('state', 'altered'),
    leadsTo: TRANSACTION_INVALID,
    also: notRedeemed,
  },
  'without a state': {
    alter: ({ searchParams }) => searchParams.delete('state'),
    leadsTo: TRANSACTION_INVALID,
    also: notRedeemed,
  },
  'without a code': { alter: ({ searchParams }) => searchParams.delete('code'), leadsTo: FAILED },
  'with an altered code': {
    alter: ({ searchParams }) => searchParams.set('code', 'altered'),
    leadsTo: FAILED,
  },
  'with a parameter twice': {
    alter: ({ searchParams }) => searchParams.append('code', 'another'),
    leadsTo: FAILED,
    also: notRedeemed,
  },
  'with a parameter twice that nobody needs': {
    alter: ({ searchParams }) => {
      for (const value of ['a', 'b']) searchParams.append('session_state', value);
    },
    leadsTo: FAILED,
    also: notRedeemed,
  },
  'of another issuer (RFC 9207: mix-up)': {
    arrange: respondingWith({ iss: 'https://evil.example/v2.0' }),
    leadsTo: FAILED,
    also: notRedeemed,
  },
  'with an ID token in it, as of the implicit flow': {
    arrange: respondingWith({ id_token: 'e30.e30.e30' }),
    leadsTo: FAILED,
    also: notRedeemed,
  },
  'in a JWT (JARM), which we didn’t ask for': {
    arrange: respondingWith({ response: 'e30.e30.e30' }),
    leadsTo: FAILED,
    also: notRedeemed,
  },
  'with a code and an error': {
    arrange: respondingWith({ error: 'access_denied' }),
    leadsTo: CANCELLED,
    also: notRedeemed,
  },
};

/** Of providers with metadata. */
export const announcedResponses: Table = {
  'without the issuer that the metadata announces (RFC 9207)': {
    publishes: publishing({ authorization_response_iss_parameter_supported: true }),
    arrange: respondingWith({ iss: undefined }),
    leadsTo: FAILED,
    also: notRedeemed,
  },
};
