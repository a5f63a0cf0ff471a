import { printableText } from './printable.js';

/** A line of a CSV file (RFC 4180). */
export function csvLine(values: readonly (string | number | undefined)[]): string {
  return `${values.map((value) => csvCell(String(value ?? ''))).join(',')}\r\n`;
}

/** A spreadsheet reads such a text as a formula; a quote in front makes it plain (OWASP, CSV injection). */
function csvCell(text: string): string {
  const visible = printableText(text);
  const harmless = /^[=+\-@]/.test(visible) ? `'${visible}` : visible;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
