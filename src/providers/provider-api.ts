import type { Secret } from '../config/secret.js';
import { EntranceError } from '../errors.js';
import { parseJson } from '../parse-json.js';
import type { PublishedMetadata } from './published-metadata.js';

/** The answer of a provider's API to a request with an access token. */
export type ApiAnswer =
  | { readonly outcome: 'answered'; readonly body: unknown; readonly headers: Headers }
  /** Status 401: the API doesn't accept the token. */
  | { readonly outcome: 'unauthorized'; readonly body: unknown; readonly headers: Headers }
  /** Status 403: the API accepts the token, but it may not be used for this request. */
  | { readonly outcome: 'forbidden'; readonly body: unknown; readonly headers: Headers }
  /** Anything else: the result is unknown. */
  | { readonly outcome: 'failed'; readonly error: EntranceError };

export interface ApiRequest {
  readonly accessToken: Secret;
  readonly deadline: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A provider's API that answers in JSON. The access token is sent to the API's origin only. */
export class ProviderApi {
  readonly #origin: string;
  readonly #published: Pick<PublishedMetadata, 'ask' | 'meaningOf'>;

  /** @param baseUrl any address of the API; only its origin counts */
  constructor(baseUrl: string, published: Pick<PublishedMetadata, 'ask' | 'meaningOf'>) {
    this.#origin = new URL(baseUrl).origin;
    this.#published = published;
  }

  /** The limits of all requests to a provider apply. The caller follows pages. */
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
      const body = parseJson(Buffer.from(answer.body ?? []).toString());
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

function failed(cause: unknown): EntranceError {
  return new EntranceError('sso_failed', { cause });
}
