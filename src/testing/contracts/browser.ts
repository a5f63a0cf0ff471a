import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import express from 'express';
import type { User } from '../../host/user.js';
import type { TestEntrance } from '../entrance.js';

/** A host app with the test entrance, on a free port. */
export interface HostApp {
  browser(): Browser;
  close(): Promise<void>;
}

/** A browser that keeps cookies and doesn't follow redirects. */
export interface Browser {
  /** Asks the host app. */
  get(path: string): Promise<PageAnswer>;
  post(path: string): Promise<PageAnswer>;
  /** The person who is signed in. */
  user(): Promise<User | undefined>;
}

export interface PageAnswer {
  readonly status: number;
  /** The address of a redirect. */
  readonly location: string | undefined;
  readonly text: string;
}

const WHO = '/who';

/** @param origin that of `BASE_URL`, from which our own forms come */
export async function startHostApp(entrance: TestEntrance, origin: string): Promise<HostApp> {
  const app = express();
  app.use(entrance.routes);
  app.get(WHO, (request, response, next) => {
    entrance.userOf(request).then((user) => response.json(user ?? null), next);
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    browser: () => browserAt(`http://127.0.0.1:${port}`, origin),
    async close() {
      const closed = promisify(server.close.bind(server))();
      server.closeAllConnections();
      await closed;
    },
  };
}

function browserAt(url: string, origin: string): Browser {
  const cookies = new Map<string, string>();

  async function ask(path: string, method: 'GET' | 'POST'): Promise<PageAnswer> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url + path, {
      method,
      redirect: 'manual',
      headers: { cookie, ...(method === 'POST' && { origin, 'sec-fetch-site': 'same-origin' }) },
    });
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    const location = answer.headers.get('location') ?? undefined;
    return { status: answer.status, location, text: await answer.text() };
  }

  return {
    get: (path) => ask(path, 'GET'),
    post: (path) => ask(path, 'POST'),
    async user() {
      const { text } = await ask(WHO, 'GET');
      const user: User | null = JSON.parse(text); // the handler above writes it
      return user ?? undefined;
    },
  };
}
