import type { Config } from '../config/config.js';
import { type NetworkFault, networkCause } from '../network-cause.js';
import { type Answer, ask, reasonOf } from '../providers/inspection/ask.js';
import { couldNotCheck, type Finding, failed, ok, warning } from '../providers/inspection/finding.js';

const THEME = /<html[^>]* data-theme="(\w+)"/;
/** Bytes that the cookies of five pending sign-ins and of a session take together. */
const COOKIES_OF_FIVE_SIGN_INS = 7_000;

/** Asks as a browser would: does `BASE_URL` answer, and do headers and cookies pass in both directions? */
export async function checkBaseUrl(config: Config): Promise<readonly Finding[]> {
  const base = config.server.baseUrl.origin + config.server.baseUrl.path;
  let page: Answer;
  try {
    page = await ask(`${base}/admin/login`);
  } catch (error) {
    return [unreachable(base, error)];
  }
  const reached = judgePage(base, page);
  if (reached.severity !== 'ok') return [reached];
  try {
    return [
      reached,
      judgeHeaders(page),
      ...(await checkForm(base, config)),
      await checkRequestSize(base),
      ...(await checkMetrics(base, config)),
    ];
  } catch (error) {
    return [reached, unreachable(base, error)];
  }
}

function unreachable(base: string, error: unknown): Finding {
  return couldNotCheck('base_url', `${base} doesn’t answer from here: ${reasonOf(error)}.`, {
    why: 'Either the server isn’t running, or this machine can’t reach its public address.',
    remedy: remedies[networkCause(error)?.fault ?? 'refused'],
  });
}

const wayThere =
  'Let this machine reach that address (firewall, routing), or run this again where it can be reached.';
const tlsThere =
  'See that the proxy speaks TLS at this port; BASE_URL begins with http:// only for this machine’s own browser.';
const remedies: Readonly<Record<NetworkFault, string>> = {
  refused: 'Start the server, and the proxy in front of it; or correct host and port in BASE_URL.',
  unknown_host: 'Enter the name in DNS, or correct the host in BASE_URL.',
  unreachable: wayThere,
  not_permitted: wayThere,
  timeout: wayThere,
  closed:
    'See in the proxy’s log why it hangs up; BASE_URL has to begin with https:// if it speaks TLS there.',
  certificate:
    'Give the proxy a certificate for this name with its whole chain. If the authority is your own, name its PEM file in NODE_EXTRA_CA_CERTS and run this again.',
  tls: tlsThere,
  not_http: tlsThere,
};

function judgePage(base: string, { status, headers, text }: Answer): Finding {
  if (status === 200 && THEME.test(text) && headers.has('x-request-id'))
    return ok('base_url', `${base} leads to this console.`);
  const location = headers.get('location');
  const instead = location === null ? `answers ${status}` : `redirects to ${originOf(location, base)}`;
  return failed('base_url', `${base}/admin/login isn’t the sign-in page: it ${instead}.`, {
    why: 'Redirect URIs and links come from BASE_URL: people would end up where nobody signs them in.',
    remedy: remedyOf(status),
  });
}

/** A proxy’s own error statuses tell which part of the path is broken. */
function remedyOf(status: number): string {
  if (status >= 502 && status <= 504)
    return 'The proxy doesn’t reach Entrance: start it, and let the proxy lead to the HOST and PORT on which it listens.';
  if (status === 401 || status === 403 || status === 407)
    return 'Something in front of Entrance asks for a sign-in of its own, or shuts this machine out: let the paths of the console pass.';
  return 'Set BASE_URL to the address that people type, path included, and let the proxy pass that path on as it is (docs/operations.md, “Behind a reverse proxy”).';
}

function originOf(location: string, base: string): string {
  return URL.canParse(location, base) ? new URL(location, base).origin : 'an address that is none';
}

function judgeHeaders({ headers }: Answer): Finding {
  const missing = ['content-security-policy', 'x-content-type-options'].filter((name) => !headers.has(name));
  if (missing.length === 0) return ok('proxy_headers', 'The security headers arrive.');
  return warning('proxy_headers', `On the way the answer loses ${missing.join(' and ')}.`, {
    why: 'These headers keep foreign scripts and frames out of the console.',
    remedy: 'Let the proxy pass the answer’s headers on as they come.',
  });
}

/** Posts the theme form, which sets a cookie and changes nothing else. */
async function checkForm(base: string, { server: { baseUrl } }: Config): Promise<readonly Finding[]> {
  const sent = await ask(`${base}/admin/theme`, {
    method: 'POST',
    headers: { origin: baseUrl.origin },
    form: { theme: 'dark' },
  });
  if (sent.status === 403) {
    return [
      failed('proxy_headers', 'A form that is sent from our own page is refused.', {
        why: 'Browsers say with Origin or Sec-Fetch-Site where a form comes from; without them nobody can sign in with a password or sign out.',
        remedy: 'Let the proxy pass on Origin and Sec-Fetch-Site as they come.',
      }),
    ];
  }
  return [
    ok('proxy_headers', 'A form that is sent from our own page arrives.'),
    await checkCookie(base, sent),
  ];
}

async function checkCookie(base: string, sent: Answer): Promise<Finding> {
  const [cookie] = sent.headers.getSetCookie();
  const [pair = ''] = cookie?.split(';') ?? [];
  const page = await ask(`${base}/admin/login`, { headers: { cookie: pair } });
  if (THEME.exec(page.text)?.[1] === 'dark') return ok('cookies', 'A cookie comes back as it was set.');
  const lost =
    cookie === undefined ? 'isn’t set: Set-Cookie doesn’t arrive' : 'is set, but doesn’t come back';
  return failed('cookies', `A cookie ${lost}.`, {
    why: 'Signing in needs cookies: without them it ends where it began.',
    remedy: 'Let the proxy pass on Cookie and Set-Cookie as they come, and don’t let it cache.',
  });
}

async function checkRequestSize(base: string): Promise<Finding> {
  const { status } = await ask(`${base}/admin/login`, {
    headers: { cookie: `entrance-doctor=${'x'.repeat(COOKIES_OF_FIVE_SIGN_INS)}` },
  });
  if (status === 200) return ok('request_size', 'The cookies of five sign-ins under way fit into a request.');
  return warning(
    'request_size',
    `A request with ${COOKIES_OF_FIVE_SIGN_INS} bytes of cookies is answered ${status}.`,
    {
      why: 'Each sign-in under way has a cookie of its own; with several tabs people would see the proxy’s error.',
      remedy: 'Let the proxy take larger headers; in nginx: large_client_header_buffers 4 16k.',
    },
  );
}

/** If a proxy doesn't pass on addresses, everybody looks like a loopback client, which needs no token. */
async function checkMetrics(base: string, { server, metricsToken }: Config): Promise<readonly Finding[]> {
  const behindProxy = server.baseUrl.secure || server.trustProxy !== false;
  if (!behindProxy || metricsToken !== undefined) return [];
  const { status } = await ask(`${base}/metrics`);
  if (status !== 200) return [ok('metrics_exposure', '/metrics is closed to the public.')];
  return [
    failed('metrics_exposure', '/metrics answers everybody.', {
      why: 'The proxy sends no X-Forwarded-For, so all clients seem to be on this machine; failed passwords of one also pause all.',
      remedy:
        'Let the proxy set X-Forwarded-For (docs/operations.md, “Behind a reverse proxy”), and set METRICS_TOKEN.',
    }),
  ];
}
