import type { CustomProvider } from './custom/custom-provider.js';
import { customKinds } from './custom/kind.js';
import { entra } from './entra/kind.js';
import { genericBeside } from './generic/kind.js';
import { github } from './github/kind.js';
import { google } from './google/kind.js';
import { ibmVerify } from './ibm-verify/kind.js';
import { keycloak } from './keycloak/kind.js';
import { okta } from './okta/kind.js';
import type { ProviderKind } from './provider-kind.js';

/** Every kind with settings of its own, in the order of the buttons and of the documentation. */
const named: readonly ProviderKind[] = [entra, google, okta, ibmVerify, keycloak, github];

export const providerKinds: readonly ProviderKind[] = [...named, genericBeside(named)];

/** The host app's own come last. @throws TypeError that names every fault of its providers */
export function kindsWith(custom: readonly CustomProvider[] | undefined): readonly ProviderKind[] {
  if (custom === undefined) return providerKinds;
  const own = customKinds(custom, named);
  return [...named, genericBeside([...named, ...own]), ...own];
}
