import { printableText } from '../identity/printable.js';
import { EXIT } from './exit-codes.js';

/** Prints lines with invisible characters spelled out, since people and programs choose the names in them. */
export function print(text: string): number {
  process.stdout.write(text.split('\n').map(printableText).join('\n'));
  return EXIT.ok;
}
