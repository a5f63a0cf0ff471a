import type { RequestHandler } from 'express';
import type { Audit } from '../audit/audit.js';
import type { Clock } from '../clock.js';

import type { Directory } from '../directory/directory.js';
import { editUser } from '../directory/edit-user.js';
import { settingStatus } from '../directory/user-edits.js';
import { EntranceError } from '../errors.js';
import { actorOf, sessionOf } from '../guards/guards.js';
import type { ConfirmModel, UserModel } from '../http/page-models.js';
import type { Pages } from '../http/pages.js';
import { PLATFORM_ADMIN } from '../identity/roles.js';
import type { User } from '../identity/user.js';
import type { SessionRecord } from '../session/session-record.js';
import type { SessionStore } from '../session/session-store.js';
import { teamNamesOf, teamsOf } from '../teams/team-names.js';
import type { Teams } from '../teams/teams.js';
import { timeInWords } from './time-in-words.js';
import { sessionsModel } from './user-sessions.js';
import { plural, providerNames, roleBadge, statusBadge } from './user-words.js';

export interface UserPageDependencies {
  readonly directory: Directory;
  readonly teams: Teams;
  readonly sessions: SessionStore;
  readonly audit: Audit;
  readonly pages: Pages;
  readonly clock: Clock;
}

type UserHandler = RequestHandler<{ id: string }>;

export interface UserPages {
  readonly show: UserHandler;
  readonly confirmDisable: UserHandler;
  readonly disable: UserHandler;
  readonly enable: UserHandler;
}

export function createUserPages(deps: UserPageDependencies): UserPages {
  const { directory, sessions, pages, clock } = deps;

  return {
    async show(request, response) {
      const user = await getUser(request.params.id);
      const session = sessionOf(request);
      const [reason, listed, names] = await Promise.all([
        whyNotDisable(user, session.record),
        sessions.listOfUser(user.id),
        teamNamesOf(deps.teams, [user]),
      ]);
      const mayAct = mayChange(session.record);
      const options = { title: user.fullName, session: session.record, section: 'users' } as const;
      pages.send(request, response, 'user', options, {
        ...model(user, reason, mayAct),
        teams: teamsOf(user, names),
        sessions: sessionsModel(user, listed, { session, mayAct }, deps),
      });
    },

    async confirmDisable(request, response) {
      const user = await getUser(request.params.id);
      await assertMayDisable(user, sessionOf(request).record);
      const count = (await sessions.listOfUser(user.id)).length;
      const confirm: ConfirmModel = {
        heading: `Disable ${user.fullName}?`,
        consequence: [
          count === 0
            ? `${user.fullName} isn’t signed in now.`
            : `${user.fullName} will be signed out on ${plural(count, 'device')}, at once.`,
          'They can’t sign in again until somebody enables the account. Nothing is deleted.',
        ],
        action: pages.at(`/admin/users/${user.id}/disable`),
        confirmLabel: 'Disable account',
        danger: true,
        cancelHref: hrefOf(user),
        fields: [],
      };
      const options = {
        title: confirm.heading,
        session: sessionOf(request).record,
        section: 'users',
      } as const;
      pages.send(request, response, 'confirm', options, confirm);
    },

    async disable(request, response) {
      const user = await getUser(request.params.id);
      await assertMayDisable(user, sessionOf(request).record);
      const by = actorOf(request);
      await editUser(deps, { id: user.id, by }, settingStatus('disabled', by));
      pages.leaveNotice(response, {
        tone: 'success',
        text: `${user.fullName} is disabled and signed out everywhere.`,
      });
      response.redirect(303, hrefOf(user));
    },

    async enable(request, response) {
      const by = actorOf(request);
      const user = await editUser(deps, { id: request.params.id, by }, settingStatus('active', by));
      pages.leaveNotice(response, {
        tone: 'success',
        text: `${user.fullName} is enabled and can sign in again.`,
      });
      response.redirect(303, hrefOf(user));
    },
  };

  async function getUser(id: string): Promise<User> {
    const user = await directory.find(id);
    if (user === undefined)
      throw new EntranceError('not_found', {
        detail: 'There is no such user; perhaps the account was deleted.',
      });
    return user;
  }

  function hrefOf(user: User): string {
    return pages.at(`/admin/users/${user.id}`);
  }

  async function assertMayDisable(user: User, viewer: SessionRecord): Promise<void> {
    const reason = await whyNotDisable(user, viewer);
    if (reason !== undefined) throw new EntranceError('last_admin', { detail: reason });
  }

  /** Said before it is tried; the directory holds the rule about the last administrator itself. */
  async function whyNotDisable(user: User, viewer: SessionRecord): Promise<string | undefined> {
    if (user.id === viewer.userId)
      return 'This is your own account. Ask another administrator to disable it.';
    return (await directory.isLastAdmin(user))
      ? 'This is the last administrator who can sign in. Make somebody else an administrator first.'
      : undefined;
  }

  function model(
    user: User,
    reason: string | undefined,
    mayAct: boolean,
  ): Omit<UserModel, 'sessions' | 'teams'> {
    const isActive = user.status === 'active';
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
      },
      identity: {
        provider: providerNames[user.provider],
        identifiers: [
          { label: 'User ID', value: user.id },
          ...(user.providerId === null ? [] : [{ label: 'Object ID', value: user.providerId }]),
          ...(user.tenantId === null ? [] : [{ label: 'Directory (tenant) ID', value: user.tenantId }]),
        ],
      },
      roles: user.roles.map((grant) => ({
        ...roleBadge(grant.name),
        origin: grant.origin === 'sso' ? 'From Microsoft' : 'Given here',
      })),
      historyHref: pages.at(`/admin/audit?user=${user.id}`),
      actions: {
        disable: mayAct && isActive && reason === undefined ? { href: `${hrefOf(user)}/disable` } : undefined,
        enable: mayAct && !isActive ? { action: `${hrefOf(user)}/enable` } : undefined,
        explanation: mayAct
          ? isActive
            ? reason
            : undefined
          : 'Your role lets you look, but not change anything.',
      },
      backHref: pages.at('/admin/users'),
    };
  }
}

function mayChange(viewer: SessionRecord): boolean {
  return viewer.roles.includes(PLATFORM_ADMIN);
}
