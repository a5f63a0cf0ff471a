import { CONSOLE_ROLES } from '../identity/roles.js';
import { type User, type UserStatus, userStatuses } from '../identity/user.js';

export const roleLabels: Readonly<Record<string, string>> = {
  platform_admin: 'Administrator',
  platform_viewer: 'Viewer',
};

const statuses = {
  active: { tone: 'success', label: 'Active' },
  pending: { tone: 'warning', label: 'Waiting' },
  rejected: { tone: 'danger', label: 'Rejected' },
  disabled: { tone: 'danger', label: 'Disabled' },
} as const satisfies Record<UserStatus, { tone: string; label: string }>;

export function statusBadge({ status }: User) {
  return statuses[status];
}

export const statusOptions = userStatuses.map((value) => ({ value, label: statuses[value].label }));

/** The address as administrators see it, with a mark while the address isn't confirmed. */
export function emailInWords({ email, emailDoubt }: Pick<User, 'email' | 'emailDoubt'>): string {
  return emailDoubt === undefined ? email : `${email} (not confirmed)`;
}

/** A built-in role has a name in words; a host app's role keeps its own name. */
export function roleBadge(name: string) {
  return { name, label: roleLabels[name] ?? name, strong: CONSOLE_ROLES.includes(name) };
}
