import { expect } from '@jest/globals';
import type { Agent as TestAgent } from 'supertest';
import { rolesIn } from '../shaped-provider.js';
import type {
  Arrange,
  HostileFaults,
  HostileOpenIdProvider,
  HostileProvider,
  ProviderId,
} from './provider.js';
import type { Setup } from './setup.js';

/** Where a sign-in leads that succeeds, and where one leads that is refused. */
export const SIGNED_IN = '/admin';
export const FAILED = '/admin/login?error=sso_failed';
export const MISCONFIGURED = '/admin/login?error=sso_misconfigured';
export const UNAVAILABLE = '/admin/login?error=sso_unavailable';
export const TRANSACTION_INVALID = '/admin/login?error=transaction_invalid';
export const CANCELLED = '/admin/login?error=sso_cancelled';
export const TENANT_NOT_ALLOWED = '/admin/login?error=tenant_not_allowed';

/** One attack or fault, and where a sign-in that meets it leads: the same with every provider, unless a reason says otherwise. */
export interface Row<P extends HostileProvider = HostileOpenIdProvider> {
  /** What the provider publishes otherwise, for an entrance that knows nothing of it yet. */
  readonly publishes?: Arrange<P>;
  /** What it does otherwise. */
  readonly arrange?: Arrange<P>;
  /** For an entrance and a provider that nobody uses before or afterwards. */
  readonly isAlone?: true;
  /** What the browser brings back in place of what it was sent back with. */
  readonly alter?: (callback: URL, setup: Setup<P>) => void;
  readonly leadsTo: string;
  /** What the log says of it. */
  readonly logs?: string;
  readonly also?: (setup: Setup<P>, browser: TestAgent) => void | Promise<void>;
  /** The only providers to which this can happen. */
  readonly only?: Exception;
  /** Providers with which it rightly leads elsewhere. */
  readonly except?: Exception & Pick<Row<P>, 'leadsTo' | 'logs'>;
}

interface Exception {
  readonly providers: readonly ProviderId[];
  readonly because: string;
}

export type Table<P extends HostileProvider = HostileOpenIdProvider> = Readonly<Record<string, Row<P>>>;

/** The rows of a table that are for this provider, as they are for it. */
export function rowsFor<P extends HostileProvider>(id: ProviderId, table: Table<P>): [string, Row<P>][] {
  return Object.entries(table)
    .filter(([, { only }]) => only?.providers.includes(id) ?? true)
    .map(([name, row]) => [nameFor(id, name, row), rowFor(id, row)]);
}

function nameFor<P extends HostileProvider>(id: ProviderId, name: string, { except, only }: Row<P>): string {
  if (only !== undefined) return `${name} (here alone: ${only.because})`;
  return except?.providers.includes(id) ? `${name} (otherwise here: ${except.because})` : name;
}

function rowFor<P extends HostileProvider>(id: ProviderId, row: Row<P>): Row<P> {
  const { also: _, except, ...others } = row;
  return except?.providers.includes(id) ? { ...others, ...except } : row;
}

export const ENTRA = { providers: ['entra'], because: 'its tokens name a tenant' } as const;

/** With these UserInfo is asked for the rights of a person. */
export const WITH_USER_INFO = {
  providers: ['okta', 'ibm_verify', 'keycloak', 'authentik'],
  because: 'it asks UserInfo for what the ID token doesn’t hold',
} as const;

export const notRedeemed = ({ provider }: Setup<HostileProvider>) => expect(provider.requests.token).toBe(0);

/** Rights that the answer gave would be here. */
export async function withoutRights({ provider }: Setup<HostileProvider>, browser: TestAgent): Promise<void> {
  expect(provider.requests.rights).toBeGreaterThan(0);
  expect(await rolesIn(browser)).toEqual([]);
}

/** One after the other. */
export function inOrder<P extends HostileProvider>(...arrangements: Arrange<P>[]): Arrange<P> {
  return async (provider) => {
    for (const arrange of arrangements) await arrange(provider);
  };
}

export function withFaults(faults: Partial<HostileFaults>) {
  return (provider: HostileProvider): void => void Object.assign(provider.faults, faults);
}

export const publishing = (metadata: HostileFaults['metadata']) => withFaults({ metadata });
export const respondingWith = (authorizationResponse: HostileFaults['authorizationResponse']) =>
  withFaults({ authorizationResponse });
