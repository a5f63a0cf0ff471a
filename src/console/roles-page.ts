import type { RequestHandler } from 'express';
import { type RoleInUse, type RoleRule, rolesInUse } from '../access/roles.js';
import { sourceInWords } from '../identity/grant-words.js';
import { PLATFORM_ADMIN, PLATFORM_VIEWER } from '../identity/roles.js';
import { type Grant, isSso, type User } from '../identity/user.js';
import type { RoleRow, RolesModel } from '../pages/models/roles.js';
import { plural } from '../words.js';
import type { ConsoleDependencies } from './dependencies.js';
import { roleBadge } from './user-words.js';

const MOST_ROLES = 50;
const MOST_PEOPLE = 5;
const MOST_RULES = 10;

const rights: Readonly<Record<string, string>> = {
  [PLATFORM_ADMIN]:
    'Does everything here: sees and changes users, roles and teams, decides about approvals, ends sessions, creates API tokens, and reads the audit log.',
  [PLATFORM_VIEWER]: 'Sees users, teams and sessions, and reads the audit log. Changes nothing.',
};
const RIGHTS_OF_OTHERS =
  'Opens no page of this console. The apps behind it are told the role, and decide what it allows.';

/** Lists the roles that are known: what each may do, who has it, and why. */
export function createRolesPage(deps: ConsoleDependencies): RequestHandler {
  const { config, directory, nameOfProvider, pages } = deps;

  return async (request, response) => {
    const known = await rolesInUse(directory, config.sso);
    const shown = await Promise.all(known.slice(0, MOST_ROLES).map(row));
    const others = known.length - shown.length;
    const model: RolesModel = {
      count: plural(known.length, 'role'),
      roles: shown,
      more:
        others === 0
          ? undefined
          : `And ${plural(others, 'more role')}. Filter the list of users to see who has them.`,
    };
    pages.show(request, response, 'roles', { title: 'Roles', section: 'roles' }, model);
  };

  async function row({ name, people, rules }: RoleInUse, index: number): Promise<RoleRow> {
    const page =
      people === 0
        ? { users: [] }
        : await directory.list({ role: name, sort: 'full_name', descending: false, limit: MOST_PEOPLE });
    return {
      ...roleBadge(name),
      id: `role-${index + 1}`,
      rights: rights[name] ?? RIGHTS_OF_OTHERS,
      rules: rules.slice(0, MOST_RULES).map(ruleInWords),
      moreRules:
        rules.length > MOST_RULES
          ? `And ${plural(rules.length - MOST_RULES, 'more')} of this kind`
          : undefined,
      people: page.users.map((user) => personWith(user, name)),
      nobody: people === 0 ? 'Nobody has this role.' : undefined,
      all:
        people > page.users.length
          ? {
              href: pages.at(`/admin/users?${new URLSearchParams({ role: name })}`),
              label: `All ${plural(people, 'person', 'people')}`,
            }
          : undefined,
    };
  }

  function ruleInWords({ setting, provider, source }: RoleRule): RoleRow['rules'][number] {
    const words = source.kind === 'default' ? 'whoever gets no other role' : sourceInWords(source);
    return { setting, source: provider === undefined ? words : `${words} at ${nameOfProvider(provider)}` };
  }

  function personWith(user: User, role: string): RoleRow['people'][number] {
    const why = user.roles.filter(({ name }) => name === role).map(reasonInWords);
    return {
      href: pages.at(`/admin/users/${user.id}`),
      label: user.fullName,
      why: [...new Set(why)].join('; '),
    };
  }
}

function reasonInWords(grant: Grant): string {
  return isSso(grant) ? grant.sources.map(sourceInWords).join(', ') : 'given by hand';
}
