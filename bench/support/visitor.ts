/** A browser as far as benchmarks need one: cookies of one server, redirects that are not followed. */
export class Visitor {
  readonly #cookies = new Map<string, string>();
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** The `Cookie` header for the next request. */
  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async visit(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = {
      accept: 'text/html',
      'sec-fetch-site': 'same-origin',
      cookie: this.cookie,
      ...init.headers,
    };
    const response = await fetch(new URL(path, this.#url), { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) this.#take(line);
    await response.arrayBuffer();
    return response;
  }

  #take(line: string): void {
    const [pair = ''] = line.split(';', 1);
    const name = pair.slice(0, pair.indexOf('='));
    const value = pair.slice(name.length + 1);
    const isExpired = /; *(?:max-age=0|expires=[^;]*\b1970\b)/i.test(line);
    if (value === '' || isExpired) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}
