import type { Logger } from 'pino';
import * as z from 'zod';
import { type Claimed, isComplete, namedIn, UNKNOWN, unionOf } from '../../identity/claimed.js';
import { readList } from '../claim-list.js';
import { type KeycloakConfig, mappedValues } from './settings.js';
import { type Notify, type Sources, valueIn } from './sources.js';

export const REALM_ROLES = 'realm_access';
export const CLIENT_ROLES = 'resource_access';

const roles = z.looseObject({ roles: z.unknown().optional() });
const rolesByClient = z.record(z.string().max(255), roles);

export function claimsOfRights({ groupsClaim, mapRealmRoles, mapClientRoles }: KeycloakConfig) {
  return [groupsClaim, ...(mapRealmRoles ? [REALM_ROLES] : []), ...(mapClientRoles ? [CLIENT_ROLES] : [])];
}

/** They share one name space: a group's path begins with a slash, a client’s role with the client's ID. */
export function rightsIn(sources: Sources, config: KeycloakConfig, notify: Notify): Claimed {
  const { mapRealmRoles, mapClientRoles } = config;
  return unionOf([
    groupsIn(sources, config, notify),
    ...(mapRealmRoles ? [realmRolesIn(sources, config, notify)] : []),
    ...(mapClientRoles ? [clientRolesIn(sources, config, notify)] : []),
  ]);
}

/**
 * Keycloak's mapper sends an empty list for a person without groups. If the claim is missing, there is no mapper, so
 * groups give nothing. But if a path is mapped in the settings, a mapper is expected, and the groups are unknown.
 */
function groupsIn(sources: Sources, config: KeycloakConfig, notify: Notify): Claimed {
  const { groupsClaim } = config;
  const claim = valueIn(sources, groupsClaim);
  if (claim !== undefined) return withBothSpellings(listIn(claim, groupsClaim, notify));
  if (!sources.areComplete) return UNKNOWN;
  if (!mappedValues(config).some(isPath)) return [];
  notify(
    `the claim \`${groupsClaim}\` is nowhere, though a group is mapped: what groups gave stays as it was. Clients → ${config.clientId} → Client scopes → ${config.clientId}-dedicated → Add mapper → By configuration → Group Membership, with the Token Claim Name ${groupsClaim}`,
  );
  return UNKNOWN;
}

function realmRolesIn(sources: Sources, config: KeycloakConfig, notify: Notify): Claimed {
  const claim = valueIn(sources, REALM_ROLES);
  if (claim === undefined) return absentRoles(sources, CLIENT_ROLES, config, notify);
  const read = roles.safeParse(claim).data;
  return read === undefined ? unreadable(REALM_ROLES, notify) : listIn(read.roles, REALM_ROLES, notify);
}

function clientRolesIn(sources: Sources, config: KeycloakConfig, notify: Notify): Claimed {
  const claim = valueIn(sources, CLIENT_ROLES);
  if (claim === undefined) return absentRoles(sources, REALM_ROLES, config, notify);
  const read = rolesByClient.safeParse(claim).data;
  if (read === undefined) return unreadable(CLIENT_ROLES, notify);
  return unionOf(
    Object.entries(read).map(([client, { roles: names }]) =>
      mapped(listIn(names, CLIENT_ROLES, notify), (name) => [`${client}:${name}`]),
    ),
  );
}

/**
 * Keycloak leaves a claim of roles out if it would be empty. If the access token has the other claim of roles, roles
 * are sent, and this claim is empty. Everybody has the default roles, so if both claims are missing, roles aren't sent.
 */
function absentRoles(
  { accessToken, areComplete }: Sources,
  otherClaim: string,
  config: KeycloakConfig,
  notify: Notify,
): Claimed {
  if (accessToken?.[otherClaim] !== undefined) return [];
  if (areComplete && mappedValues(config).every(isPath)) return [];
  notify(
    'no token holds roles: what they gave stays as it was. Clients → ‹client› → Client scopes has to list “roles” as a default scope, and the client’s “Always use lightweight access token” has to be off, or the mappers of “roles” have to be on for the ID token. If no role gives anything here, set SSO_KEYCLOAK_MAP_REALM_ROLES=false',
  );
  return UNKNOWN;
}

function isPath(value: string): boolean {
  return value.startsWith('/');
}

/** With “Full group path” a top-level group has a slash before its name; settings may leave it out. */
function withBothSpellings(groups: Claimed): Claimed {
  return mapped(groups, (group) => {
    const name = group.replace(/^\//, '');
    return name === '' || name.includes('/') ? [group] : [`/${name}`, name];
  });
}

function listIn(claim: unknown, name: string, notify: Notify): Claimed {
  return readList(claim, (unread) =>
    notify(
      `the claim \`${name}\` holds what can’t be read (${Object.keys(unread).sort().join(', ')}): it was left out`,
    ),
  );
}

function unreadable(name: string, notify: Notify): Claimed {
  notify(`the claim \`${name}\` can’t be read: what it gave stays as it was`);
  return UNKNOWN;
}

function mapped(claimed: Claimed, change: (value: string) => readonly string[]): Claimed {
  const values = namedIn(claimed).flatMap(change);
  return isComplete(claimed) ? values : { atLeast: values };
}

/** Logs each text once. */
export function noticesTo(log: Logger): Notify {
  const told = new Set<string>();
  return (text) => {
    if (told.has(text)) return;
    told.add(text);
    log.warn(text);
  };
}
