import {
  answering,
  brokenConnection,
  brokenOff,
  deeplyNested,
  emptyForm,
  gzipBomb,
  htmlPage,
  protocolSwitch,
  type RawAnswer,
  redirectsTo,
  saysJson,
  saysStatus,
  twentyMegabytes,
} from '../answers.js';
import type { HostileProvider } from '../provider.js';
import { FAILED, type Row, type Table, UNAVAILABLE, withFaults } from '../row.js';

const tokensOf = (tokenResponse: Readonly<Record<string, unknown>>) => withFaults({ tokenResponse });

/** What no endpoint may answer with. */
export const oddAnswers: Readonly<
  Record<string, { readonly answer: RawAnswer; readonly logs?: string; readonly isOutage?: true }>
> = {
  'a switch of protocols': { answer: protocolSwitch },
  'an endless body': { answer: twentyMegabytes, logs: 'response too large' },
  'a body that unpacks to fifty megabytes': { answer: gzipBomb, logs: 'response compressed' },
  'JSON a hundred thousand levels deep': { answer: deeplyNested },
  'a page in place of JSON': { answer: htmlPage },
  'a text in place of an object': { answer: saysJson('welcome') },
  'an empty form': { answer: emptyForm },
  'nothing (204)': { answer: saysStatus(204) },
  'a redirect to another host (307)': { answer: redirectsTo('https://evil.example/', 307) },
  'a redirect to the same host': { answer: redirectsTo('/evil', 307) },
  'a broken connection': { answer: brokenConnection, isOutage: true },
  'half an answer': { answer: brokenOff, isOutage: true },
  'too many requests': { answer: saysStatus(429), isOutage: true },
  'an error page of a proxy': { answer: saysStatus(502), isOutage: true },
};

export const tokenAnswers: Table<HostileProvider> = {
  ...Object.fromEntries(
    Object.entries(oddAnswers).map(
      ([name, { answer, isOutage = false, logs }]): [string, Row<HostileProvider>] => [
        name,
        {
          arrange: answering('token', answer),
          leadsTo: isOutage ? UNAVAILABLE : FAILED,
          ...(logs !== undefined && { logs }),
        },
      ],
    ),
  ),
  'tokens of another type': { arrange: tokensOf({ token_type: 'mac' }), leadsTo: FAILED },
  'tokens that need a proof (DPoP)': { arrange: tokensOf({ token_type: 'dpop' }), leadsTo: FAILED },
  'tokens of no type': { arrange: tokensOf({ token_type: undefined }), leadsTo: FAILED },
  'no access token': { arrange: tokensOf({ access_token: undefined }), leadsTo: FAILED },
  'an access token that is no text': { arrange: tokensOf({ access_token: { $ne: null } }), leadsTo: FAILED },
  'an error that is a name of every object': {
    arrange: answering('token', saysJson({ error: 'constructor', error_description: '<script>' }, 400)),
    leadsTo: FAILED,
  },
};
