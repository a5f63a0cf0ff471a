import { once } from 'node:events';
import { Agent, createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createApp } from '#entrance/app.js';
import { serverOptions } from '#entrance/operations/server-options.js';
import { type Endpoint, learnEndpoints, nameOf, readsBody, takesFile } from '../support/endpoints.js';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { longestTurnMs, MOST_TURN_MS, threadCpuMs } from '../support/event-loop.js';
import { oddFiles } from '../support/odd-bodies.js';
import {
  type Body,
  FORM_BYTES,
  JSON_BYTES,
  type OddPart,
  oddForms,
  oddHeaders,
  oddJson,
  oddPaths,
  oddQueries,
} from '../support/odd-requests.js';
import { collectRoutes, type Route } from '../support/routes.js';
import { statusOf } from '../support/status-of.js';
import { type UsualRequest, usualRequests } from '../support/usual-requests.js';

/**
 * The oddest input of every endpoint and every form. Nothing here is listed by hand: the routes are those that Express has, the
 * API’s bodies and parameters those of its document, and the rest is what a route was seen to read.
 */

/** Of files of people; the console’s form around it has longer line breaks. */
const CSV_BYTES = 1_024 * 1_024;
const UPLOAD_BYTES = 2_200 * 1_024;
const PASTED_BYTES = 512 * 1_024;
const OF_THE_PROTOCOL = ['host', 'connection', 'transfer-encoding', 'content-length'];
/** A header that at least so many routes read is read by the same lines for all. */
const COMMON = 1 / 3;
const EVERY = 10;

let entrance: TestEntrance;
let usual: (route: Route, segment?: string) => Promise<UsualRequest>;
let endpoints: readonly Endpoint[];
let server: Server;
const agent = new Agent({ keepAlive: true });

beforeAll(async () => {
  const [started, routes] = await collectRoutes(() => startTestEntrance({ settings: { TRUST_PROXY: '1' } }));
  entrance = started;
  usual = await usualRequests(entrance);
  endpoints = await learnEndpoints(entrance, routes, usual);
  // Not the one whose answers are held against the document: that takes longer than making them.
  const app = createApp(entrance.deps);
  server = createServer(serverOptions(app), app).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  agent.destroy();
  server.close();
  await entrance.close();
});

function send(
  { method, path, headers }: UsualRequest,
  { query = '', headers: odd = {}, body }: Partial<OddPart>,
): Promise<number> {
  const ofBody = body === undefined ? {} : { 'content-type': body.type };
  const length = method === 'get' ? {} : { 'content-length': `${body?.bytes.length ?? 0}` };
  return statusOf(server, {
    agent,
    method,
    path: path + query,
    headers: { ...headers, ...ofBody, ...odd, ...length },
    body: body?.bytes,
  });
}

/** Which parts keep the event loop for too long, aren’t read at all, or are a fault of ours. */
async function badParts(
  partsOf: (endpoint: Endpoint, index: number) => Iterable<OddPart>,
): Promise<readonly string[]> {
  const bad: string[] = [];
  for (const [index, endpoint] of endpoints.entries()) {
    for (const part of partsOf(endpoint, index)) {
      let status = 0;
      const stand = await longestTurnMs(async () => {
        status = await send(await usual(endpoint, part.segment), part);
      });
      const isUnread = (status === 413 || status === 431) && !part.mayGoUnread;
      if (stand >= MOST_TURN_MS || isUnread || status >= 500)
        bad.push(`${nameOf(endpoint)}, ${part.name}: ${Math.round(stand)} ms, ${status}`);
    }
  }
  return bad;
}

function* oddBodies({ reads, documentedBody }: Endpoint): Generator<OddPart> {
  const json = documentedBody?.['application/json'];
  if (json !== undefined) yield* oddJson(json.schema);
  else if (reads.fields.length > 0) yield* oddForms(reads.fields);
}

/**
 * All files without writing, and the longest list of people for good. The console parses with the same lines: it gets those that its
 * pages show most of.
 */
