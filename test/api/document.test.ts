import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import express from 'express';
import type { Agent as TestAgent } from 'supertest';
import request from 'supertest';
import { type Scope, scopes } from '#entrance/tokens/api-token.js';
import {
  type ApiDocument,
  createCheck,
  type DocumentedOperation,
  documentOf,
  type Method,
  watchAnswers,
} from '../support/api-document.js';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { collectRoutes } from '../support/routes.js';

/** Pages, redirects and what the provider calls: no part of the API. */
const FOR_BROWSERS = [
  'get /auth/sso/callback/{provider}',
  'get /auth/sso/login/{provider}',
  'get /auth/sso/logout/{provider}',
  'post /auth/sso/logout/{provider}',
];
/** Answers every method, and is documented as GET. */
const GATE = { route: '_all /auth/verify{*behind}', documented: 'get /auth/verify' };
const CASES = [
  'no token',
  'a wrong token',
  'a token with every other scope',
  'a token with the scope',
  'a viewer',
  'an administrator',
  'an administrator on another site’s page',
] as const;
type Case = (typeof CASES)[number];

interface Row {
  readonly method: Method;
  readonly path: string;
  readonly operation: DocumentedOperation;
}

let entrance: TestEntrance;
let document: ApiDocument;
let routes: readonly string[];
let viewer: TestAgent;
let admin: TestAgent;
beforeAll(async () => {
  const [started, made] = await collectRoutes(() => startTestEntrance());
  entrance = started;
  routes = made.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  document = documentOf(entrance.deps);
  await addViewer();
});
afterAll(() => entrance.close());

test('is valid OpenAPI 3.1, and answered to anyone', async () => {
  const { body } = await request(entrance.app).get('/auth/openapi.json').expect(200);
  expect(await new Validator().validate(structuredClone(body))).toEqual({ valid: true });
  expect(body.openapi).toMatch(/^3\.1\./);
  expect(body.servers).toEqual([{ url: 'http://localhost:8000' }]);
  expect(body.paths).toEqual(document.paths);
});

test('names what it is made of, and nothing is left where JSON Schema keeps it', () => {
  expect(Object.keys(document.components.schemas)).toEqual(
    expect.arrayContaining(['User', 'Team', 'Member', 'Token', 'Session', 'AuditEvent', 'Problem']),
  );
  expect(JSON.stringify(document)).not.toContain('$defs');
});

test('an answer that isn’t as documented is noticed', async () => {
  const app = express();
  app.get('/auth/users/:id', (_request, response) => void response.json({ id: 'ada' }));
  app.get('/auth/teams', (_request, response) => void response.json({ teams: [], next_cursor: null }));
  app.delete('/auth/teams/:id', (_request, response) => void response.status(418).json({}));
  const check = createCheck(document);
  const mismatches = watchAnswers(app, () => check);
  await request(app).get('/auth/teams');
  expect(mismatches).toEqual([]);
  await request(app).get('/auth/users/ada');
  await request(app).delete('/auth/teams/1');
  expect(mismatches).toEqual([
    expect.stringContaining("must have required property 'email'"),
    expect.stringContaining('DELETE /auth/teams/1 → 418: application/json'),
  ]);
});

