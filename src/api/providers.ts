import * as z from 'zod';
import type { Dependencies } from '../stores.js';
import { type Operation, operation } from './operation.js';

const providerSchema = z
  .strictObject({ id: z.string(), name: z.string(), display_name: z.string() })
  .meta({ id: 'Provider', description: 'A way to sign in.' });

export function createProvidersOperation({ providers }: Dependencies): Operation {
  return operation({
    id: 'listProviders',
    method: 'get',
    path: '/auth/sso/providers',
    summary: 'The providers of single sign-on',
    access: 'anyone',
    answers: { 200: { description: 'All of them.', schema: z.array(providerSchema) } },
    problems: ['sso_disabled'],
    handle(_request, response) {
      response.json(providers.map(({ id, config }) => ({ id, name: id, display_name: config.displayName })));
    },
  });
}
