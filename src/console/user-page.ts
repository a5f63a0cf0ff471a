import { decidingProvider } from '../access/explain.js';
import { existingUser } from '../directory/change-user.js';
import type { SeenClaims } from '../directory/directory.js';
import { editUser } from '../directory/edit-user.js';
import { reasonToKeep, removableUser } from '../directory/last-administrator.js';
import { endIn, settingStatus } from '../directory/user-edits.js';
import { providersOf } from '../directory/user-order.js';
import { actorOf, mayChange, sessionOf } from '../guards/guards.js';
import { sourceInWords } from '../identity/grant-words.js';
import { identitiesOf } from '../identity/linked-identities.js';
import { PLATFORM_ADMIN } from '../identity/roles.js';
import { type Grant, isSso, type SsoGrant, type User } from '../identity/user.js';
import type { UserModel } from '../pages/models/user.js';
import type { Danger, Option } from '../pages/parts.js';
import { membershipsIn } from '../teams/membership.js';
import type { Team } from '../teams/teams.js';
import { plural } from '../words.js';
import { addressDoubts } from './address-doubt.js';
import type { Handlers, IdHandler } from './console-pages.js';
import type { ConsoleDependencies } from './dependencies.js';
import { identifiersOf, identityQuery } from './identity-words.js';
import { roleOptions } from './role-choice.js';
import { minuteInWords, timeInWords } from './time-in-words.js';
import { sessionsModel } from './user-sessions.js';
import { roleBadge, statusBadge } from './user-words.js';

const CHOOSE_A_ROLE: Option = { value: '', label: 'Choose a role', selected: true };

/** Data that the page needs and that isn't part of the user. */
interface KnownOfUser {
  readonly reason: string | undefined;
  readonly giver: string;
  readonly mayAct: boolean;
  readonly roles: readonly Option[];
}

