import { systemClock } from '../clock.js';
import type { Config } from '../config/config.js';
import { waysIn } from '../config/ways-in.js';
import {
  moveTenant,
  planTenantMove,
  type TenantMove,
  type TenantMovePlan,
  type TenantMoveStep,
} from '../directory/move-tenant.js';
import { readObjectIds } from '../directory/object-id-csv.js';
import { roleNames } from '../identity/roles.js';
import { isTenantId } from '../identity/tenant.js';
import { confirmedEmail, isSso } from '../identity/user.js';
import { providerKinds } from '../providers/kinds.js';
import type { Stores } from '../stores.js';

export interface TenantMoveArguments {
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** The text of the file of object IDs. */
  readonly map: string | undefined;
}

/** Parses the options: gives the move, or the problem with the options. */
export async function parseTenantMove({
  from = '',
  to = '',
  map,
}: TenantMoveArguments): Promise<TenantMove | { readonly problem: string }> {
  const [old, wanted] = [from.trim().toLowerCase(), to.trim().toLowerCase()];
  if (!isTenantId(old) || !isTenantId(wanted))
    return { problem: 'Give the directory (tenant) IDs, which are GUIDs: --from OLD --to NEW' };
  if (old === wanted) return { problem: '--from and --to are the same directory' };
  if (map === undefined) return { from: old, to: wanted, objectIds: undefined };
  const file = await readObjectIds(map);
  if ('objectIds' in file) return { from: old, to: wanted, objectIds: file.objectIds };
  return { problem: `--map: ${inShort(file.problems)}` };
}

export interface TenantMoveReport {
  readonly report: string;
  /** False if the move would leave no administrator; then nothing was changed. */
  readonly isDone: boolean;
}

/** `entrance users move-tenant`: prints the changes and, with `apply`, makes them. */
export async function moveTenantBy(
  move: TenantMove,
  config: Pick<Config, 'localAccounts' | 'sso'>,
  stores: Pick<Stores, 'directory' | 'sessions' | 'refreshGrants' | 'audit'>,
  { apply, json }: { readonly apply: boolean; readonly json: boolean },
): Promise<TenantMoveReport> {
  const plan = await planTenantMove(stores.directory, move, waysIn(config));
  const isDone = plan.leavesAdministrator || plan.steps.length === 0;
  const applied = apply && plan.steps.length > 0 && isDone;
  if (applied) await moveTenant(stores, move, plan, {}, systemClock.now());
  const report = json
    ? `${JSON.stringify(toJson(move, plan, applied))}\n`
    : inWords(move, plan, { applied, notes: notesOn(move, config) });
  return { report, isDone };
}

function inWords(
  { from, to, objectIds }: TenantMove,
  { steps, leavesAdministrator }: TenantMovePlan,
  { applied, notes }: { readonly applied: boolean; readonly notes: readonly string[] },
): string {
  if (steps.length === 0) return `Nobody signs in with the directory ${from}.\n`;
  const people = `${steps.length.toLocaleString('en')} ${steps.length === 1 ? 'person signs' : 'people sign'}`;
  const lines = [
    `${people} in with the directory ${from}, and ${steps.length === 1 ? 'is' : 'are'} to sign in with ${to}:`,
    ...steps.map((step) => `  ${step.user.fullName} <${step.user.email}>: ${stepInWords(step, to)}`),
    ...(objectIds === undefined
      ? ['An unlinked account is claimed by the next sign-in that brings its address, verified.']
      : []),
    ...notes,
    ending(leavesAdministrator, applied),
  ];
  return `${lines.join('\n')}\n`;
}

function ending(leavesAdministrator: boolean, applied: boolean): string {
  if (!leavesAdministrator)
    return 'Nothing was changed: no platform_admin would be left who can sign in. Give one of the administrators a new object ID by --map, or keep a local administrator (SSO_PRESERVE_ADMIN_AUTH=true, PLATFORM_ADMIN_EMAIL).';
  return applied
    ? 'Done. They were signed out everywhere.'
    : 'Nothing was changed. Look it through, then run it again with --apply.';
}

function stepInWords(step: TenantMoveStep, to: string): string {
  const { user } = step;
  if (step.action === 'relink') return `known by the object ID ${step.objectId} in ${to}; keeps everything`;
  if (step.action === 'unlink') {
    const lost = [...new Set(user.roles.filter(isSso).map(({ name }) => name))];
    const kept = roleNames(user.roles.filter((grant) => !isSso(grant)));
    const parts = [
      confirmedEmail(user) === undefined
        ? 'unlinked; the address isn’t confirmed, so nobody claims the account by it: name them in --map'
        : 'unlinked',
      ...(user.status === 'active' ? [] : [`stays ${user.status}`]),
      ...(kept.length === 0 ? [] : [`keeps ${kept.join(', ')}`]),
      ...(lost.length === 0 ? [] : [`loses ${lost.join(', ')} until the provider gives it again`]),
    ];
    return parts.join('; ');
  }
  return step.reason === 'not_in_map'
    ? 'stays as it is: --map doesn’t name the object ID'
    : 'stays as it is: that object ID in the new directory has an account already. Unlink or delete one of the two';
}

/** Settings that would keep people out although their accounts were moved. */
function notesOn({ to }: TenantMove, { sso }: Pick<Config, 'sso'>): readonly string[] {
  return sso.providers.flatMap((provider) => {
    const note = providerKinds.find(({ kind }) => kind === provider.kind)?.keepsOut?.(provider, to);
    return note === undefined ? [] : [note];
  });
}

function toJson({ from, to }: TenantMove, { steps, leavesAdministrator }: TenantMovePlan, applied: boolean) {
  return {
    from,
    to,
    applied,
    leaves_administrator: leavesAdministrator,
    people: steps.map((step) => ({
      id: step.user.id,
      email: step.user.email,
      email_confirmed: confirmedEmail(step.user) !== undefined,
      full_name: step.user.fullName,
      status: step.user.status,
      provider_id: step.identity.providerId,
      action: step.action,
      new_provider_id: step.action === 'relink' ? step.objectId : null,
      reason: step.action === 'stay' ? step.reason : null,
    })),
  };
}

const MOST_PROBLEMS = 5;

function inShort(problems: readonly string[]): string {
  const more = problems.length - MOST_PROBLEMS;
  return [...problems.slice(0, MOST_PROBLEMS), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}