test('every operation has an ID of its own', () => {
  const ids = rowsOf(document).map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

test('every route of the API is documented', () => {
  const documented = rowsOf(document).map(({ method, path }) => `${method} ${path}`);
  const answering = routes
    .filter((route) => / \/auth\//.test(route))
    .map((route) => (route === GATE.route ? GATE.documented : route));
  expect(answering.sort()).toEqual([...documented, ...FOR_BROWSERS].sort());
});

describe.each(CASES)('to %s', (who) => {
  test('every operation answers as its security says', async () => {
    // Everybody’s sessions end in one of the cases.
    admin = await entrance.signIn('admin');
    viewer = await entrance.signIn('viewer');
    const rows = rowsOf(document);
    expect(rows.length).toBeGreaterThan(15);
    const wrong = [];
    for (const row of rows) {
      const { status, body } = await send(row, who);
      const expected = expectedOf(row, who);
      const isRight =
        expected === 'allowed'
          ? status !== 401 && status !== 403 && Object.hasOwn(row.operation.responses, status)
          : `${status} ${body.code}` === expected;
      if (!isRight) wrong.push(`${row.method} ${row.path}: ${status} ${body.code}, not ${expected}`);
      if (row.method === 'get' && expected === 'allowed') expect([200, 204]).toContain(status);
    }
    expect(wrong).toEqual([]);
  });
});

/** What the document says; for those who are refused with the code. */
function expectedOf({ method, operation: { security } }: Row, who: Case): string {
  const roles = security.flatMap(({ session }) => (session === undefined ? [] : [session]));
  const isOpen = security.length === 0;
  const isFor = (role: string) => roles.some((needed) => needed.length === 0 || needed.includes(role));
  if (isOpen) return 'allowed';
  switch (who) {
    case 'no token':
      return '401 not_signed_in';
    case 'a wrong token':
      return '401 token_invalid';
    case 'a token with every other scope':
      return scopeOf(security) === undefined ? 'allowed' : '403 scope_missing';
    case 'a token with the scope':
      return 'allowed';
    case 'a viewer':
      return isFor('platform_viewer') ? 'allowed' : '403 no_access';
    case 'an administrator':
      return isFor('platform_admin') ? 'allowed' : '403 no_access';
    case 'an administrator on another site’s page':
      return method === 'get' ? 'allowed' : '403 cross_origin';
  }
}

function scopeOf(security: DocumentedOperation['security']): Scope | undefined {
  const [wanted] = security.flatMap(({ token }) => token ?? []);
  return scopes.find((scope) => scope === wanted);
}

async function send({ method, path, operation }: Row, who: Case): Promise<request.Response> {
  const address = await withExamples(path);
  const scope = scopeOf(operation.security);
  const others = scopes.filter((one) => one !== scope && one !== '*');
  const ask = (agent: TestAgent, headers: Record<string, string> = {}) => {
    const asking = agent[method](address).set({ Accept: 'application/json', ...headers });
    return operation.requestBody === undefined ? asking : asking.send({});
  };
  const endsAll = operation.operationId === 'endAllSessions';
  const bearer = (token: string) => ask(request.agent(entrance.app), { Authorization: `Bearer ${token}` });
  switch (who) {
    case 'no token':
      return ask(request.agent(entrance.app));
    case 'a wrong token':
      return bearer('entrance_nonsense');
    case 'a token with every other scope':
      return bearer(await entrance.token(...others));
    case 'a token with the scope':
      return bearer(await entrance.token(scope ?? 'verify', ...(endsAll ? (['admins:write'] as const) : [])));
    case 'a viewer':
      return ask(viewer);
    case 'an administrator':
      return endsAll ? admin.delete(`${address}?except=current`) : ask(admin);
    case 'an administrator on another site’s page':
      return ask(admin, { 'Sec-Fetch-Site': 'cross-site' });
  }
}

/** The path with the IDs of things that there are, made for this one request. */
async function withExamples(path: string): Promise<string> {
  const user = await entrance.addUser();
  const createdAt = user.createdAt;
  const team = {
    id: user.id,
    name: `Team of ${user.id}`,
    description: null,
    origin: 'manual',
    createdAt,
  } as const;
  await entrance.deps.teams.create(team, []);
  await entrance.token('tokens:write');
  const [token] = await entrance.deps.tokens.list();
  const id = path.startsWith('/auth/tokens') ? token?.id : user.id;
  return path
    .replace('{id}', id ?? '')
    .replace('{user}', user.id)
    .replace('{session}', 'a-session');
}

function rowsOf({ paths }: ApiDocument): readonly Row[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ method: method as Method, path, operation })),
  );
}

async function addViewer(): Promise<void> {
  const user = await entrance.addUser({ roles: [{ name: 'platform_viewer', origin: 'manual' }] });
  const { email, fullName: name, providerId } = user;
  const oid = '11111111-2222-4333-8444-555555555555';
  await entrance.deps.directory.update(user, { providerId: oid });
  expect(providerId).not.toBeNull();
  entrance.microsoft.addPersona({ id: 'viewer', name, story: '', oid, username: email, email });
}
