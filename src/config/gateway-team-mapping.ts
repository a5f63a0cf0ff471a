import * as z from 'zod';
import type { GrantRule } from '../identity/reconcile-grants.js';
import { isUuid } from '../identity/uuid.js';
import type { Setting } from './setting.js';
import type { SettingsReader } from './settings-reader.js';

export type TeamMappings = Setting<readonly GrantRule[]>;

/** The gateway’s second form of a mapping’s value: the team with a role in it. */
const teamWithRole = z.object({ team_id: z.string() });
const PARTS = /"(?:[^"\\]|\\.)*"|\{(?:"(?:[^"\\]|\\.)*"|[^"{}])*\}/g;

/** The team mappings of a provider under the MCP Gateway’s name. */
export function gatewayTeamMapping(name: string, teamMappings: TeamMappings): TeamMappings {
  return {
    ...teamMappings,
    name,
    meaning: `The MCP Gateway’s name for \`${teamMappings.name}\`, which counts if both are set. Write the names of teams in place of their IDs.`,
    schema: z.string().transform(inOurForm).pipe(teamMappings.schema),
  };
}

/** Replaces each object by the team that it names, in the text, since a parsed object doesn’t show repeated keys. */
function inOurForm(text: string): string {
  const begin = text.indexOf('{') + 1;
  return text.slice(0, begin) + text.slice(begin).replaceAll(PARTS, (part) => teamIn(part) ?? part);
}

function teamIn(part: string): string | undefined {
  if (!part.startsWith('{')) return undefined;
  try {
    const { data } = teamWithRole.safeParse(JSON.parse(part));
    return data === undefined ? undefined : JSON.stringify(data.team_id);
  } catch {
    return undefined;
  }
}

/** The team mappings by our name or, if it isn’t set, by the gateway’s name; and the name that was used. */
export function readTeamMappings(
  settings: SettingsReader,
  declared: { readonly teamMappings: TeamMappings; readonly gatewayTeamMappings?: TeamMappings },
): { readonly rules: readonly GrantRule[]; readonly name: string } {
  const { teamMappings, gatewayTeamMappings } = declared;
  const ours = { rules: settings.get(teamMappings), name: teamMappings.name };
  if (gatewayTeamMappings === undefined) return ours;
  const theirs = { rules: settings.get(gatewayTeamMappings), name: gatewayTeamMappings.name };
  if (!settings.isSet(gatewayTeamMappings)) return ours;
  if (settings.isSet(teamMappings)) {
    settings.warn(`${theirs.name} has no effect: ${ours.name} is set`);
    return ours;
  }
  warnOfGatewaysForm(settings, theirs, ours.name);
  return theirs;
}

/** The gateway’s form can hold roles in teams, which have no effect here. */
function warnOfGatewaysForm(
  settings: SettingsReader,
  { name, rules }: ReturnType<typeof readTeamMappings>,
  ourName: string,
): void {
  if (/"role"\s*:/.test(settings.text(name) ?? ''))
    settings.warn(
      `${name} gives roles in teams, which have no effect: teams have no roles of their own here`,
    );
  if (rules.some((rule) => isUuid(rule.name)))
    settings.warn(
      `${name} names teams by IDs of the MCP Gateway, and teams with these names would be made: write the names of teams, in ${ourName}`,
    );
}
