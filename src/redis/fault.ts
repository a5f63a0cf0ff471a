import {
  ClientOfflineError,
  ConnectionTimeoutError,
  ErrorReply,
  SocketClosedUnexpectedlyError,
  SocketTimeoutError,
  TimeoutError,
} from '@redis/client';
import { hostPortText } from '../config/redis-address.js';
import { EntranceError } from '../errors.js';
import { memberOf, type NetworkFault, networkCause } from '../network-cause.js';
import { isStoreFailure, withoutArguments } from './failure.js';
import { type FaultPlace, faultTexts, type RedisFaultCode } from './fault-texts.js';

/** The reason why Redis can't be used, for an operator: a stable code, words, and a remedy. */
export interface RedisFault {
  readonly code: RedisFaultCode;
  /** The fault as the end of a sentence, without a full stop, a password or the credentials of the address. */
  readonly words: string;
  readonly remedy: string;
  /** Whether no server answered. False if a server answered and can't be used. */
  readonly isAway: boolean;
}

/** A fault that our own checks found, without an error of the network or of Redis. */
export class FaultyRedisError extends Error {
  override readonly name = 'FaultyRedisError';
  constructor(
    readonly code: RedisFaultCode,
    readonly detail = '',
  ) {
    super(detail === '' ? code : `${code}: ${detail}`);
  }
}

const AWAY: ReadonlySet<RedisFaultCode> = new Set([
  'connecting',
  'connection_refused',
  'host_unknown',
  'host_unreachable',
  'no_answer',
  'connection_closed',
]);
const LONGEST_REPLY = 200;

const byNetwork: Readonly<Record<NetworkFault, RedisFaultCode>> = {
  refused: 'connection_refused',
  unknown_host: 'host_unknown',
  unreachable: 'host_unreachable',
  not_permitted: 'host_unreachable',
  timeout: 'no_answer',
  closed: 'connection_closed',
  certificate: 'certificate_untrusted',
  tls: 'tls_failed',
  not_http: 'not_redis',
};

