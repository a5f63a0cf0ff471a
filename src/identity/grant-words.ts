import type { GrantSource } from './user.js';

/** The source of a grant, for people: `group 9c6d…`, `app role gateway.admin`. */
export function sourceInWords({ kind, value }: GrantSource): string {
  switch (kind) {
    case 'group':
      return `group ${value}`;
    case 'app_role':
      return `app role ${value}`;
    case 'domain':
      return `email domain ${value}`;
    case 'default':
      return 'default role';
  }
}
