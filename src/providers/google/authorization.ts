import type { AuthorizationOptions } from '../provider.js';
import type { GoogleConfig } from './settings.js';

/** Parameters beside those of the code flow. */
export function authorizationParameters(
  { revalidateInterval, scopes, trustedDomains }: GoogleConfig,
  { loginHint, selectAccount }: AuthorizationOptions,
): Readonly<Record<string, string>> {
  const isConfirmed = revalidateInterval > 0;
  // Google gives a refresh token for `access_type`, not for a scope. After the first time it gives one only with
  // consent.
  const prompt = [...(selectAccount ? ['select_account'] : []), ...(isConfirmed ? ['consent'] : [])];
  const [organisation, another] = trustedDomains.filter((domain) => domain !== 'gmail.com');
  const isOfOne = organisation !== undefined && another === undefined && trustedDomains.length === 1;
  return {
    scope: scopes,
    ...(prompt.length > 0 && { prompt: prompt.join(' ') }),
    ...(loginHint !== undefined && { login_hint: loginHint }),
    // `hd` is a hint for Google’s account picker, which anybody can remove from the address; only the claim counts.
    ...(isOfOne && { hd: organisation }),
    ...(isConfirmed && { access_type: 'offline' }),
  };
}
