import { fold } from './fold.js';
import { createNearest } from './nearest.js';

export interface NamedRole {
  readonly name: string;
  readonly label: string;
}

const MOST_SLIPS = 2;
const LETTERS_OF_A_SLIP = 4;

/** The role that somebody probably means, by its label or with a slip in the name; undefined if none is near. */
export function meantRole(typed: string, roles: readonly NamedRole[]): NamedRole | undefined {
  const words = new Map(roles.flatMap((role) => [role.label, role.name].map((word) => [fold(word), role])));
  const allowed = (word: string) => Math.min(MOST_SLIPS, Math.floor(word.length / LETTERS_OF_A_SLIP));
  const nearest = createNearest([...words.keys()], allowed)(fold(typed.trim()));
  return nearest === undefined ? undefined : words.get(nearest);
}
