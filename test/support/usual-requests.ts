import type { Express } from 'express';
import request from 'supertest';
import { uuidv7 } from '#entrance/identity/uuid.js';
import { createFormOwners } from '#entrance/pages/form-owners.js';
import { cookiesOf, type TestEntrance } from './entrance.js';
import type { Route } from './routes.js';

/** A request that a route answers as it is meant to, but for its body. */
export interface UsualRequest {
  readonly method: string;
  /** With a question mark, and perhaps parameters. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Makes usual requests of an administrator for any route: by session or by token, about things that there are. */
export async function usualRequests(entrance: TestEntrance) {
  const { app, config, deps } = entrance;
  let signedIn = cookiesOf(await entrance.signIn('admin'));
  const signingOut = cookiesOf(await entrance.signIn('admin'));
  const token = await entrance.token('*');
  const { body: admin } = await request(app).get('/auth/me').set('Cookie', signedIn);
  const owner = `${new URLSearchParams(createFormOwners(config).parameterFor(admin.id))}`;
  const ids = new Map<string, string>();
  let visitors = 0;

  /** @param segment in place of every parameter of the path */
  return async ({ method, path }: Route, segment?: string): Promise<UsualRequest> => {
    const made = await filled(path, segment);
    const common = {
      method: method === '_all' ? 'get' : method,
      headers: { 'x-forwarded-for': nextVisitor(), 'sec-fetch-site': 'same-origin', accept: 'text/html' },
    };
    if (path.startsWith('/auth/sso/callback/'))
      return { ...common, ...(await begun(app, made, common.headers)) };
    if (path.startsWith('/auth/'))
      return {
        ...common,
        path: `${made}?`,
        headers: { ...common.headers, authorization: `Bearer ${token}` },
      };
    // Some routes end the sessions of everybody.
    if ((await deps.sessions.listOfUser(admin.id)).length === 0)
      signedIn = cookiesOf(await entrance.signIn('admin'));
    const cookie = path === '/admin/logout' ? signingOut : signedIn;
    return {
      ...common,
      path: `${made}?${method === 'get' ? '' : owner}`,
      headers: { ...common.headers, cookie },
    };
  };

  /** No request is refused since one address had asked too often. */
  function nextVisitor(): string {
    visitors += 1;
    return `10.${visitors >> 16}.${(visitors >> 8) & 255}.${visitors & 255}`;
  }

  async function filled(path: string, segment: string | undefined): Promise<string> {
    const parts = path.replace('{*behind}', '/:behind').split('/');
    const values = parts.map((part, index) =>
      part.startsWith(':') ? (segment ?? valueFor(part, parts[index - 1] ?? '', path)) : part,
    );
    return (await Promise.all(values)).join('/');
  }

  async function valueFor(name: string, before: string, path: string): Promise<string> {
    const fixed = { ':provider': 'entra', ':format': 'csv', ':session': 'x', ':behind': 'x' }[name];
    if (fixed !== undefined) return fixed;
    const make = name === ':user' ? users : ({ teams, tokens }[before] ?? users);
    const key = `${path} ${name}`;
    const id = await make(ids.get(key) ?? '', /approv|reject/.test(path));
    ids.set(key, id);
    return id;
  }

  // Each gives the thing with this ID, or a new one if it is gone.
  async function users(id: string, isPending: boolean): Promise<string> {
    const user = await deps.directory.find(id);
    if (user !== undefined && (user.status === 'pending' || !isPending)) return id;
    return (await entrance.addUser({ status: isPending ? 'pending' : 'active' })).id;
  }

  async function teams(id: string): Promise<string> {
    if ((await deps.teams.find(id)) !== undefined) return id;
    const now = deps.clock.now();
    const team = {
      id: uuidv7(now),
      description: null,
      origin: 'manual',
      createdAt: new Date(now).toISOString(),
    } as const;
    await deps.teams.create({ ...team, name: `Team ${team.id}` }, []);
    return team.id;
  }

  async function tokens(id: string): Promise<string> {
    if ((await deps.tokens.find(id)) !== undefined) return id;
    await entrance.token('verify');
    return (await deps.tokens.list()).find(({ scopes }) => scopes.includes('verify'))?.id ?? '';
  }
}

/** A callback of a sign-in that this browser has begun. */
async function begun(app: Express, path: string, headers: UsualRequest['headers']) {
  const { headers: answered } = await request(app).get('/auth/sso/login/entra').set(headers);
  const state = new URL(String(answered.location)).searchParams.get('state');
  const lines = [answered['set-cookie'] ?? []].flat() as readonly string[]; // Node.js gives a list
  const cookie = lines.map((line) => line.split(';', 1)[0]).join('; ');
  return { path: `${path}?state=${state}&`, headers: { ...headers, cookie } };
}
