import supertest from 'supertest';
import { documentOf, type Method } from './api-document.js';
import type { TestEntrance } from './entrance.js';
import type { Schema } from './odd-requests.js';
import { noteReads, type Reads } from './request-reads.js';
import type { Route } from './routes.js';
import type { UsualRequest } from './usual-requests.js';

/** A route, with what it reads of a request. */
export interface Endpoint extends Route {
  /** What it was seen to read. */
  readonly reads: Reads;
  /** Of the query string, also those that only the API’s document names. */
  readonly parameters: readonly string[];
  /** In the API’s document, by its media type. */
  readonly documentedBody: Readonly<Record<string, { readonly schema: Schema }>> | undefined;
}

/** Says for whom a form was made, sealed: nothing else is understood. */
const OWNER_OF_FORM = 'for';
/** What every field and parameter holds, one after the other: a route may read more of a request that it takes. */
const GIVEN = [undefined, 'x', '7'];

/** Asks each route a few times, and notes what it reads. */
export async function learnEndpoints(
  { app, deps }: TestEntrance,
  routes: readonly Route[],
  usual: (route: Route) => Promise<UsualRequest>,
): Promise<readonly Endpoint[]> {
  const { paths } = documentOf(deps);
  const noting = noteReads(app);
  const endpoints: Endpoint[] = [];
  for (const route of routes) {
    for (const given of GIVEN) {
      const { method, path, headers } = await usual(route);
      const asked = supertest(noting.app)[method as Method](path).set(headers); // Express’s name of it
      if (given !== undefined) asked.set('x-given', given);
      await (method === 'get' ? asked : asked.type('text').send('read by no parser'));
    }
    const reads = noting.take();
    const template = route.path.replace('{*behind}', '').replaceAll(/:(\w+)/g, '{$1}');
    const documented = paths[template]?.[(route.method === '_all' ? 'get' : route.method) as Method];
    const inQuery = documented?.parameters?.filter((one) => one.in === 'query').map(({ name }) => name) ?? [];
    endpoints.push({
      ...route,
      reads,
      parameters: [...new Set([...reads.parameters, ...inQuery])].filter((name) => name !== OWNER_OF_FORM),
      documentedBody: documented?.requestBody?.content as Endpoint['documentedBody'], // OpenAPI’s are JSON Schema
    });
  }
  noting.stop();
  return endpoints;
}

export function nameOf({ method, path }: Route): string {
  return `${method} ${path}`;
}

/** Parsers look for this header to see whether there is a body. */
export function readsBody({ reads, documentedBody }: Endpoint): boolean {
  return documentedBody !== undefined || reads.headers.includes('transfer-encoding');
}

/** Whether it takes a file of people. */
export function takesFile({ reads, documentedBody }: Endpoint): boolean {
  return documentedBody?.['text/csv'] !== undefined || reads.fields.includes('csv');
}
