import * as z from 'zod';
import type { Actor } from '../audit/event.js';
import { EntranceError } from '../errors.js';
import { parseRoleName, withoutBlanksAround } from '../identity/role-name.js';
import { roleNames } from '../identity/roles.js';
import type { Grant, User } from '../identity/user.js';
import type { UserChange } from './change-user.js';

export const roleName = z
  .string()
  .overwrite(withoutBlanksAround)
  .superRefine((text, context) => {
    const parsed = parseRoleName(text);
    if ('problem' in parsed) context.addIssue({ code: 'custom', message: parsed.problem });
  });

/**
 * The name of a role that a user may hold already: earlier versions allowed names that can still be kept and taken, and
 * no longer given.
 */
export const heldRoleName = z.string().overwrite(withoutBlanksAround).min(1).max(200);

/** Decides on a change of the present user; undefined if the user needs no change. */
export type Edit = (user: User, by: Actor) => UserChange | undefined;

/** Makes all of these edits in one step. No two of them may change the same field. */
export function allOf(edits: readonly Edit[]): Edit {
  return (user, by) => {
    const wanted = edits.map((edit) => edit(user, by)).filter((change) => change !== undefined);
    if (wanted.length === 0) return undefined;
    return wanted.reduce((all, one) => ({
      changes: { ...all.changes, ...one.changes },
      events: [...all.events, ...one.events],
    }));
  };
}

export function renaming(fullName: string): Edit {
  return (user, by) =>
    user.fullName === fullName
      ? undefined
      : {
          changes: { fullName },
          events: [{ action: 'user-update', by, target: user, changes: { fullName } }],
        };
}

/** Throws EntranceError `invalid_request` for a user who waits for a decision. */
export function settingStatus(status: 'active' | 'disabled'): Edit {
  return (user, by) => {
    if (user.status === status) return undefined;
    if (user.status === 'pending' || user.status === 'rejected') {
      throw new EntranceError('invalid_request', {
        detail: 'status: this is decided by approving or rejecting the account.',
      });
    }
    const action = status === 'active' ? 'user-enable' : 'user-disable';
    return { changes: { status }, events: [{ action, by, target: user }] };
  };
}

/**
 * Gives one more role by hand: until a time (ISO 8601), or without an end. A role that is given by hand already gets the
 * new end. Throws like `grantingRoles`.
 */
export function givingRole(name: string, until?: string): Edit {
  const giving = grantingRoles((held) => [...held, name]);
  return (user, by) => {
    const held = user.roles.find((grant) => isManual(grant) && grant.name === name);
    if (held === undefined ? until === undefined : endIn(held) === until) return giving(user, by);
    assertRoleNames([name]);
    const others = user.roles.filter((grant) => grant !== held);
    const roles = [...others, manualGrant(name, until)];
    const changed = { added: [name], removed: [] };
    return {
      changes: { roles },
      events: [{ action: 'user-roles-change', by, target: user, roles: changed, until }],
    };
  };
}

export function manualGrant(name: string, until: string | undefined): Grant {
  return { name, origin: 'manual', ...(until === undefined ? {} : { until }) };
}

export function endIn(grant: Grant): string | undefined {
  return grant.origin === 'manual' ? grant.until : undefined;
}

export function takingRole(name: string): Edit {
  return grantingRoles((held) => held.filter((one) => one !== name));
}

/**
 * Replaces the roles that are given by hand by the result of `change`; roles by single sign-on stay as they are.
 * `check` throws if a new role can’t be given. The edit throws EntranceError `invalid_request` if a new role isn't a
 * role's name.
 */
export function grantingRoles(
  change: (held: readonly string[]) => readonly string[],
  check?: (added: readonly string[]) => void,
): Edit {
  return (user, by) => {
    const before = roleNames(user.roles.filter(isManual));
    const after = [...new Set(change(before))];
    const added = after.filter((name) => !before.includes(name));
    const removed = before.filter((name) => !after.includes(name));
    if (added.length + removed.length === 0) return undefined;
    check?.(added);
    assertRoleNames(added);
    return {
      changes: { roles: withManual(user.roles, after) },
      events: [{ action: 'user-roles-change', by, target: user, roles: { added, removed } }],
    };
  };
}

function assertRoleNames(names: readonly string[]): void {
  const problems = names
    .map(parseRoleName)
    .flatMap((parsed) => ('problem' in parsed ? [parsed.problem] : []));
  if (problems.length > 0)
    throw new EntranceError('invalid_request', { detail: `roles: ${problems.join('; ')}` });
}

/** The grants, with these names as the manual ones. A manual grant that stays keeps its end. */
export function withManual(grants: readonly Grant[], names: readonly string[]): readonly Grant[] {
  const held = grants.filter(isManual);
  const manual = names.map(
    (name) => held.find((grant) => grant.name === name) ?? manualGrant(name, undefined),
  );
  return [...grants.filter((grant) => !isManual(grant)), ...manual];
}

export function isManual({ origin }: Grant): boolean {
  return origin === 'manual';
}
