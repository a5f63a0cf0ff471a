import type { ProviderConfig } from '../../config/config.js';
import type { Secret } from '../../config/secret.js';
import { isWebAddress } from '../../config/web-address.js';
import { EntranceError } from '../../errors.js';
import { codeChallengeOf } from '../fresh-secrets.js';
import { HealthRecord } from '../health.js';
import { beforeDeadline, PROVIDER_DEADLINE_MS } from '../outbound.js';
import { explaining } from '../own-errors.js';
import type { EndOfSession, Provider } from '../provider.js';
import type { ProviderDependencies } from '../provider-kind.js';
import { readReport, reportedFailure } from '../reported-error.js';
import type { OAuthProvider, SignInBeginning } from './custom-provider.js';
import { failureOf } from './failure.js';
import { completedBy, confirmationBy } from './proved-person.js';

/** Makes a provider of the functions of a host app. What they give is checked before it counts. */
export function createOAuthProvider(
  own: OAuthProvider,
  config: ProviderConfig,
  { addresses, clock, log }: ProviderDependencies,
): Provider {
  const { id, name, mark, stepsUp } = own;
  const { redirectUri } = addresses;
  const health = new HealthRecord(clock, log);
  const { explain, failureText } = explaining(
    {},
    {
      provider: name,
      redirectUri,
      clientId: `the registration at ${name}`,
      scopes: 'those of the function begin',
      requestSettings: `what the function begin of the provider ${id} sends`,
      addressSetting: `the function begin of the provider ${id}`,
    },
  );

  /** Runs a function of the host app, as a request to the provider: with a deadline, and with errors of ours. */
  async function run<T>(method: string, work: (signal: AbortSignal) => T | Promise<T>): Promise<T> {
    const deadline = AbortSignal.timeout(PROVIDER_DEADLINE_MS);
    try {
      return await beforeDeadline(deadline, (async () => work(deadline))());
    } catch (error) {
      const failure = failureOf(error, { id, method });
      if (failure.code === 'sso_unavailable') health.failed(failure);
      throw failure;
    }
  }

  const beginAt = async (beginning: Omit<SignInBeginning, 'redirectUri' | 'signal'>): Promise<URL> => {
    const given = await run('begin', (signal) => own.begin({ ...beginning, redirectUri, signal }));
    return assertSendable(given, beginning.state, id);
  };

  return {
    id,
    config,
    button: { label: `Continue with ${name}`, ...(mark !== undefined && { mark }) },
    ...(stepsUp && { stepsUp }),
    authorizationUrl: ({ codeVerifier, nonce, state }, { authContext, loginHint, selectAccount = false }) =>
      beginAt({
        state,
        nonce,
        codeChallenge: codeChallengeOf(codeVerifier),
        loginHint,
        selectAccount,
        authContext,
      }),
    async complete(parameters, { codeVerifier, nonce }, tell, show) {
      assertIssuer(parameters, own);
      const reported = readReport(Object.fromEntries(parameters));
      if (reported !== undefined) throw reportedFailure(reported, explain);
      const begun = performance.now();
      const copy = new URLSearchParams(parameters);
      const given = await run('complete', (signal) =>
        own.complete({ parameters: copy, nonce, codeVerifier, redirectUri, signal }),
      );
      health.succeeded();
      tell('the host app’s provider answered', () => ({ durationMs: Math.round(performance.now() - begun) }));
      return completedBy(given, own, { show, log });
    },
    get health() {
      return health.now;
    },
    explain,
    failureText,
    refusalRemedies: refusalRemediesOf(own),
    inspection: {
      redirectUri,
      datedCredentials: () => [],
      async examine() {
        const { examineOAuth } = await import('./examine.js');
        return examineOAuth(own, { redirectUri, begin: beginAt });
      },
    },
    // Sign-ins show whether the provider can be reached.
    watch: async () => () => undefined,
    ...(own.confirm !== undefined && {
      async confirm(token: Secret) {
        const asked = await run('confirm', (signal) =>
          own.confirm?.({ refreshToken: token.value(), signal }),
        );
        health.succeeded();
        return confirmationBy(asked, own);
      },
    }),
    ...(own.endSessionUrl !== undefined && {
      endSessionUrl: (asked: EndOfSession) => endSessionUrl(own, asked, log),
    }),
  };
}

/** An answer of another issuer is refused (RFC 9207 §2.4), so that a host app needn't compare it. */
function assertIssuer(parameters: URLSearchParams, { id, issuer }: OAuthProvider): void {
  const named = parameters.get('iss');
  if (named === null || named === issuer) return;
  throw new EntranceError('sso_failed', {
    cause: { parameter: 'iss', expected: issuer, received: named.slice(0, 200) },
    remedy: `The answer names another issuer than the provider ${id} has. If that is the provider’s own (RFC 9207), give it as issuer in providers of createEntrance.`,
  });
}

/** An address that leads elsewhere than to a web page, or an answer without `state`, would end every sign-in. */
function assertSendable(given: unknown, state: string, id: string): URL {
  const url = URL.canParse(String(given)) ? new URL(String(given)) : undefined;
  if (url === undefined || !isWebAddress(url))
    throw misused(id, 'an address that begins with https:// (or http:// for a loopback host)');
  const { searchParams } = url;
  // A request that is pushed or signed holds the state elsewhere (RFC 9126, RFC 9101).
  const isElsewhere = searchParams.has('request_uri') || searchParams.has('request');
  if (searchParams.get('state') !== state && !isElsewhere)
    throw misused(id, 'an address with the state that it was given, as the parameter state');
  return url;
}

function misused(id: string, wanted: string): EntranceError {
  return new EntranceError('sso_misconfigured', {
    cause: { reason: 'begin of the host app’s provider' },
    remedy: `The function begin of the provider ${id} has to give ${wanted}. Correct it: until then nobody can sign in there.`,
  });
}

function refusalRemediesOf({ id, name }: OAuthProvider): Provider['refusalRemedies'] {
  return {
    email_missing: `The function complete of the provider ${id} gave no email address that can be read. Have it give one, and see that ${name} hands the address out.`,
    email_unverified: `The function complete of the provider ${id} gave no emailVerified: true. Have the person confirm the address at ${name}; complete may say true only if ${name} has verified it.`,
  };
}

/** A link that can't be made is left out: the person is signed out here in any case. */
function endSessionUrl(
  own: OAuthProvider,
  { loginHint, returnTo }: EndOfSession,
  log: ProviderDependencies['log'],
) {
  try {
    const given = own.endSessionUrl?.({ returnTo, loginHint });
    if (given === undefined) return undefined;
    const url = new URL(given);
    if (isWebAddress(url)) return url.href;
    throw new TypeError('endSessionUrl has to give an address that begins with https://');
  } catch (error) {
    log.error(
      { err: error },
      'the host app’s function endSessionUrl failed: the page shows no link to sign out there',
    );
    return undefined;
  }
}
