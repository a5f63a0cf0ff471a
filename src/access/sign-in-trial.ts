import * as z from 'zod';
import type { Config, ProviderConfig } from '../config/config.js';
import type { Directory } from '../directory/directory.js';
import { type ErrorCode, errorStatuses } from '../error-codes.js';
import { type Admission, admit } from '../identity/admission.js';
import { hasLapsed } from '../identity/approval.js';
import { isComplete, namedIn } from '../identity/claimed.js';
import { assertedBy, roleRules, teamRules } from '../identity/grant-rules.js';
import { sourceInWords } from '../identity/grant-words.js';
import type { Identity } from '../identity/identity.js';
import { type GrantRules, reconcileGrants } from '../identity/reconcile-grants.js';
import { holdsRole, PLATFORM_ADMIN } from '../identity/roles.js';
import type { Grant, User } from '../identity/user.js';
import { type Teams, teamKey } from '../teams/teams.js';

const text = z.string();
const grant = z.object({ name: text, because: z.array(text).readonly() });
const account = z.object({ id: text, fullName: text });
const rights = z.object({ names: z.array(text).readonly(), isComplete: z.boolean() });

const preview = z.object({
  outcome: z.enum(['refuse', 'create', 'wait', 'claim', 'welcome']),
  code: z.enum(Object.keys(errorStatuses) as ErrorCode[]).optional(), // the keys of a record of all codes
  /** The account that the person would get, or that stands in the way. */
  account: account.optional(),
  roles: z.array(grant).readonly(),
  teams: z.array(grant).readonly(),
  /** True if the settings leave the grants of a known account as they are. */
  keepsGrants: z.boolean(),
  identity: z.object({
    id: text,
    scope: text,
    fullName: text,
    email: text.optional(),
    emailVerified: z.boolean(),
    groups: rights,
    appRoles: rights,
  }),
});
/** The effects that a sign-in would have. */
export type SignInPreview = z.infer<typeof preview>;

/** The result of a test sign-in, as it is kept for the administrator who made it. */
export const signInTrial = z.object({
  provider: text,
  /** Milliseconds since the epoch. */
  at: z.number(),
  /** Present if the provider refused the sign-in, or if its answer was refused. */
  failure: z
    .object({ code: text, title: text, detail: text, remedy: text.optional(), providerCode: text.optional() })
    .optional(),
  preview: preview.optional(),
  claims: z.array(z.object({ from: text, name: text, value: text })).readonly(),
});
export type SignInTrial = z.infer<typeof signInTrial>;

export interface PreviewStores {
  readonly directory: Directory;
  readonly teams: Teams;
}

/** Applies the rules of a sign-in to an identity, and changes nothing: not the account, and no team is made. */
export async function previewSignIn(
  { directory, teams }: PreviewStores,
  { sso }: Pick<Config, 'sso'>,
  provider: ProviderConfig,
  identity: Identity,
  now: number,
): Promise<SignInPreview> {
  const found = await Promise.all([
    directory.findByIdentity(identity.key),
    identity.email === undefined ? undefined : directory.findByEmail(identity.email),
  ]);
  const [known, holder] = found.map((user) =>
    user !== undefined && hasLapsed(user, now) ? undefined : user,
  );
  const policy = { ...sso, trustedDomains: provider.trustedDomains };
  const admission = admit(identity, policy, { known, holder });
  const before = admission.action === 'refuse' ? undefined : accountOf(admission);
  const keepsGrants = admission.action === 'welcome' && !provider.syncRolesOnLogin;
  const after = (previous: readonly Grant[], rules: GrantRules) =>
    keepsGrants
      ? previous
      : reconcileGrants(previous, assertedBy(identity), rules, new Date(now).toISOString());
  const merged = admission.action === 'welcome' ? admission.merges : undefined;
  const roles = after(
    [...(before?.roles ?? []), ...(merged?.roles ?? [])],
    roleRules(provider, sso.autoAdminDomains),
  );
  const memberships = after(
    [...(before?.teams ?? []), ...(merged?.teams ?? [])],
    await rulesOfTeams(teams, provider),
  );
  const names = await teams.findAll(memberships.map(({ name }) => name));
  return {
    ...(await outcomeOf(admission, directory, roles)),
    account: nameOf(before ?? (admission.action === 'refuse' ? (admission.user ?? holder) : undefined)),
    roles: explained(roles),
    teams: explained(memberships, (id) => names.get(id)?.name ?? id),
    keepsGrants,
    identity: factsOf(identity),
  };
}

/** A person waits for approval, unless they would be the first administrator. */
async function outcomeOf(
  admission: Admission,
  directory: Directory,
  roles: readonly Grant[],
): Promise<Pick<SignInPreview, 'outcome' | 'code'>> {
  if (admission.action === 'refuse') return { outcome: 'refuse', code: admission.code };
  if (admission.action !== 'create' || admission.status === 'active') return { outcome: admission.action };
  const isFirst = holdsRole(roles, PLATFORM_ADMIN) && !(await directory.hasAdmin());
  return { outcome: isFirst ? 'create' : 'wait' };
}

function accountOf(admission: Exclude<Admission, { action: 'refuse' }>): User | undefined {
  return admission.action === 'create' ? undefined : admission.user;
}

/** A team that doesn't exist yet goes by its name. */
async function rulesOfTeams(teams: Teams, { teamMappings }: ProviderConfig): Promise<GrantRules> {
  const ids = await teams.findIds(teamMappings.map(({ name }) => name));
  return teamRules(teamMappings, (name) => ids.get(teamKey(name)) ?? name);
}

function explained(grants: readonly Grant[], nameOf: (name: string) => string = (name) => name) {
  const names = [...new Set(grants.map(({ name }) => name))];
  return names.map((name) => ({
    name: nameOf(name),
    because: grants.filter((one) => one.name === name).flatMap(reasonsOf),
  }));
}

function reasonsOf(one: Grant): readonly string[] {
  return one.origin === 'manual' ? ['given by hand'] : one.sources.map(sourceInWords);
}

function nameOf(user: User | undefined): SignInPreview['account'] {
  return user === undefined ? undefined : { id: user.id, fullName: user.fullName };
}

function factsOf({ key, fullName, email, emailVerified, groups, appRoles }: Identity) {
  return {
    id: key.providerId,
    scope: key.providerScope,
    fullName,
    email,
    emailVerified,
    groups: { names: namedIn(groups), isComplete: isComplete(groups) },
    appRoles: { names: namedIn(appRoles), isComplete: isComplete(appRoles) },
  };
}
