import { printableText } from '../identity/printable.js';
import type { Surroundings } from './command.js';
import { EXIT } from './exit-codes.js';

/** Prints lines with invisible characters spelled out, since people and programs choose the names in them. */
export function print(text: string, { stdout }: Pick<Surroundings, 'stdout'>): number {
  stdout.write(text.split('\n').map(printableText).join('\n'));
  return EXIT.ok;
}
