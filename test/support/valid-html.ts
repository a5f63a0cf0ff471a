import { fileURLToPath } from 'node:url';
import { FileSystemConfigLoader, HtmlValidate } from 'html-validate';

/** A page of this name is held to the rules of `.htmlvalidate.json`. */
const PAGE = fileURLToPath(new URL('../../page.html', import.meta.url));
const htmlValidate = new HtmlValidate(new FileSystemConfigLoader());

/** What isn't valid HTML on a page, one complaint each. */
export async function findInvalidHtml(html: string): Promise<readonly string[]> {
  const { results } = await htmlValidate.validateString(html, PAGE);
  return results.flatMap(({ messages }) => messages.map(({ message, line }) => `line ${line}: ${message}`));
}
