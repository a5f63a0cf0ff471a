/** The text of a page as somebody reads it, on one line: without tags, and without the line breaks of its source. */
export function wordsOf(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&#39;', '’');
}
