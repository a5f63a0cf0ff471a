import { isIP, isIPv4 } from 'node:net';

/** `203.0.113.7:50123` and `[2001:db8::1]:50123`, as some proxies write in X-Forwarded-For. */
const WITH_PORT = /^(?:\[([^\]]+)\]|([\d.]+))(?::\d+)?$/;
const MAPPED_IPV4 = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

/**
 * The IP address in a text from a proxy, in one form: without port, brackets and zone, IPv6 as in RFC 5952, and an
 * IPv4-mapped address as IPv4. Undefined if the text isn't an address.
 */
export function parseAddress(text: string): string | undefined {
  const [, inBrackets, beforePort] = WITH_PORT.exec(text.trim()) ?? [];
  const [bare = ''] = (inBrackets ?? beforePort ?? text).trim().split('%', 1);
  if (isIP(bare) === 0) return undefined;
  if (isIPv4(bare)) return bare;
  const canonical = new URL(`http://[${bare}]/`).hostname.slice(1, -1);
  const [, high, low] = MAPPED_IPV4.exec(canonical) ?? [];
  return high === undefined || low === undefined ? canonical : [...bytesOf(high), ...bytesOf(low)].join('.');
}

/**
 * The network that counts as one address when attempts are counted: an IPv4 address, or the /64 of an IPv6 address,
 * since the owner of one address in a /64 has all of them. All texts without an address count as one.
 */
export function networkOf(text: string): string {
  const address = parseAddress(text);
  if (address === undefined) return 'unknown';
  return isIPv4(address) ? address : networkOfIPv6(address);
}

/** @param address in the form of `parseAddress` */
function networkOfIPv6(address: string): string {
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return `${[...left, ...zeros, ...right].slice(0, 4).join(':')}::/64`;
}

function bytesOf(group: string): readonly number[] {
  const value = Number.parseInt(group, 16);
  return [value >> 8, value & 0xff];
}
