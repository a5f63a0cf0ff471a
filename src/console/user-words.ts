import { CONSOLE_ROLES } from '../identity/roles.js';
import type { ProviderId, User, UserStatus } from '../identity/user.js';

export const providerNames: Readonly<Record<ProviderId, string>> = { entra: 'Microsoft', local: 'Local' };

export const roleLabels: Readonly<Record<string, string>> = {
  platform_admin: 'Administrator',
  platform_viewer: 'Viewer',
};

const statuses = {
  active: { tone: 'success', label: 'Active' },
  disabled: { tone: 'danger', label: 'Disabled' },
} as const satisfies Record<UserStatus, { tone: string; label: string }>;

export function statusBadge({ status }: User) {
  return statuses[status];
}

export const statusOptions: readonly { readonly value: UserStatus; readonly label: string }[] = [
  { value: 'active', label: statuses.active.label },
  { value: 'disabled', label: statuses.disabled.label },
];

export function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

/** A built-in role by its name in words, a host app's by its own. */
export function roleBadge(name: string) {
  return { name, label: roleLabels[name] ?? name, strong: CONSOLE_ROLES.includes(name) };
}