/** The codes of error replies. The first row that matches decides; the group of its pattern is the detail. */
const byReply: ReadonlyArray<readonly [RegExp, RedisFaultCode]> = [
  [/^WRONGPASS\b|^ERR invalid password/, 'password_wrong'],
  [
    /^ERR (?:Client sent AUTH, but no password is set|AUTH .*without any password configured)/,
    'password_unwanted',
  ],
  [/^NOAUTH\b|^ERR operation not permitted/, 'password_missing'],
  [/^NOPERM\b.* '?(?<command>[\w|]+)'? command/, 'permission_missing'],
  [/^NOPERM\b/, 'permission_missing'],
  [/^NOPROTO\b|unknown command ['`"]?hello\b/i, 'protocol_old'],
  [/unknown command ['`"]?sentinel\b/i, 'not_a_sentinel'],
  [/cluster support disabled|unknown command ['`"]?cluster\b/i, 'not_a_cluster'],
  [/unknown command ['`"]?(?<command>[\w|]*)/i, 'command_missing'],
  [/^(?:MOVED|ASK|CROSSSLOT)\b|SELECT is not allowed in cluster mode/, 'is_cluster'],
  [/DB index/i, 'database_unknown'],
  [/max number of clients/, 'too_many_clients'],
  [/^DENIED\b/, 'protected_mode'],
  [/^LOADING\b/, 'loading'],
  [/^READONLY\b/, 'read_only'],
  [/^MASTERDOWN\b/, 'master_down'],
  [/^(?:CLUSTERDOWN|TRYAGAIN)\b/, 'cluster_down'],
  [/^OOM\b/, 'memory_full'],
  [/^MISCONF\b/, 'disk_failing'],
  [/^BUSY\b/, 'busy'],
  [/^NOREPLICAS\b/, 'too_few_replicas'],
];

/** The fault behind an error. Its words leave out the server if `place` isn't known. */
export function faultOf(error: unknown, place?: FaultPlace): RedisFault {
  const { code, detail } = recognised(error instanceof EntranceError ? error.cause : error);
  return describeFault(code, place, detail);
}

export function describeFault(code: RedisFaultCode, place?: FaultPlace, detail = ''): RedisFault {
  return {
    code,
    isAway: AWAY.has(code),
    ...faultTexts[code](place === undefined ? 'Redis' : hostPortText(place), detail, place),
  };
}

/** Whether an error shows that the store is to blame. */
export function isOfRedis(error: unknown): boolean {
  return isStoreFailure(error) || error instanceof ErrorReply;
}

/** The fault of Redis behind an error of a request; undefined if the error doesn't show one. */
export function faultMet(error: unknown): RedisFault | undefined {
  if (!isOfRedis(error)) return undefined;
  const fault = faultOf(error);
  return fault.code === 'other' ? undefined : fault;
}

function recognised(error: unknown): { readonly code: RedisFaultCode; readonly detail: string } {
  if (error instanceof FaultyRedisError) return error;
  if (error instanceof ClientOfflineError) return { code: 'connecting', detail: '' };
  if (typeof memberOf(error, 'received') === 'number') return { code: 'too_few_replicas', detail: '' };
  if (error instanceof ErrorReply) return fromReply(withoutArguments(error).message);
  if (isTimeout(error)) return { code: 'no_answer', detail: 'no answer came in time' };
  if (error instanceof SocketClosedUnexpectedlyError)
    return { code: 'connection_closed', detail: 'the connection was closed' };
  const network = networkCause(error);
  if (network !== undefined) return fromNetwork(error, byNetwork[network.fault], network);
  const message = error instanceof Error ? error.message : '';
  const [, byte] = /^Unknown RESP type (\d+)/.exec(message) ?? [];
  if (byte !== undefined)
    return { code: TLS_RECORDS.has(Number(byte)) ? 'tls_wanted' : 'not_redis', detail: '' };
  return { code: 'other', detail: shortened(message) || 'it isn’t known why' };
}

/** The first byte of an alert and of a handshake (RFC 8446 §5.1). */
const TLS_RECORDS: ReadonlySet<number> = new Set([21, 22]);

function fromReply(reply: string): { readonly code: RedisFaultCode; readonly detail: string } {
  for (const [pattern, code] of byReply) {
    const match = pattern.exec(reply);
    if (match === null) continue;
    const command = match.groups?.command?.toUpperCase().replace('|', ' ') ?? '';
    if (code !== 'permission_missing') return { code, detail: command };
    const channel = /channel/.test(reply) ? 'use one of the channels' : 'touch one of the keys';
    return { code, detail: command === '' ? channel : `run ${command}` };
  }
  return { code: 'other', detail: `it says “${shortened(reply)}”` };
}

function fromNetwork(
  error: unknown,
  code: RedisFaultCode,
  { code: systemCode, words }: { readonly code: string; readonly words: string },
) {
  if (/ALTNAME|HOSTNAME_MISMATCH/.test(systemCode))
    return { code: 'certificate_name', detail: namesIn(error) } as const;
  if (systemCode === 'CERT_HAS_EXPIRED') return { code: 'certificate_expired', detail: '' } as const;
  const speaksNoTls = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|RECORD_LAYER_FAILURE/.test(
    systemCode,
  );
  return { code: speaksNoTls ? 'tls_unwanted' : code, detail: words } as const;
}

/** The names of a certificate, which a stranger may have sent. */
function namesIn(error: unknown): string {
  const names = memberOf(memberOf(error, 'cert'), 'subjectaltname');
  return shortened(typeof names === 'string' ? names.replaceAll(/DNS:|IP Address:/g, '') : '');
}

function isTimeout(error: unknown): boolean {
  return (
    error instanceof TimeoutError ||
    error instanceof ConnectionTimeoutError ||
    error instanceof SocketTimeoutError
  );
}

function shortened(text: string): string {
  return text
    .replaceAll(/\p{C}+/gu, ' ')
    .slice(0, LONGEST_REPLY)
    .trim();
}
