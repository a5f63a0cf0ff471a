/** The kinds of failed connections, each with its own remedy. */
export type NetworkFault =
  | 'refused'
  | 'unknown_host'
  | 'unreachable'
  | 'not_permitted'
  | 'timeout'
  | 'closed'
  | 'certificate'
  | 'tls'
  | 'not_http';

export interface NetworkCause {
  readonly fault: NetworkFault;
  /** The code from the system, TLS or Node.js, such as `ECONNREFUSED`; empty for a timeout of ours. */
  readonly code: string;
  /** The cause as the end of a sentence, without a full stop and without a secret. */
  readonly words: string;
}

/** The members of network errors that are texts or numbers. */
interface NetworkError {
  readonly name: string;
  readonly code: string;
  readonly hostname: string;
  readonly address: string;
  readonly port: string;
  readonly certificateNames: string;
}

type Describe = (error: NetworkError) => string;

/** The codes with their words. The first row that matches decides. */
const faults: readonly (readonly [code: RegExp, fault: NetworkFault, describe: Describe])[] = [
  [
    /^ECONNREFUSED$/,
    'refused',
    ({ address, port }) => `nothing listens at ${place(address, port)}, or a firewall refuses the connection`,
  ],
  [
    /^ENOTFOUND$/,
    'unknown_host',
    ({ hostname }) => `the name ${hostname || 'of the host'} is unknown to DNS`,
  ],
  [/^EAI_/, 'unknown_host', ({ hostname }) => `DNS gave no answer for ${hostname || 'the host'}`],
  [
    /^(?:EHOSTUNREACH|ENETUNREACH|ENETDOWN|EHOSTDOWN|EADDRNOTAVAIL)$/,
    'unreachable',
    ({ address, port }) => `there is no route to ${place(address, port)}`,
  ],
  [
    /^(?:EACCES|EPERM)$/,
    'not_permitted',
    ({ address, port }) => `this process may not connect to ${place(address, port)}`,
  ],
  [
    /^(?:ETIMEDOUT|ESOCKETTIMEDOUT|OAUTH_TIMEOUT|OAUTH_ABORT|UND_ERR_\w*TIMEOUT)$/,
    'timeout',
    () => 'no answer came in time',
  ],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$|^HOSTNAME_MISMATCH$/,
    'certificate',
    ({ certificateNames }) =>
      `the certificate is for another name${certificateNames && ` (${certificateNames})`}`,
  ],
  [/^CERT_HAS_EXPIRED$/, 'certificate', () => 'the certificate has expired'],
  [
    /^CERT_NOT_YET_VALID$/,
    'certificate',
    () => 'the certificate isn’t valid yet, or this machine’s clock is behind',
  ],
  [/^CERT_REVOKED$/, 'certificate', () => 'the certificate has been revoked'],
  [
    /^(?:DEPTH_ZERO_)?SELF_SIGNED/,
    'certificate',
    () => 'the certificate is self-signed, or comes from an authority that this machine doesn’t know',
  ],
  [
    /^(?:CERT_|UNABLE_TO_|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH_EXCEEDED$)/,
    'certificate',
    () =>
      'the certificate comes from an authority that this machine doesn’t know, or its chain is incomplete',
  ],
  [
    /^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|RECORD_LAYER_FAILURE)$/,
    'tls',
    () => 'the other side doesn’t speak TLS',
  ],
  [
    /^ERR_SSL_\w*(?:PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|HANDSHAKE_FAILURE|NO_SHARED_CIPHER|INSUFFICIENT_SECURITY)/,
    'tls',
    () => 'the two sides have no version or cipher of TLS in common',
  ],
  [
    /^ERR_SSL_\w*CERTIFICATE_REQUIRED|^ERR_SSL_\w*ALERT_(?:BAD_CERTIFICATE|UNKNOWN_CA)/,
    'tls',
    () => 'the other side asks for a client certificate, or refused the one that it got',
  ],
  [
    /^(?:EPROTO$|ERR_SSL_|ERR_TLS_|ERR_OSSL_)/,
    'tls',
    () => 'TLS could not be agreed on: does the other side speak TLS at this port?',
  ],
  [
    /^(?:ECONN|EPIPE$|UND_ERR_SOCKET$|ERR_STREAM_PREMATURE_CLOSE$)/,
    'closed',
    () => 'the connection was closed before the answer was complete',
  ],
  [/^HPE_/, 'not_http', () => 'the answer isn’t HTTP'],
];

const DEADLINES = /^(?:TimeoutError|AbortError|ConnectionTimeoutError|SocketTimeoutError)$/;
/** The longest text of names from a certificate, which a stranger may have sent. */
const MAX_NAMES_LENGTH = 200;

/** The cause of a failure below HTTP or the store's protocol, in words; undefined for another failure. */
export function networkCause(error: unknown): NetworkCause | undefined {
  let found: NetworkCause | undefined;
  findInCauses(error, (cause) => {
    found = describe(cause);
    return found !== undefined;
  });
  return found;
}

/** The first match among an error and its causes. */
export function findInCauses(error: unknown, matches: (cause: unknown) => boolean): unknown {
  let current: unknown = error;
  for (let depth = 0; depth < 8 && current !== undefined && current !== null; depth += 1) {
    if (matches(current)) return current;
    current = memberOf(current, 'cause');
  }
  return undefined;
}

/** Reads a member of a thrown value, which may be anything. */
export function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function describe(cause: unknown): NetworkCause | undefined {
  const error = readError(cause);
  const [, fault, words] = faults.find(([code]) => code.test(error.code)) ?? [];
  if (fault !== undefined && words !== undefined) {
    return { fault, code: error.code, words: `${words(error)} (${error.code})` };
  }
  return DEADLINES.test(error.name)
    ? { fault: 'timeout', code: '', words: 'no answer came in time' }
    : undefined;
}

function readError(cause: unknown): NetworkError {
  // If a host name has several addresses, Node.js tries each of them and gives all failures. The first failure stands
  // for all.
  const [first] = Array.isArray(memberOf(cause, 'errors')) ? (memberOf(cause, 'errors') as unknown[]) : []; // just checked
  const read = (name: string) => textOf(memberOf(cause, name) ?? memberOf(first, name));
  return {
    name: textOf(memberOf(cause, 'name')),
    code: read('code'),
    hostname: read('hostname'),
    address: read('address'),
    port: read('port'),
    certificateNames: namesOf(memberOf(cause, 'cert')),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function namesOf(certificate: unknown): string {
  const names = textOf(memberOf(certificate, 'subjectaltname')).replaceAll(/DNS:|IP Address:/g, '');
  return names.replaceAll(/[^\w.:*, -]/g, '').slice(0, MAX_NAMES_LENGTH);
}

function place(address: string, port: string): string {
  if (address === '') return 'that address';
  if (port === '') return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
