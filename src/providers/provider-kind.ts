import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import type { ProviderConfig } from '../config/config.js';
import type { ProviderSettings } from '../config/provider-settings.js';
import type { OwnAddresses, Provider } from './provider.js';

/** The arguments with which a provider is made, besides its settings. */
export interface ProviderDependencies {
  readonly addresses: OwnAddresses;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A kind of identity provider. Its folder exports this value, and a line in `kinds.ts` names it. */
export interface ProviderKind<Own extends ProviderConfig = ProviderConfig> extends ProviderSettings<Own> {
  /** Makes the provider from a configuration that this kind has read. It sends no request yet. */
  create(config: Own, dependencies: ProviderDependencies): Provider;
}
