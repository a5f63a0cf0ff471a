import type { Request, Response } from 'express';
import type { Pages } from '../pages/pages.js';
import type { Provider } from '../providers/provider.js';
import type { SessionRecord } from '../session/session-record.js';

/** Our CSP lets no form lead to another origin, not even by a redirect, so this page goes on by itself. */
export function continueTo(
  pages: Pages,
  request: Request,
  response: Response,
  session: SessionRecord,
  { button, config }: Provider,
  url: URL,
): void {
  response.set('Refresh', `0; url=${url.href}`);
  const heading = `On to ${config.name}`;
  const model = { heading, href: url.href, label: button.label };
  pages.send(request, response, 'continue', { title: heading, session }, model);
}
