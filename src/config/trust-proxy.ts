import { isIP, isIPv4 } from 'node:net';
import { splitList } from './list.js';
import { boolean, understood } from './schemas.js';

/** The names that Express knows for private networks. */
const NETWORK_NAMES: ReadonlySet<string> = new Set(['loopback', 'linklocal', 'uniquelocal']);

/** Express’s `trust proxy` value. */
export const trustProxy = understood(
  parseTrustProxy,
  'must be false, true, the number of proxies, or a list of addresses, networks (10.0.0.0/8), loopback, linklocal and uniquelocal',
);

function parseTrustProxy(text: string): boolean | number | string | undefined {
  if (/^\d{1,2}$/.test(text)) return Number(text);
  const answer = boolean.safeParse(text);
  if (answer.success) return answer.data;
  const list = splitList(text);
  return 'items' in list && list.items.length > 0 && list.items.every(isNetwork)
    ? list.items.join(',')
    : undefined;
}

function isNetwork(text: string): boolean {
  if (NETWORK_NAMES.has(text)) return true;
  const [address = '', length, ...rest] = text.split('/');
  if (isIP(address) === 0 || address.includes('%') || rest.length > 0) return false;
  if (length === undefined) return true;
  return /^[1-9]\d{0,2}$/.test(length) && Number(length) <= (isIPv4(address) ? 32 : 128);
}
