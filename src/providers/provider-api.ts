import type { Secret } from '../config/secret.js';
import { EntranceError } from '../errors.js';
import type { Published } from './published.js';

/** What an API of the provider's says to the holder of an access token. */
export type ApiAnswer =
  /** Status 200. */
  | { readonly outcome: 'answered'; readonly body: unknown; readonly headers: Headers }
  /** Status 401: the token isn’t accepted. */
  | { readonly outcome: 'unauthorized'; readonly body: unknown; readonly headers: Headers }
  /** Status 403: the token is accepted, and its holder may not ask this. */
  | { readonly outcome: 'forbidden'; readonly body: unknown; readonly headers: Headers }
  /** Anything else: nothing is known. */
  | { readonly outcome: 'failed'; readonly error: EntranceError };

export interface ApiRequest {
  readonly accessToken: Secret;
  readonly deadline: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An API of the provider's that answers in JSON. The access token is sent to its origin alone. */
export class ProviderApi {
  readonly #origin: string;
  readonly #published: Pick<Published, 'ask' | 'meaningOf'>;

  /** @param baseUrl any address of the API; its origin counts */
  constructor(baseUrl: string, published: Pick<Published, 'ask' | 'meaningOf'>) {
    this.#origin = new URL(baseUrl).origin;
    this.#published = published;
  }

  /**
   * Asks within the bounds of all requests to a provider. Pages are the caller’s business: the address of the next one may come
   * from an answer.
   */
  async get(url: string, { accessToken, deadline, headers = {} }: ApiRequest): Promise<ApiAnswer> {
    try {
      if (new URL(url).origin !== this.#origin) throw failed({ reason: 'an address of another origin' });
      const answer = await this.#published.ask(
        url,
        {
          method: 'GET',
          headers: {
            accept: 'application/json',
            'user-agent': 'express-entrance',
            ...headers,
            authorization: `Bearer ${accessToken.value()}`,
          },
          body: undefined,
        },
        deadline,
      );
      const { status } = answer;
      const outcome = OUTCOMES.get(status);
      if (outcome === undefined) throw failed({ host: new URL(url).host, status });
      const body = parseJson(answer.body);
      if (outcome === 'answered' && body === undefined)
        throw failed({ host: new URL(url).host, reason: 'no JSON' });
      return { outcome, body, headers: answer.headers };
    } catch (error) {
      return { outcome: 'failed', error: this.#published.meaningOf(error) };
    }
  }
}

const OUTCOMES: ReadonlyMap<number, 'answered' | 'unauthorized' | 'forbidden'> = new Map([
  [200, 'answered'],
  [401, 'unauthorized'],
  [403, 'forbidden'],
]);

function parseJson(body: Uint8Array | null): unknown {
  try {
    return JSON.parse(Buffer.from(body ?? []).toString());
  } catch {
    return undefined;
  }
}

function failed(cause: unknown): EntranceError {
  return new EntranceError('sso_failed', { cause });
}
