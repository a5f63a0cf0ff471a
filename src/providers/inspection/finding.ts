export type Severity = 'ok' | 'warning' | 'failed' | 'could_not_check';

/** The names of the checks; they are stable, for programs. */
export type CheckName =
  | 'configuration'
  | 'base_url'
  | 'proxy_headers'
  | 'metrics_exposure'
  | 'cookies'
  | 'request_size'
  | 'store'
  | 'redis_version'
  | 'redis_persistence'
  | 'redis_eviction'
  | 'redis_latency'
  | 'redis_clock'
  | 'discovery'
  | 'issuer'
  | 'signing_keys'
  | 'provider_clock'
  | 'credential'
  | 'credential_expiry'
  | 'redirect_uri'
  | 'graph'
  | 'groups';

export interface Finding {
  readonly check: CheckName;
  readonly severity: Severity;
  readonly what: string;
  /** The consequence; present unless the finding is `ok`. */
  readonly why?: string;
  readonly remedy?: string;
}

interface Advice {
  readonly why: string;
  readonly remedy: string;
}

export function ok(check: CheckName, what: string): Finding {
  return { check, severity: 'ok', what };
}

export function warning(check: CheckName, what: string, advice: Advice): Finding {
  return { check, severity: 'warning', what, ...advice };
}

export function failed(check: CheckName, what: string, advice: Advice): Finding {
  return { check, severity: 'failed', what, ...advice };
}

export function couldNotCheck(check: CheckName, what: string, advice: Advice): Finding {
  return { check, severity: 'could_not_check', what, ...advice };
}
