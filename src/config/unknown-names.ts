import { createNearest } from '../identity/nearest.js';
import { foreignIn } from './foreign-names.js';
import type { ProviderSettings } from './provider-settings.js';
import { knownNames } from './setting-groups.js';
import type { SettingsReader } from './settings-reader.js';

/** Shorter names, such as `PORT`, differ from many others by one letter. */
const SHORTEST = 8;

/** @param everyNameIsOurs whether the environment holds only names that are meant for us */
export function checkUnknownNames(
  settings: SettingsReader,
  kinds: readonly ProviderSettings[],
  everyNameIsOurs = false,
): void {
  const known = new Set(knownNames(kinds, (name) => settings.text(name)));
  const isForeign = foreignIn(kinds);
  const long = [...known].filter(isLong);
  const nearestTo = createNearest(long, largestSlip);
  const joined = new Map(long.map((name) => [compact(name), name]));
  for (const name of settings.names()) {
    if (known.has(name) || isForeign(name)) continue;
    if (known.has(foldedName(name)) && saysTheSame(settings, name)) continue;
    const fault = faultOf(name, { known, nearestTo, joined });
    if (fault !== undefined) settings.warn(`${printable(name)} ${fault}`);
    else if (everyNameIsOurs || foldedName(name).startsWith('SSO_'))
      settings.warn(`${printable(name)} is no setting and has no effect`);
  }
}

interface OurNames {
  readonly known: ReadonlySet<string>;
  /** Finds our nearest name among those that are long enough to be recognised in spite of a slip. */
  readonly nearestTo: (name: string) => string | undefined;
  /** The same names, by their form without underscores. */
  readonly joined: ReadonlyMap<string, string>;
}

function faultOf(name: string, { known, nearestTo, joined }: OurNames): string | undefined {
  const folded = foldedName(name);
  if (known.has(folded)) return `has no effect: the name is written ${folded}`;
  const same = joined.get(compact(folded));
  if (same !== undefined) return noEffect(same);
  const [, base] = /^(.*)_FILE$/.exec(folded) ?? [];
  if (base !== undefined && isLong(base) && known.has(base))
    return `has no effect: only secrets are read from files; set ${base} itself`;
  if (isLong(folded) && known.has(`${folded}_FILE`)) return noEffect(`${folded}_FILE`);
  const nearest = nearestTo(folded);
  return nearest === undefined ? undefined : noEffect(nearest);
}

/** On Windows names are compared without regard to case, so both are one variable. */
function saysTheSame(settings: SettingsReader, name: string): boolean {
  return settings.text(foldedName(name)) === settings.text(name);
}

function noEffect(meant: string): string {
  return `is no setting and has no effect (did you mean ${meant}?)`;
}

function isLong(name: string): boolean {
  return name.length >= SHORTEST;
}

/** The number of letters that may differ: more in a long name, and in a name with a prefix that only ours have. */
function largestSlip(name: string): number {
  if (name.startsWith('SSO_')) return Math.min(4, Math.floor(name.length / 4));
  return name.length >= 24 ? 3 : name.length >= 12 ? 2 : 1;
}

/** The name without characters that shells, file formats and keyboards add: `export base-url ` is BASE_URL. */
function foldedName(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/^\s*(?:export|set)\s+/i, '')
    .toUpperCase()
    .replace(/[^A-Z\d]+/g, '_')
    .replace(/^_|_$/g, '');
}

function compact(name: string): string {
  return name.replaceAll('_', '');
}

/** A name is no secret, but it may hold control characters that a terminal would obey. */
function printable(name: string): string {
  return /^\w+$/.test(name) ? name : JSON.stringify(name.replace(/\P{ASCII}/gu, '?')).slice(0, 80);
}
