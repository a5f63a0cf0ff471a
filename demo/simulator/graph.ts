import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Persona } from '../personas.js';
import type { Faults } from './faults.js';

const PATH = '/v1.0/me/getMemberObjects';
/** As many group IDs fit into a token; the rest has to be asked for. */
export const MOST_GROUPS_IN_TOKEN = 200;

/** As much of Microsoft Graph as tells somebody's groups, on the same origin as the rest. */
export class SimulatedGraph {
  readonly #people = new Map<string, Persona>();
  readonly #faults: Faults;
  /** How often it was asked. */
  requests = 0;

  constructor(faults: Faults) {
    this.#faults = faults;
  }

  /** Whose access token this is. */
  remember(accessToken: string, persona: Persona): void {
    this.#people.set(accessToken, persona);
  }

  /** Whether the request was one for the Graph, and is answered. */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    const url = new URL(request.url ?? '', 'http://graph.invalid');
    if (url.pathname !== PATH) return false;
    this.requests += 1;
    if (this.#faults.raw?.('graph', response)) return true;
    setTimeout(() => this.#answer(request, url, response), this.#faults.graph?.delayMs ?? 0).unref();
    return true;
  }

  #answer({ method, headers }: IncomingMessage, url: URL, response: ServerResponse): void {
    const { status, nextLink, pageSize = Number.POSITIVE_INFINITY } = this.#faults.graph ?? {};
    const persona = this.#people.get((headers.authorization ?? '').replace(/^Bearer /, ''));
    const from = Number(url.searchParams.get('$skiptoken') ?? 0);
    if (status !== undefined || persona === undefined || (method === 'POST') !== (from === 0)) {
      response.writeHead(status ?? 401, { 'Content-Type': 'application/json' }).end('{"error":{}}');
      return;
    }
    const groups = persona.groups ?? [];
    const to = from + pageSize;
    const own = `http://${headers.host}${PATH}?$skiptoken=${to}`;
    const next = to < groups.length ? { '@odata.nextLink': nextLink ?? own } : {};
    response
      .writeHead(200, { 'Content-Type': 'application/json' })
      .end(JSON.stringify({ ...next, value: groups.slice(from, to) }));
  }
}
