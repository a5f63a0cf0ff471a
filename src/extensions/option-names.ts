import type { Extensions } from '../extensions.js';
import { createNearest } from '../identity/nearest.js';
import { quoted } from '../identity/quoted.js';

/** The options of `createEntrance`. An option that is missing here doesn't compile. */
const known: Readonly<Record<keyof Extensions | 'settings' | 'prefix' | 'log', true>> = {
  settings: true,
  prefix: true,
  log: true,
  admit: true,
  onSignIn: true,
  onUserCreated: true,
  onSignOut: true,
  auditSink: true,
  views: true,
  directory: true,
  providers: true,
  texts: true,
};
const names = Object.keys(known);
const LARGEST_SLIP = 2;
const nearestTo = createNearest(names, () => LARGEST_SLIP);

/**
 * A misspelt `admit` would let everybody in whom it was written to keep out. JavaScript has no compiler that finds it.
 * @throws TypeError for options that don't exist
 */
export function assertOptionNames(options: object): void {
  const unknown = Object.keys(options).filter((name) => !Object.hasOwn(known, name));
  if (unknown.length === 0) return;
  throw new TypeError(`createEntrance has no option ${unknown.map(withGuess).join(', ')}`);
}

function withGuess(name: string): string {
  const guess = nearestTo(name);
  return guess === undefined ? quoted(name) : `${quoted(name)} (did you mean ${guess}?)`;
}
