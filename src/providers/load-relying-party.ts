import { EntranceError } from '../errors.js';
import type { RelyingParty, RelyingPartyOptions } from './relying-party.js';

/** Loads the libraries of a relying party, which take a tenth of the start, when a provider first needs them. */
export async function loadRelyingParty(options: RelyingPartyOptions): Promise<RelyingParty> {
  const { RelyingParty } = await import('./relying-party.js').catch((error: unknown) => {
    const cause = { reason: 'not loaded', error: String(error) };
    const failure = new EntranceError('sso_failed', { cause });
    options.health.failed(failure);
    throw failure;
  });
  return new RelyingParty(options);
}
