import { type ErrorCode, errorStatuses } from './error-codes.js';
import { type ErrorText, errorText } from './error-texts.js';

export interface EntranceErrorOptions {
  /** The cause, for the log; never shown to people. A failed comparison gives `{ expected, received }` here. */
  readonly cause?: unknown;
  /** A text that the person can act on, in place of the code's own text. Never made of unvalidated input. */
  readonly detail?: string;
  readonly provider?: string | undefined;
  /** The seconds after which to try again, sent as `Retry-After`. */
  readonly retryAfter?: number;
  /** The value of `WWW-Authenticate` for a program, in place of the code's own. */
  readonly challenge?: string;
  /** Validated details that may be shown beside the text: the provider’s code, a correlation ID, a tenant ID. */
  readonly facts?: ErrorFacts;
  /** The remedy for the operator, for the log and the console. The person who was refused doesn't see it. */
  readonly remedy?: string | undefined;
  /** The account that led to the refusal, for the log and the audit log. The person who was refused doesn't see it. */
  readonly account?: AccountName | undefined;
}

/** RFC 6750, section 3.1. */
const INVALID_TOKEN = 'Bearer error="invalid_token"';

export interface AccountName {
  readonly id: string;
  readonly email: string;
  readonly fullName: string;
}

export interface ErrorFacts {
  /** The provider's `error`, if it is in our table. */
  readonly error?: string;
  /**
   * The provider's own code for the error, even if we have no text for it. It has a known form and is never free text.
   */
  readonly providerCode?: string;
  /** The GUID of this attempt in the provider's logs. */
  readonly correlationId?: string;
  /** The GUID of the single request in the provider's logs. */
  readonly traceId?: string;
  /** The time of the failure according to the provider, ISO 8601. */
  readonly timestamp?: string;
  /** The directory (tenant) in which the person signed in. */
  readonly tenantId?: string;
  /**
   * The IDs of the providers of the account that has the person’s address. Only for a person who has proved the
   * address.
   */
  readonly signsInWith?: readonly string[];
  /** The time of the person's request for approval, ISO 8601. */
  readonly askedAt?: string;
  /** The time of the administrator's decision, ISO 8601. */
  readonly decidedAt?: string;
  /** The administrator's words to the person whom they rejected. */
  readonly reason?: string;
  /** The host app's text for the person whom it refused, in place of ours, and its own code. */
  readonly hostText?: string;
  readonly hostCode?: string;
}

/** The only error of this package that is answered to the client, as a page or a problem document. */
export class EntranceError extends Error {
  override readonly name = 'EntranceError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly retryAfter: number | undefined;
  readonly challenge: string;
  readonly facts: ErrorFacts;
  readonly remedy: string | undefined;
  readonly account: AccountName | undefined;
  readonly #ownDetail: string | undefined;
  readonly #provider: string | undefined;

  constructor(code: ErrorCode, options: EntranceErrorOptions = {}) {
    super(code, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.status = errorStatuses[code];
    this.#ownDetail = options.detail;
    this.#provider = options.provider;
    const { detail, title } = this.textFor(options.provider);
    this.title = title;
    this.detail = detail;
    this.retryAfter = options.retryAfter ?? (this.status === 503 ? 5 : undefined);
    this.challenge = options.challenge ?? (code === 'token_invalid' ? INVALID_TOKEN : 'Bearer');
    this.facts = options.facts ?? {};
    this.remedy = options.remedy;
    this.account = options.account;
  }

  /** The texts for people, with the name of this provider. A text that this error was made with comes first. */
  textFor(provider: string | undefined, own?: Partial<ErrorText>): ErrorText {
    const { detail, title } = errorText(this.code, provider ?? this.#provider, own);
    return { title, detail: this.#ownDetail ?? detail };
  }
}
