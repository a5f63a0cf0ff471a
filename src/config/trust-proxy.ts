import { isIP, isIPv4 } from 'node:net';
import { splitList } from './list.js';
import { boolean, understood } from './schemas.js';

/** Express’s names for private networks. */
const NETWORK_NAMES: ReadonlySet<string> = new Set(['loopback', 'linklocal', 'uniquelocal']);

/** Express’s `trust proxy` value. */
export const trustProxy = understood(parseTrustProxy, problemOf);

const RIGHT =
  'must be false, true, the number of proxies, or a list of addresses, networks (10.0.0.0/8), loopback, linklocal and uniquelocal';
const EVERYBODY = /^(?:\*|all|any|0\.0\.0\.0(?:\/0)?|::\/0|\[::\]\/0)$/i;
const PRIVATE_NETWORKS = /^(?:private(?:_ranges)?|rfc1918|local|internal)$/i;

/** The problem of a value in the form of another proxy or framework, with our form. */
function problemOf(text: string): string {
  const items = text.split(/[\s,;]+/);
  if (items.some((item) => EVERYBODY.test(item)))
    return `${RIGHT}. Whoever believes everybody believes those who lie about their address: give the number of proxies, such as 1`;
  if (items.some((item) => PRIVATE_NETWORKS.test(item))) return `${RIGHT}: private networks are uniquelocal`;
  if (/[\s;]/.test(text)) return `${RIGHT}, with commas between them`;
  return /[a-z]/i.test(text) && !text.includes(':') ? `${RIGHT}; names of hosts aren’t looked up` : RIGHT;
}

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
