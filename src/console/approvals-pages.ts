import type { RequestHandler } from 'express';
import * as z from 'zod';
import { existingUser } from '../directory/change-user.js';
import type { UserPage, UserQuery } from '../directory/directory.js';
import { editUser } from '../directory/edit-user.js';
import { actorOf, mayChange, sessionOf } from '../guards/guards.js';
import { REQUEST_LIFETIME_DAYS } from '../identity/approval.js';
import { roleNames } from '../identity/roles.js';
import type { User } from '../identity/user.js';
import type { ApprovalsModel } from '../pages/models/people.js';
import { approving, forgetLapsedRequests, rejecting, rejectionReason } from '../people/approval.js';
import { pageCursors, parseUserQuery } from '../requests/user-query.js';
import { plural } from '../words.js';
import type { IdHandler } from './console-pages.js';
import type { ConsoleDependencies } from './dependencies.js';
import { parseForm } from './form.js';
import { originInWords } from './identity-words.js';
import { timeInWords } from './time-in-words.js';
import { emailInWords, roleBadge } from './user-words.js';

const PAGE_SIZE = 25;

export interface ApprovalPages {
  readonly list: RequestHandler;
  readonly approve: IdHandler;
  readonly askToReject: IdHandler;
  readonly reject: IdHandler;
}

const rejection = z.object({ reason: rejectionReason });

/** Lists the people who wait for approval, and decides about them. */
export function createApprovalPages(deps: ConsoleDependencies): ApprovalPages {
  const { directory, pages, clock } = deps;
  const all = pages.at('/admin/approvals');
  const hrefOf = ({ id }: Pick<User, 'id'>) => `${all}/${encodeURIComponent(id)}`;

  return {
    async list(request, response) {
      await forgetLapsedRequests(directory, clock);
      const { cursor } = request.query;
      const query: UserQuery = {
        ...parseUserQuery({ cursor }, { sort: 'created_at', limit: PAGE_SIZE }),
        status: 'pending',
      };
      const [page, count] = await Promise.all([directory.list(query), directory.countWithStatus('pending')]);
      const options = { title: 'Approvals', section: 'approvals' } as const;
      const mayAct = mayChange(sessionOf(request).record);
      pages.show(request, response, 'approvals', options, model(page, query, count, mayAct));
    },

    approve: (request, response) =>
      pages.answerForm(response, all, async () => {
        const editing = { ...request.params, by: actorOf(request) };
        const { fullName } = await editUser(deps, editing, approving(clock.now()));
        return `${fullName} is approved and can sign in now.`;
      }),

    async askToReject(request, response) {
      const user = await existingUser(directory, request.params.id);
      pages.ask(request, response, 'approvals', {
        heading: `Reject ${user.fullName}?`,
        consequence: [
          `${user.email} stays out until somebody approves the account after all.`,
          'When they try to sign in again, they read what you write here.',
        ],
        action: `${hrefOf(user)}/reject`,
        confirmLabel: 'Reject',
        cancelHref: all,
        text: { name: 'reason', label: 'What to tell them (optional)', most: 500 },
      });
    },

    reject: (request, response) =>
      pages.answerForm(response, all, async () => {
        const { reason } = parseForm(request, rejection);
        const editing = { ...request.params, by: actorOf(request) };
        const { fullName } = await editUser(deps, editing, rejecting(reason, clock.now()));
        return `${fullName} is rejected.`;
      }),
  };

  function model(page: UserPage, query: UserQuery, count: number, mayAct: boolean): ApprovalsModel {
    const cursors = pageCursors(page, query);
    const hrefTo = (cursor: string | null) =>
      cursor === null ? undefined : `${all}?${new URLSearchParams({ cursor })}`;
    return {
      lifetimeDays: REQUEST_LIFETIME_DAYS,
      count: count === 0 ? undefined : plural(count, 'person', 'people'),
      waiting: page.users.map((user) => row(user, mayAct)),
      rejectedHref: pages.at('/admin/users?status=rejected'),
      newerHref: hrefTo(cursors.previous),
      olderHref: hrefTo(cursors.next),
    };
  }

  function row(user: User, mayAct: boolean): ApprovalsModel['waiting'][number] {
    return {
      href: pages.at(`/admin/users/${user.id}`),
      name: user.fullName,
      email: emailInWords(user),
      origin: originInWords(user),
      asked: timeInWords(user.createdAt, clock.now()),
      roles: roleNames(user.roles).map(roleBadge),
      approveAction: mayAct ? `${hrefOf(user)}/approve` : undefined,
      rejectHref: mayAct ? `${hrefOf(user)}/reject` : undefined,
    };
  }
}
