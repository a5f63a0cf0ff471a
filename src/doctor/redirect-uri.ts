import { randomBytes } from 'node:crypto';
import type { Provider, ProviderInspection } from '../providers/provider.js';
import { type Answer, ask, reasonOf } from './ask.js';
import { couldNotCheck, type Finding, failed, ok } from './finding.js';

const NUMBER = /AADSTS([1-9]\d{3,9})/;

/**
 * Begins a sign-in that must not ask anybody anything. Microsoft sends the refusal of that to a redirect URI that is
 * registered, and shows AADSTS50011 itself where it isn’t.
 */
export async function checkRedirectUri(provider: Provider): Promise<readonly Finding[]> {
  const { redirectUri } = provider.inspection;
  try {
    return [judge(provider.inspection, await ask(await silentSignIn(provider)))];
  } catch (error) {
    return [
      couldNotCheck('redirect_uri', `Microsoft’s sign-in page can’t be asked: ${reasonOf(error)}.`, {
        why: `Whether ${redirectUri} is registered is open.`,
        mend: 'Sign in once to see.',
      }),
    ];
  }
}

async function silentSignIn(provider: Provider): Promise<URL> {
  const [state, nonce, codeVerifier] = [random(), random(), random()];
  const url = await provider.authorizationUrl({ state, nonce, codeVerifier }, {});
  url.searchParams.set('prompt', 'none');
  return url;
}

function random(): string {
  return randomBytes(32).toString('base64url');
}

function judge({ redirectUri, explain }: ProviderInspection, { status, headers, text }: Answer): Finding {
  const location = headers.get('location') ?? '';
  if (location.startsWith(`${redirectUri}?`))
    return ok('redirect_uri', `The redirect URI ${redirectUri} is registered.`);
  const number = Number(NUMBER.exec(location + text)?.[1] ?? 0);
  const { code, mend } = explain({ error: '', description: `AADSTS${number}` });
  if (code === 'sso_misconfigured' && mend !== undefined) {
    return failed(
      'redirect_uri',
      `Microsoft doesn’t send anybody back to ${redirectUri} (AADSTS${number}).`,
      {
        why: 'Every sign-in ends on an error page of Microsoft’s.',
        mend,
      },
    );
  }
  const said = number === 0 ? `${status}` : `AADSTS${number}`;
  return couldNotCheck('redirect_uri', `Microsoft’s answer to a silent sign-in isn’t clear: ${said}.`, {
    why: `Whether ${redirectUri} is registered is open.`,
    mend: `Compare App registrations → your app → Authentication → Web with ${redirectUri}, letter by letter.`,
  });
}
