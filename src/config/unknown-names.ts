import { entraSettings } from './entra.js';
import { missingProviders } from './not-yet.js';
import { type AnySetting, fileVariable, isSecret } from './setting.js';
import type { SettingsReader } from './settings-reader.js';
import { ssoSettings } from './sso.js';

/** Further apart than this, a name isn’t a slip of the other. */
const LARGEST_SLIP = 4;

/** A slip in a name would leave a setting at its default without a word. */
export function checkUnknownNames(settings: SettingsReader): void {
  const known = knownNames();
  for (const name of settings.names()) {
    if (
      !name.startsWith('SSO_') ||
      known.includes(name) ||
      missingProviders.some((provider) => name.startsWith(`${provider}_`))
    )
      continue;
    const nearest = nearestOf(name, known);
    settings.warn(
      `${name} is no setting and has no effect${nearest === undefined ? '' : ` (did you mean ${nearest}?)`}`,
    );
  }
}

function knownNames(): readonly string[] {
  const available: readonly AnySetting[] = [...Object.values(ssoSettings), ...Object.values(entraSettings)];
  return [
    ...available.flatMap((setting) =>
      isSecret(setting) ? [setting.name, fileVariable(setting)] : [setting.name],
    ),
    ...missingProviders.flatMap((provider) =>
      ['ENABLED', 'CLIENT_ID', 'CLIENT_SECRET', 'ISSUER'].map((end) => `${provider}_${end}`),
    ),
  ];
}

function nearestOf(name: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .sort((one, other) => one.distance - other.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= LARGEST_SLIP ? best.candidate : undefined;
}

/** Levenshtein’s: how many letters to insert, delete or replace. */
function editDistance(one: string, other: string): number {
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...one].entries()) {
    const current = [row + 1];
    for (const [column, otherLetter] of [...other].entries()) {
      const [diagonal = 0, above = 0] = previous.slice(column, column + 2);
      const left = current[column] ?? 0;
      current.push(Math.min(above + 1, left + 1, diagonal + (letter === otherLetter ? 0 : 1)));
    }
    previous = current;
  }
  return previous.at(-1) ?? 0;
}
