import { rolesInUse } from '../access/roles.js';
import { meantRole } from '../identity/role-choice.js';
import { parseRoleName } from '../identity/role-name.js';
import { PLATFORM_ADMIN } from '../identity/roles.js';
import type { Option } from '../pages/parts.js';
import type { ConsoleDependencies } from './dependencies.js';
import { roleBadge } from './user-words.js';

/** The roles that a form offers; a role's name stands beside its label. */
export async function roleOptions({
  config,
  directory,
}: Pick<ConsoleDependencies, 'config' | 'directory'>): Promise<readonly Option[]> {
  const roles = await rolesInUse(directory, config.sso);
  return roles.map(({ name }) => ({ value: name, label: labelOf(name), selected: false }));
}

/** The question before somebody gets a role; undefined if the role may be given at once. */
export interface RoleQuestion {
  readonly heading: string;
  readonly consequence: readonly string[];
  readonly confirmLabel: string;
  readonly danger: boolean;
  readonly meant?: { readonly name: string; readonly label: string } | undefined;
}

/**
 * A question before a role that may do everything, and before a role that nobody has: its name may be a slip. A text
 * that isn't a role's name raises no question, since it is refused.
 */
export async function questionAbout(
  deps: Pick<ConsoleDependencies, 'config' | 'directory'>,
  name: string,
  person: string,
): Promise<RoleQuestion | undefined> {
  if ('problem' in parseRoleName(name)) return undefined;
  const roles = await rolesInUse(deps.directory, deps.config.sso);
  if (name === PLATFORM_ADMIN) {
    const { label } = roleBadge(name);
    return {
      heading: `Make ${person} an administrator?`,
      consequence: [
        `${person} may then do everything here: see and change every account, give and take roles, end sessions, and create API tokens.`,
        'If they are signed in, they are signed out everywhere, and have the role from the next sign-in on.',
      ],
      confirmLabel: `Give ${label}`,
      danger: true,
    };
  }
  if (roles.some((role) => role.name === name)) return undefined;
  const meant = meantRole(
    name,
    roles.map((role) => roleBadge(role.name)),
  );
  return {
    heading: `Give ${person} the role “${name}”?`,
    consequence: [
      `Nobody has this role, and no setting gives it.${meant === undefined ? '' : ` Do you mean ${labelOf(meant.name)}?`}`,
      'A new role opens no page of this console. It is of use if an app behind it knows the name, letter by letter.',
    ],
    confirmLabel: `Give “${name}”`,
    danger: false,
    meant: meant && { name: meant.name, label: labelOf(meant.name) },
  };
}

function labelOf(name: string): string {
  const { label } = roleBadge(name);
  return label === name ? name : `${label} (${name})`;
}
