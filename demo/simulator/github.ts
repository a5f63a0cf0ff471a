import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { answerOfApi, type GitHubAnswer, type TokenHolder } from './github-api.js';
import { type GitHubPersona, githubPersonas } from './github-personas.js';
import { closeServer, type LoopbackAddress, listenOnLoopback } from './loopback-server.js';
import { messagePage, nothingPage, pageHeaders, pickerPage } from './pages.js';
import { readForm } from './read-form.js';

export interface SimulatedGitHub {
  /** Value for `SSO_GITHUB_URL`; the API is at `/api/v3` below it, as with Enterprise Server. */
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Faults, which tests set at any time. */
  readonly faults: GitHubFaults;
  /** Paths that were asked for, with their method, in order. */
  readonly asked: string[];
  /** Access tokens that are in force. */
  readonly tokens: ReadonlyMap<string, TokenHolder>;
  /** Adds somebody who can sign in, or replaces who has the same `id`. */
  addPersona(persona: GitHubPersona): void;
  close(): Promise<void>;
}

export interface GitHubFaults {
  /** In place of the answer to this path; undefined leaves it as it is. */
  answer?: ((path: string) => GitHubAnswer | undefined) | undefined;
  /** Tokens come as a form, as from servers that don’t look at `Accept`. */
  formEncoded?: boolean;
  /** Members of the token response, merged last; `undefined` leaves one out. */
  tokenResponse?: Readonly<Record<string, unknown>> | undefined;
  /** Answers in place of everything else, byte by byte, if it gives true. */
  raw?: ((path: string, response: ServerResponse) => boolean) | undefined;
  /** The `iss` of authorization responses (RFC 9207); none without it. */
  iss?: string | undefined;
}

export interface SimulatedGitHubOptions extends LoopbackAddress {
  /** The “Authorization callback URL” that is registered. */
  readonly redirectUri: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** The demo’s people, unless given. */
  readonly personas?: readonly GitHubPersona[];
  /** Gives the `id` of the persona to sign in without asking; undefined shows the picker. */
  readonly auto?: () => string | undefined;
}

interface IssuedCode {
  readonly persona: GitHubPersona;
  readonly scopes: readonly string[];
  readonly challenge: string | null;
}

