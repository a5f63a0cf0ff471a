/** The text of a page, without its tags. */
export function wordsOf(html: string): string {
  return html.replaceAll(/<[^>]+>/g, '');
}
