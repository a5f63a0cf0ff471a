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

/** A kind that this version knows by its names alone. */
export function missingKind(kind: string, prefix: string, foreign: readonly string[] = []): ProviderKind {
  return {
    kind,
    names: {},
    groups: [],
    missing: prefix,
    foreignNames: {
      gateway: foreign.map((name) => ({
        names: [name],
        here: 'this provider isn’t available in this version',
      })),
    },
    switches: () => [],
    read: () => [],
    create() {
      throw new TypeError(`the provider ${kind} isn’t available in this version`);
    },
  };
}