/** Starts a simulated GitHub on loopback: its OAuth 2.0 endpoints, and as much of its API as tells who somebody is. */
export async function startSimulatedGitHub(options: SimulatedGitHubOptions): Promise<SimulatedGitHub> {
  const server = createServer();
  const url = await listenOnLoopback(server, options);
  const clientId = options.clientId ?? 'Ov23liDemoDemoDemo01';
  const clientSecret = options.clientSecret ?? randomBytes(20).toString('hex');
  const personas = new Map((options.personas ?? githubPersonas).map((one) => [one.id, one]));
  const codes = new Map<string, IssuedCode>();
  const tokens = new Map<string, TokenHolder>();
  const faults: GitHubFaults = {};
  const asked: string[] = [];

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asks = new URL(request.url ?? '/', url);
    asked.push(`${request.method} ${asks.pathname}`);
    if (faults.raw?.(asks.pathname, response)) return;
    const fault = faults.answer?.(asks.pathname);
    if (fault !== undefined) return send(response, fault);
    switch (asks.pathname) {
      case '/login/oauth/authorize':
        return authorize(request, asks, response);
      case '/login/oauth/access_token':
        return sendTokens(request, response, tokensFor(await readForm(request)));
      case `/api/v3/applications/${clientId}/token`:
        return send(response, await revoke(request));
    }
    if (asks.pathname.startsWith('/api/v3/'))
      return send(response, answerOfApi(asks, request, tokens.get(bearerOf(request))));
    sendPage(response, 404, nothingPage('GitHub'));
  }

  async function authorize(request: IncomingMessage, asks: URL, response: ServerResponse): Promise<void> {
    const query = asks.searchParams;
    if (query.get('client_id') !== clientId) {
      const text = 'There is no application of that client ID.';
      return sendPage(
        response,
        404,
        messagePage('GitHub', { title: 'GitHub would show an error here', text }),
      );
    }
    if (query.get('redirect_uri') !== options.redirectUri)
      return leave(response, query, { error: 'redirect_uri_mismatch' });
    const form = request.method === 'POST' ? await readForm(request) : undefined;
    if (form?.has('cancel')) return leave(response, query, { error: 'access_denied' });
    const persona = personas.get(form?.get('persona') ?? options.auto?.() ?? '');
    if (persona === undefined) {
      return sendPage(response, 200, pickerOf(asks, [...personas.values()]));
    }
    if (persona.outcome === 'denied') return leave(response, query, { error: 'access_denied' });
    const wanted = (query.get('scope') ?? '').split(' ');
    const scopes =
      persona.grants === undefined ? wanted : wanted.filter((one) => persona.grants?.includes(one));
    const code = randomBytes(10).toString('hex');
    codes.set(code, { persona, scopes, challenge: query.get('code_challenge') });
    leave(response, query, { code });
  }

  /** To the registered address, as GitHub does it, whatever was asked for. */
  function leave(response: ServerResponse, query: URLSearchParams, answer: Record<string, string>): void {
    const to = new URL(options.redirectUri);
    const { iss } = faults;
    const parameters = { ...answer, state: query.get('state') ?? '', ...(iss !== undefined && { iss }) };
    for (const [name, value] of Object.entries(parameters)) to.searchParams.set(name, value);
    response.writeHead(302, { Location: to.href }).end();
  }

  /** Errors come with status 200, but for a client that doesn’t exist. */
  function tokensFor(form: URLSearchParams): GitHubAnswer {
    if (form.get('client_id') !== clientId) return { status: 404, body: { error: 'Not Found' } };
    if (form.get('client_secret') !== clientSecret)
      return refusal(
        'incorrect_client_credentials',
        'The client_id and/or client_secret passed are incorrect.',
      );
    const issued = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    if (issued === undefined || !isProved(issued, form))
      return refusal('bad_verification_code', 'The code passed is incorrect or expired.');
    if (form.get('redirect_uri') !== options.redirectUri)
      return refusal('redirect_uri_mismatch', 'The redirect_uri MUST match the registered callback URL.');
    const { persona, scopes } = issued;
    if (persona.outcome === 'unverified_user_email')
      return refusal('unverified_user_email', 'The user must have a verified primary email.');
    const token = `gho_${randomBytes(18).toString('hex')}`;
    tokens.set(token, { persona, scopes });
    const body = { access_token: token, scope: scopes.join(','), token_type: 'bearer' };
    return { status: 200, body: { ...body, ...faults.tokenResponse } };
  }

  function sendTokens(request: IncomingMessage, response: ServerResponse, answer: GitHubAnswer): void {
    const wantsJson = (request.headers.accept ?? '').includes('json');
    if (wantsJson && faults.formEncoded !== true) {
      send(response, answer);
      return;
    }
    response
      .writeHead(answer.status, { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' })
      .end(new URLSearchParams(answer.body as Record<string, string>).toString()); // texts alone, see above
  }

  async function revoke(request: IncomingMessage): Promise<GitHubAnswer> {
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    if (request.method !== 'DELETE' || request.headers.authorization !== `Basic ${basic}`)
      return { status: 401, body: { message: 'Bad credentials' } };
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
    const token =
      typeof body === 'object' && body !== null && 'access_token' in body ? body.access_token : '';
    return { status: tokens.delete(String(token)) ? 204 : 404 };
  }

  server.on('request', (request, response) => {
    receive(request, response).catch(() => response.destroy());
  });
  return {
    url,
    clientId,
    clientSecret,
    faults,
    asked,
    tokens,
    addPersona: (persona) => {
      personas.set(persona.id, persona);
    },
    close: () => closeServer(server),
  };
}

function isProved({ challenge }: IssuedCode, form: URLSearchParams): boolean {
  const proof = createHash('sha256')
    .update(form.get('code_verifier') ?? '')
    .digest('base64url');
  return challenge === null || challenge === proof;
}

function refusal(error: string, description: string): GitHubAnswer {
  return {
    status: 200,
    body: { error, error_description: description, error_uri: 'https://docs.github.com' },
  };
}

function pickerOf({ pathname, search }: URL, personas: readonly GitHubPersona[]): string {
  return pickerPage({
    vendor: 'GitHub',
    action: pathname + search,
    applicationName: 'Entrance demo',
    people: personas.map(({ login, name, ...persona }) => ({
      ...persona,
      name: name ?? login,
      username: login,
    })),
  });
}

function sendPage(response: ServerResponse, status: number, page: string): void {
  response.writeHead(status, pageHeaders).end(page);
}

function send(response: ServerResponse, { body, headers, status }: GitHubAnswer): void {
  response
    .writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', ...headers })
    .end(body === undefined ? undefined : JSON.stringify(body));
}

function bearerOf({ headers }: IncomingMessage): string {
  return (headers.authorization ?? '').replace(/^(?:Bearer|token) /i, '');
}