function* oddUploads(endpoint: Endpoint): Generator<OddPart> {
  if (!takesFile(endpoint)) return;
  const isCsv = endpoint.documentedBody?.['text/csv'] !== undefined;
  const body = (file: () => string) => (isCsv ? csv(file()) : uploaded(file()));
  const all = Object.entries(oddFiles);
  if (isCsv) for (const [name, file] of all) yield { name, query: 'dry_run=true', body: body(file) };
  for (const [name, file] of all) if (SHOWN.includes(name)) yield { name, body: body(file) };
  if (!isCsv) yield { name: 'a form that holds a file', body: pasted(oddFiles['5,000 people']?.() ?? '') };
}

const SHOWN = ['5,000 people', '400,000 rows of one letter'];

function csv(text: string): Body {
  return { type: 'text/csv', bytes: Buffer.from(text) };
}

function uploaded(text: string): Body {
  const head = 'Content-Disposition: form-data; name="file"; filename="people.csv"\r\nContent-Type: text/csv';
  return {
    type: 'multipart/form-data; boundary=odd',
    bytes: Buffer.from(`--odd\r\n${head}\r\n\r\n${text}\r\n--odd--\r\n`),
  };
}

function pasted(text: string): Body {
  const form = `csv=${encodeURIComponent(text)}`.slice(0, PASTED_BYTES);
  return { type: 'application/x-www-form-urlencoded', bytes: Buffer.from(form) };
}

test('a turn that takes too long is noticed', async () => {
  const work = async () => {
    for (const since = threadCpuMs(); threadCpuMs() - since < MOST_TURN_MS; );
  };
  expect(await longestTurnMs(work)).toBeGreaterThanOrEqual(MOST_TURN_MS);
});

test('what each route reads of a body is known, so none goes without an odd one', () => {
  const withBody = endpoints.filter(readsBody);
  expect(withBody.length).toBeGreaterThan(25);
  const withoutOdd = withBody.filter((one) => [...oddBodies(one), ...oddUploads(one)].length === 0);
  expect(withoutOdd.map(nameOf)).toEqual([]);
});

test('a body that is one byte larger than the odd ones isn’t read', async () => {
  const tooLarge = (endpoint: Endpoint): Body => {
    if (takesFile(endpoint))
      return endpoint.documentedBody ? csv('a'.repeat(CSV_BYTES + 1)) : uploaded('a'.repeat(UPLOAD_BYTES));
    return endpoint.documentedBody
      ? { type: 'application/json', bytes: Buffer.alloc(JSON_BYTES + 1, ' ') }
      : { type: 'application/x-www-form-urlencoded', bytes: Buffer.alloc(FORM_BYTES + 1, 'a') };
  };
  for (const endpoint of endpoints.filter(readsBody)) {
    const status = await send(await usual(endpoint), { body: tooLarge(endpoint) });
    expect({ name: nameOf(endpoint), status }).toEqual({ name: nameOf(endpoint), status: 413 });
  }
});

describe('no other request waits for', () => {
  test('an odd path', async () => {
    expect(await badParts(({ path }) => oddPaths(path))).toEqual([]);
  });

  test('an odd query', async () => {
    expect(await badParts(({ parameters }) => oddQueries(parameters))).toEqual([]);
  });

  test('an odd header', async () => {
    const readers = (name: string) => endpoints.filter(({ reads }) => reads.headers.includes(name)).length;
    const isCommon = (name: string) => readers(name) > endpoints.length * COMMON;
    const { headers } = await usual({ method: 'get', path: '/admin' });
    const bad = await badParts(({ reads }, index) => {
      const own = reads.headers.filter((name) => !OF_THE_PROTOCOL.includes(name));
      return oddHeaders(
        own.filter((name) => index % EVERY === 0 || !isCommon(name)),
        headers,
      );
    });
    expect(bad).toEqual([]);
  });

  test('an odd body', async () => {
    expect(await badParts(oddBodies)).toEqual([]);
  });

  test('an odd file', async () => {
    expect(await badParts(oddUploads)).toEqual([]);
  });
});
