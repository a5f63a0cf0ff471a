import type { Config } from '#entrance/config/config.js';
import type { GrantingValue, GrantRule } from '#entrance/identity/reconcile-grants.js';
import { isUuid } from '#entrance/identity/uuid.js';
import { type EntraConfig, entraNames } from '#entrance/providers/entra/settings.js';

/** The settings of Entra, if it is on. */
export function entraConfigOf({ sso }: Pick<Config, 'sso'>): EntraConfig | undefined {
  return sso.providers.find((one): one is EntraConfig => one.kind === entraNames.kind);
}

/** A value that something is given by: a GUID is a group’s ID, everything else an app role’s value. */
export function grantingValue(value: string): GrantingValue {
  return { kind: isUuid(value) ? 'group' : 'app_role', value };
}

/** A rule by such a value. */
export function grantRule({ value, name }: { readonly value: string; readonly name: string }): GrantRule {
  return { ...grantingValue(value.toLowerCase()), name };
}
