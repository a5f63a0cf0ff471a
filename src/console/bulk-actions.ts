import type { Actor } from '../audit/event.js';
import type { Directory } from '../directory/directory.js';
import { editUser } from '../directory/edit-user.js';
import { reasonToKeep, removableUser } from '../directory/last-administrator.js';
import { type Edit, givingRole, settingStatus } from '../directory/user-edits.js';
import { PLATFORM_ADMIN } from '../identity/roles.js';
import type { User } from '../identity/user.js';
import { addMember } from '../teams/membership.js';
import { existingTeam, type Team } from '../teams/teams.js';
import type { ConsoleDependencies } from './dependencies.js';
import { roleBadge } from './user-words.js';

/** An action on several people, and what it says about itself. */
export interface BulkAction {
  /** “Disable Ada and Bob?” */
  readonly question: (who: string) => string;
  readonly confirmLabel: string;
  readonly danger: boolean;
  readonly endsSessions: boolean;
  readonly consequence: string;
  /** “Ada and Bob are disabled and signed out everywhere.” */
  readonly done: (who: string, count: number) => string;
  /** Whether the person is already as the action would make them. */
  isDone(user: User): boolean;
  /** The reason why it can't be done, as far as it is known before it is tried. */
  problem(user: User): Promise<string | undefined>;
  run(id: string): Promise<User>;
}

/** The action that a form chooses, with the team or the role that it gives. */
interface BulkChoice {
  readonly do: 'disable' | 'enable' | 'join' | 'give';
  readonly team: string;
  readonly role: string;
}

/** @throws EntranceError `not_found` if the team is gone */
export async function bulkAction(
  deps: ConsoleDependencies,
  asked: BulkChoice,
  by: Actor,
): Promise<BulkAction> {
  const { directory, teams } = deps;
  const edit = (change: Edit) => (id: string) => editUser(deps, { id, by }, change);
  switch (asked.do) {
    case 'disable':
      return {
        question: (who) => `Disable ${who}?`,
        confirmLabel: 'Disable accounts',
        danger: true,
        endsSessions: true,
        consequence: 'They can’t sign in again until somebody enables the accounts. Nothing is deleted.',
        done: (who, count) => `${who} ${areOrIs(count)} disabled and signed out everywhere.`,
        isDone: ({ status }) => status === 'disabled',
        problem: async (user) => undecided(user) ?? reasonToKeep(directory, user, by),
        run: async (id) => {
          await removableUser(directory, { id, by });
          return edit(settingStatus('disabled'))(id);
        },
      };
    case 'enable':
      return {
        question: (who) => `Enable ${who}?`,
        confirmLabel: 'Enable accounts',
        danger: false,
        endsSessions: false,
        consequence: 'They can sign in again, with the roles that they have.',
        done: (who, count) => `${who} ${areOrIs(count)} enabled and can sign in again.`,
        isDone: ({ status }) => status === 'active',
        problem: async (user) => undecided(user),
        run: edit(settingStatus('active')),
      };
    case 'join':
      return joining(directory, await existingTeam(teams, asked.team), by);
    case 'give':
      return giving(asked.role, edit(givingRole(asked.role)));
  }
}

function joining(directory: Directory, team: Team, by: Actor): BulkAction {
  return {
    question: (who) => `Add ${who} to the team ${team.name}?`,
    confirmLabel: 'Add to team',
    danger: false,
    endsSessions: false,
    consequence:
      'Nobody is signed out. They stay in the team until somebody removes them, whatever single sign-on says.',
    done: (who, count) => `${who} ${areOrIs(count)} in the team ${team.name}.`,
    isDone: (user) => user.teams.some(({ name, origin }) => name === team.id && origin === 'manual'),
    problem: async () => undefined,
    run: (userId) => addMember(directory, { team, userId, by }),
  };
}

function giving(role: string, run: BulkAction['run']): BulkAction {
  const { label } = roleBadge(role);
  const power =
    role === PLATFORM_ADMIN
      ? ['They may then do everything here: see and change every account, and create API tokens.']
      : [];
  return {
    question: (who) => `Give ${label} to ${who}?`,
    confirmLabel: 'Give role',
    danger: role === PLATFORM_ADMIN,
    endsSessions: true,
    consequence: [...power, 'They have the role from the next sign-in on.'].join(' '),
    done: (who, count) =>
      `${who} ${count === 1 ? 'has' : 'have'} the role ${label} from the next sign-in on.`,
    isDone: (user) => user.roles.some(({ name, origin }) => name === role && origin === 'manual'),
    problem: async () => undefined,
    run,
  };
}

function undecided({ status }: User): string | undefined {
  return status === 'pending' || status === 'rejected'
    ? 'the account waits for a decision, or was rejected: approve it first.'
    : undefined;
}

function areOrIs(count: number): string {
  return count === 1 ? 'is' : 'are';
}
