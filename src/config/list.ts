import { parseJson } from '../parse-json.js';

export type List = { readonly items: readonly string[] } | { readonly problem: string };

/** A JSON array, or texts with commas between them. A trailing comma is allowed; commas alone aren't. */
export function splitList(text: string): List {
  if (text.startsWith('[')) return parseJsonList(text);
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  return items.length === 0 ? { problem: 'holds commas alone: write [] for an empty list' } : { items };
}

/** Splits the list in a file: a JSON array, or one text per line. */
export function splitLines(content: string): List {
  if (content.trimStart().startsWith('[')) return parseJsonList(content);
  return { items: content.split(/\r?\n/).filter((line) => line.trim() !== '') };
}

function parseJsonList(text: string): List {
  const items = parseJson(text);
  return isListOfTexts(items)
    ? { items }
    : { problem: 'begins with [ but is no JSON array of non-empty texts' };
}

function isListOfTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string' && item.trim() !== '');
}