export function createUserPages(deps: ConsoleDependencies) {
  const { config, directory, sessions, nameOfProvider, pages, clock } = deps;

  return {
    async show(request, response) {
      const user = await existingUser(directory, request.params.id);
      const session = sessionOf(request);
      const [reason, listed, teams, doubts, seen, roles] = await Promise.all([
        reasonToKeep(directory, user, actorOf(request)),
        sessions.listOfUser(user.id),
        deps.teams.list(),
        addressDoubts(deps, [user]),
        directory.findSeen(user),
        roleOptions(deps),
      ]);
      const giver = giverOf(user, seen);
      const mayAct = mayChange(session.record);
      const options = { title: user.fullName, section: 'users' } as const;
      pages.show(request, response, 'user', options, {
        ...model(user, { reason, giver, mayAct, roles }),
        ...teamsModel(user, teams, giver, mayAct),
        addressDoubt: doubts.get(user.id),
        sessions: sessionsModel(`/admin/users/${user.id}/sessions`, listed, { session, mayAct }, deps),
      });
    },

    async confirmDisable(request, response) {
      const user = await removableUser(directory, { ...request.params, by: actorOf(request) });
      const count = (await sessions.listOfUser(user.id)).length;
      pages.ask(request, response, 'users', {
        heading: `Disable ${user.fullName}?`,
        consequence: [
          count === 0
            ? `${user.fullName} isn’t signed in now.`
            : `${user.fullName} will be signed out on ${plural(count, 'device')}, at once.`,
          'They can’t sign in again until somebody enables the account. Nothing is deleted.',
        ],
        action: pages.at(`/admin/users/${user.id}/disable`),
        confirmLabel: 'Disable account',
        cancelHref: hrefOf(user),
      });
    },

    async disable(request, response) {
      const editing = { ...request.params, by: actorOf(request) };
      await removableUser(directory, editing);
      const user = await editUser(deps, editing, settingStatus('disabled'));
      pages.redirect(response, hrefOf(user), `${user.fullName} is disabled and signed out everywhere.`);
    },

    async enable(request, response) {
      const editing = { ...request.params, by: actorOf(request) };
      const user = await editUser(deps, editing, settingStatus('active'));
      pages.redirect(response, hrefOf(user), `${user.fullName} is enabled and can sign in again.`);
    },
  } satisfies Handlers<IdHandler>;

  function hrefOf(user: User): string {
    return pages.at(`/admin/users/${user.id}`);
  }

  function model(
    user: User,
    { reason, giver, mayAct, roles }: KnownOfUser,
  ): Omit<UserModel, 'sessions' | 'teams' | 'joinTeam'> {
    const identities = identitiesOf(user);
    const mayUnlink = mayAct && reason === undefined;
    const isUndecided = user.status === 'pending' || user.status === 'rejected';
    const mayTake = ({ name, origin }: Grant) =>
      mayAct && origin === 'manual' && (name !== PLATFORM_ADMIN || reason === undefined);
    const at = (iso: string | null) => (iso === null ? undefined : timeInWords(iso, clock.now()));
    return {
      heading: user.fullName,
      email: user.email,
      status: statusBadge(user),
      profile: {
        email: user.email,
        name: user.fullName,
        created: timeInWords(user.createdAt, clock.now()),
        lastSignIn: at(user.lastLoginAt),
        decision: decisionInWords(user),
      },
      identity: {
        provider: providersOf(user).map(nameOfProvider).join(', '),
        identifiers: [
          { label: 'User ID', value: user.id },
          ...(identities.length === 1 ? identities : []).flatMap((one) => identifiersOf(one, nameOfProvider)),
        ],
        unlinkHref: mayUnlink && identities.length > 0 ? `${hrefOf(user)}/unlink` : undefined,
        unlinkLabel:
          identities.length > 1 ? 'Unlink from all' : `Unlink from ${nameOfProvider(user.provider)}`,
        ways: (identities.length > 1 ? identities : []).map((identity) => ({
          name: nameOfProvider(identity.provider),
          linked: timeInWords(identity.linkedAt, clock.now()),
          identifiers: identifiersOf(identity, nameOfProvider),
          unlinkHref: mayUnlink ? `${hrefOf(user)}/unlink?${identityQuery(identity)}` : undefined,
        })),
      },
      roles: user.roles.map((grant) => ({
        ...roleBadge(grant.name),
        origin: isSso(grant) ? bySso(grant, giver) : `Given here${untilWhen(grant)}`,
        takeAction: mayTake(grant) ? `${hrefOf(user)}/roles/take` : undefined,
      })),
      giveRole: mayAct ? { action: `${hrefOf(user)}/roles`, options: [CHOOSE_A_ROLE, ...roles] } : undefined,
      historyHref: pages.at(`/admin/audit?user=${user.id}`),
      actions: {
        enable: mayAct && user.status === 'disabled' ? { action: `${hrefOf(user)}/enable` } : undefined,
        approve:
          mayAct && isUndecided
            ? {
                action: pages.at(`/admin/approvals/${user.id}/approve`),
                rejectHref:
                  user.status === 'pending' ? pages.at(`/admin/approvals/${user.id}/reject`) : undefined,
              }
            : undefined,
        explanation: mayAct ? reason : 'Your role lets you look, but not change anything.',
      },
      dangers: mayAct && reason === undefined ? dangersOf(user) : [],
      backHref: pages.at('/admin/users'),
    };
  }

  function dangersOf(user: User): readonly Danger[] {
    const disable: Danger = {
      label: 'Disable account',
      consequence: 'Ends all sessions and keeps the person out, until somebody enables the account again.',
      href: `${hrefOf(user)}/disable`,
      final: false,
    };
    return [
      ...(user.status === 'active' ? [disable] : []),
      {
        label: 'Delete account',
        consequence: 'Removes the account with its roles and teams, for good. It keeps nobody out.',
        href: `${hrefOf(user)}/delete`,
        final: true,
      },
    ];
  }

  /** The name of the provider that gave the grants of single sign-on. */
  function giverOf(user: User, seen: SeenClaims | undefined): string {
    const provider = decidingProvider({ user, seen }, config.sso);
    return provider === undefined ? 'single sign-on' : nameOfProvider(provider);
  }

  function bySso({ sources, confirmedAt }: SsoGrant, giver: string): string {
    const { words } = timeInWords(confirmedAt, clock.now());
    const of = sources.map(sourceInWords).join(', ');
    return `From ${giver}: ${of}; confirmed ${words}, ${minuteInWords(confirmedAt)}`;
  }

  /** “, until in 3 days, 2026-03-01 00:00 UTC”; empty for a grant without an end. */
  function untilWhen(grant: Grant): string {
    const until = endIn(grant);
    if (until === undefined) return '';
    return `, until ${minuteInWords(until)} (${timeInWords(until, clock.now()).words})`;
  }

  /** A team that was deleted meanwhile isn't shown. */
  function teamsModel(
    user: User,
    all: readonly Team[],
    giver: string,
    mayAct: boolean,
  ): Pick<UserModel, 'teams' | 'joinTeam'> {
    const own = all.filter((team) => membershipsIn(user, team).length > 0);
    const byHand = (team: Team) => membershipsIn(user, team).some(({ origin }) => origin === 'manual');
    const others = all.filter((team) => !byHand(team));
    return {
      teams: own.map((team) => ({
        id: team.id,
        name: team.name,
        href: pages.at(`/admin/teams/${team.id}`),
        bySso: membershipsIn(user, team)
          .filter(isSso)
          .map((grant) => bySso(grant, giver))[0],
        until: membershipsIn(user, team)
          .map(untilWhen)
          .find((words) => words !== ''),
        leaveAction: mayAct && byHand(team) ? `${hrefOf(user)}/teams/leave` : undefined,
      })),
      joinTeam:
        mayAct && others.length > 0
          ? {
              action: `${hrefOf(user)}/teams`,
              options: others.map(({ id, name }) => ({ value: id, label: name, selected: false })),
            }
          : undefined,
    };
  }
}

function decisionInWords({ status, decision }: User): string | undefined {
  if (decision === null) return undefined;
  const verb = status === 'rejected' ? 'Rejected' : 'Approved';
  return `${verb} by ${decision.by}${decision.reason === null ? '' : `: “${decision.reason}”`}`;
}
