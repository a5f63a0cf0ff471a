import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import type { ProviderConfig } from '../config/config.js';
import type { ProviderSettings } from '../config/provider-settings.js';
import type { OwnAddresses, Provider } from './provider.js';

/** What a provider is made with, beside its settings. */
export interface ProviderDependencies {
  readonly addresses: OwnAddresses;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A kind of identity provider: what its folder exports, and its line in `kinds.ts` names. */
export interface ProviderKind<Own extends ProviderConfig = ProviderConfig> extends ProviderSettings<Own> {
  /** Makes the provider of a configuration that this kind has read. Asks nobody anything yet. */
  create(config: Own, dependencies: ProviderDependencies): Provider;
}
