import { EntranceError } from '../errors.js';
import { type NetworkFault, networkCause } from '../network-cause.js';

const remedies: Readonly<Record<NetworkFault, (host: string) => string>> = {
  refused: (host) => `Let this machine reach ${host} over https: firewall, security group, address.`,
  unknown_host: (host) =>
    `Check the name ${host} for a slip in the settings that name it, and this machine’s DNS: “getent hosts ${host}” has to answer.`,
  unreachable: (host) => `Give this machine a route to ${host}: gateway, IPv6, network of the container.`,
  not_permitted: (host) =>
    `Allow this process to connect to ${host}: sandbox, SELinux or AppArmor, local firewall.`,
  timeout: (host) => `See that a firewall doesn’t swallow packets to ${host}, and that the provider is up.`,
  closed: (host) =>
    `See what stands between this machine and ${host}: a firewall or proxy closes the connection.`,
  certificate: (host) =>
    `A proxy that opens TLS puts its own certificate in place of that of ${host}: exempt this host from it, or name the proxy’s authority in NODE_EXTRA_CA_CERTS before Node.js starts. Check this machine’s clock too.`,
  tls: (host) =>
    `See that ${host} is reached by https at the right port, and that no proxy between allows old versions of TLS only.`,
  not_http: (host) =>
    `Check the address of ${host} and its port: something else than a web server answers there.`,
};

const BY_PROXY =
  ' If the way out leads through a proxy, see docs/operations.md, “Through an outgoing proxy”.';
/** Causes that a missing proxy setting leads to. */
const MAY_NEED_PROXY: ReadonlySet<NetworkFault> = new Set([
  'refused',
  'unknown_host',
  'unreachable',
  'timeout',
  'closed',
]);

/** The failure with its cause and a remedy; undefined if the provider could be reached. */
export function unreachable(url: string, error: unknown): EntranceError | undefined {
  const network = networkCause(error);
  if (network === undefined) return undefined;
  const { host } = new URL(url);
  return new EntranceError('sso_unavailable', {
    cause: { host, ...network },
    remedy: remedyOf(network.fault, host),
  });
}

/** The remedy if a request to this host failed; a failure of an unknown kind counts as a refused connection. */
export function remedyAfter(error: unknown, host: string): string {
  return remedyOf(networkCause(error)?.fault ?? 'refused', host);
}

function remedyOf(fault: NetworkFault, host: string): string {
  return remedies[fault](host) + (MAY_NEED_PROXY.has(fault) ? BY_PROXY : '');
}
