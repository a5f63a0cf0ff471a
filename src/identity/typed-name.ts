import { fold } from './fold.js';

/** Whether somebody typed one of these names, without regard to case, accents and the number of blanks. */
export function isTypedName(typed: string, names: readonly string[]): boolean {
  const comparable = (text: string) => fold(text.trim().replace(/\s+/g, ' '));
  const wanted = comparable(typed);
  return wanted !== '' && names.some((name) => comparable(name) === wanted);
}
