import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext } from 'playwright-core';
import { cookiesOf, type TestEntrance } from './entrance.js';

interface SentPage {
  readonly path: string;
  readonly html: string;
}

export interface LiveConsole {
  readonly origin: string;
  /** The pages that were sent. A browser forgets the text of a page that it has left. */
  readonly pages: SentPage[];
  /** Tabs of a persona who is signed in. */
  signIn(persona: string, options?: { readonly javaScriptEnabled?: boolean }): Promise<BrowserContext>;
  close(): void;
}

/** The console of this process for a real browser, behind a real socket. */
export async function serveConsole(entrance: TestEntrance, browser: Browser): Promise<LiveConsole> {
  const pages: SentPage[] = [];
  const server = createServer((request, response) => {
    onHtml(response, (html) => pages.push({ path: request.url ?? '', html }));
    entrance.app(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
  const origin = `http://localhost:${port}`;
  return {
    origin,
    pages,
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

function onHtml(response: ServerResponse, tell: (html: string) => void): void {
  const end = response.end.bind(response);
  Object.assign(response, {
    end(...sent: Parameters<typeof end>) {
      const type = String(response.getHeader('content-type'));
      if (type.startsWith('text/html') && sent[0] !== undefined) tell(String(sent[0]));
      return end(...sent);
    },
  });
}
