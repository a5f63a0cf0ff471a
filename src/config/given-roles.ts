import { createNearest } from '../identity/nearest.js';
import { CONSOLE_ROLES } from '../identity/roles.js';
import type { ProviderConfig } from './config.js';
import type { SettingsReader } from './settings-reader.js';

const LARGEST_SLIP = 2;
const nearestTo = createNearest(CONSOLE_ROLES, () => LARGEST_SLIP);
const OPENING = 'platform_viewer reads the console, platform_admin may do everything';

/** @param isMounted in a host app, further roles may be the app’s */
export function checkGivenRoles(
  settings: SettingsReader,
  { roleMappings, defaultRole, settings: names }: ProviderConfig,
  isMounted: boolean,
): void {
  const mapped = [...new Set(roleMappings.map(({ name }) => name))];
  const given = new Set([...mapped, ...(defaultRole === undefined ? [] : [defaultRole])]);
  const slips = [...given].filter((name) => meantBy(name) !== undefined);
  for (const name of slips)
    settings.warn(
      `the role ${name} of the ${names.roleMappings.replace(/_ROLE_MAPPINGS$/, '')} settings is none of ours (did you mean ${meantBy(name)}?)`,
    );
  if (isMounted) return;
  const opens = (name: string) => CONSOLE_ROLES.includes(name) || slips.includes(name);
  if (defaultRole !== undefined && !opens(defaultRole))
    settings.warn(
      `${names.defaultRole}=${defaultRole}: no page of this server opens for ${defaultRole}; ${OPENING}. Only an app behind it (/auth/verify) can know other roles`,
    );
  if (mapped.length > 0 && !mapped.some(opens))
    settings.warn(
      `${names.roleMappings} gives ${mapped.join(', ')}, and no page of this server opens for that; ${OPENING}. Only an app behind it (/auth/verify) can know other roles`,
    );
}

function meantBy(name: string): string | undefined {
  return CONSOLE_ROLES.includes(name) ? undefined : nearestTo(name.toLowerCase());
}
