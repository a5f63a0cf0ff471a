import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import type { EntranceError } from '../errors.js';

/** Warn from this many seconds of clock drift: half of the tolerance for tokens. */
const NOTABLE_DRIFT_SECONDS = 30;

/** The state of a provider when it was last asked. */
export interface ProviderHealth {
  /** True before the first request. */
  readonly reachable: boolean;
  /** The beginning of this state, ISO 8601; undefined before the first request. */
  readonly since: string | undefined;
  /** Whole seconds by which the provider's clock is ahead of ours; undefined before it sent a time. */
  readonly driftSeconds: number | undefined;
}

/** Records whether requests to a provider succeed, and logs each change. */
export class HealthRecord {
  readonly #clock: Clock;
  readonly #log: Logger;
  #state: { readonly failure: EntranceError | undefined; readonly since: number } | undefined;
  #driftSeconds: number | undefined;

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock;
    this.#log = log;
  }

  get now(): ProviderHealth {
    return {
      reachable: this.#state?.failure === undefined,
      since: this.#state === undefined ? undefined : new Date(this.#state.since).toISOString(),
      driftSeconds: this.#driftSeconds,
    };
  }

  succeeded(): void {
    if (this.#state !== undefined && this.#state.failure === undefined) return;
    if (this.#state !== undefined) this.#log.info('the identity provider can be used again');
    this.#state = { failure: undefined, since: this.#clock.now() };
  }

  failed(failure: EntranceError): void {
    if (this.#state?.failure?.code !== failure.code) {
      this.#log.warn(
        { code: failure.code, cause: failure.cause, remedy: failure.remedy },
        'the identity provider could not be used',
      );
    }
    const since = this.#state?.failure === undefined ? this.#clock.now() : this.#state.since;
    this.#state = { failure, since };
  }

  /** Compares the clocks by an answer's `Date` (RFC 9110 §6.6.1). @param askedAt the time of the request, milliseconds */
  compareClocks(headers: Headers, askedAt: number): void {
    const told = Date.parse(headers.get('date') ?? '');
    if (Number.isNaN(told)) return;
    const age = Number(headers.get('age') ?? 0);
    const ours = (askedAt + this.#clock.now()) / 2;
    const drift = Math.round((told + (Number.isFinite(age) ? age * 1_000 : 0) - ours) / 1_000);
    const wasNotable = isNotable(this.#driftSeconds);
    this.#driftSeconds = drift;
    if (isNotable(drift) && !wasNotable) {
      this.#log.warn(
        { driftSeconds: drift },
        'the identity provider’s clock and ours differ: synchronise this machine’s (NTP), or sign-ins will fail',
      );
    }
  }
}

function isNotable(driftSeconds: number | undefined): boolean {
  return driftSeconds !== undefined && Math.abs(driftSeconds) >= NOTABLE_DRIFT_SECONDS;
}
