import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext } from 'playwright-core';
import { cookiesOf, type TestEntrance } from './entrance.js';

export interface LiveConsole {
  readonly origin: string;
  /** Tabs of a persona who is signed in. */
  signIn(persona: string, options?: { readonly javaScriptEnabled?: boolean }): Promise<BrowserContext>;
  close(): void;
}

/** The console of this process for a real browser, behind a real socket. */
export async function serveConsole(entrance: TestEntrance, browser: Browser): Promise<LiveConsole> {
  const server = createServer((request, response) => entrance.app(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
  const origin = `http://localhost:${port}`;
  return {
    origin,
    async signIn(persona, options) {
      const cookies = cookiesOf(await entrance.signIn(persona)).split('; ');
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      await context.addCookies(
        cookies.map((cookie) => {
          const [name = '', value = ''] = cookie.split(/=(.*)/s);
          return { name, value, url: origin };
        }),
      );
      return context;
    },
    close: () => server.close(),
  };
}
