import { type Visited, visit } from './visit.js';

/**
 * Walks the pages of the simulated Microsoft as a browser would, picks a persona, and gives the URL to which Microsoft
 * sends the browser back, without following it.
 */
export function signInThrough(authorizationUrl: string | URL, persona: string): Promise<URL> {
  return walk(authorizationUrl, new URLSearchParams({ persona }));
}

/** The same, but presses “Cancel”. */
export function cancelThrough(authorizationUrl: string | URL): Promise<URL> {
  return walk(authorizationUrl, new URLSearchParams({ cancel: 'yes' }));
}

async function walk(authorizationUrl: string | URL, choice: URLSearchParams): Promise<URL> {
  const jar = new CookieJar();
  let url = new URL(authorizationUrl);
  const { origin } = url;
  let form: URLSearchParams | undefined;

  for (let step = 0; step < 10 && url.origin === origin; step += 1) {
    const { headers, page, status }: Visited = await visit(url, jar.headerFor(url), form);
    jar.take(headers['set-cookie']);
    if (headers.location !== undefined) {
      url = new URL(headers.location, url);
      form = undefined;
    } else if (status === 200 && form === undefined && page.includes('<form')) {
      form = choice;
    } else {
      throw new Error(`Microsoft answered ${status}: ${/<h1>(.*?)<\/h1>/.exec(page)?.[1] ?? page}`);
    }
  }
  return url;
}

/** As much of RFC 6265 as one visit to one origin needs. */
class CookieJar {
  readonly #cookies: { readonly name: string; readonly value: string; readonly path: string }[] = [];

  take(lines: readonly string[] = []): void {
    for (const line of lines) {
      const [pair = '', ...attributes] = line.split(/; */);
      const [name = '', value = ''] = pair.split('=', 2);
      const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice('path='.length) ?? '/';
      const known = this.#cookies.findIndex((cookie) => cookie.name === name && cookie.path === path);
      if (known >= 0) this.#cookies.splice(known, 1);
      if (value !== '') this.#cookies.push({ name, value, path });
    }
  }

  headerFor({ pathname }: URL): string {
    return this.#cookies
      .filter(({ path }) => path === '/' || pathname === path || pathname.startsWith(`${path}/`))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }
}
