import * as z from 'zod';
import type { GrantRule } from '../identity/reconcile-grants.js';
import { isUuid } from '../identity/uuid.js';
import type { Setting } from './setting.js';
import type { SettingsReader } from './settings-reader.js';

/** The two forms of a mapping’s values: the team, or the team with a role in it. */
const team = z.union([z.string(), z.object({ team_id: z.string() }).transform(({ team_id }) => team_id)]);
const bothForms = z.record(z.string(), team);

/** The team mappings of a provider under the MCP Gateway’s name. */
export function gatewayTeamMapping(
  name: string,
  teamMappings: Setting<readonly GrantRule[]>,
): Setting<readonly GrantRule[]> {
  return {
    ...teamMappings,
    name,
    meaning: `The MCP Gateway’s name for \`${teamMappings.name}\`, which counts if both are set. Write the names of teams in place of their IDs.`,
    schema: z.string().transform(inOurForm).pipe(teamMappings.schema),
  };
}

/** A text in neither form is left to the schema of ours, which says what is wrong. */
function inOurForm(text: string): string {
  try {
    const parsed = bothForms.safeParse(JSON.parse(text)).data;
    return parsed === undefined || !text.includes('team_id') ? text : JSON.stringify(parsed);
  } catch {
    return text;
  }
}

/** The team mappings by our name or, if that isn’t set, by the gateway’s; and the name by which they are set. */
export function mappingsByEitherName(
  settings: SettingsReader,
  teamMappings: Setting<readonly GrantRule[]>,
  ofGateway: Setting<readonly GrantRule[]>,
): { readonly rules: readonly GrantRule[]; readonly name: string } {
  const ours = { rules: settings.get(teamMappings), name: teamMappings.name };
  const theirs = { rules: settings.get(ofGateway), name: ofGateway.name };
  if (!settings.isSet(ofGateway)) return ours;
  if (!settings.isSet(teamMappings)) return theirs;
  settings.warn(`${theirs.name} has no effect: ${ours.name} is set`);
  return ours;
}

/** The same, with a warning of what else the gateway’s form can say. */
export function readTeamMappings(
  settings: SettingsReader,
  teamMappings: Setting<readonly GrantRule[]>,
  ofGateway: Setting<readonly GrantRule[]>,
): readonly GrantRule[] {
  const { rules, name } = mappingsByEitherName(settings, teamMappings, ofGateway);
  if (name !== ofGateway.name) return rules;
  if (/"role"\s*:/.test(settings.text(name) ?? ''))
    settings.warn(
      `${name} gives roles in teams, which have no effect: teams have no roles of their own here`,
    );
  if (rules.some((rule) => isUuid(rule.name)))
    settings.warn(
      `${name} names teams by IDs of the MCP Gateway, and teams with these names would be made: write the names of teams, in ${teamMappings.name}`,
    );
  return rules;
}
