import type { Response } from 'express';
import * as z from 'zod';
import type { Config } from '../config/config.js';
import { displayText } from '../identity/text.js';
import { createSealedCookie } from './sealed-cookie.js';

/** UTF-16 units of the longest notice, which has to fit into a cookie. */
const LONGEST_NOTICE = 500;

const notice = z.object({
  tone: z.enum(['success', 'warning', 'danger', 'info']),
  text: z.string().max(LONGEST_NOTICE),
  /** The button that resolves the matter. */
  action: z.object({ href: z.string(), label: z.string() }).optional(),
});
export type Notice = z.infer<typeof notice>;

/** A notice that the browser's next page shows (post/redirect/get). */
export function createNotices({ session, server }: Pick<Config, 'session' | 'server'>) {
  const cookie = createSealedCookie('notice', notice, { secret: session.secret, baseUrl: server.baseUrl });
  return {
    leave(response: Response, { text, ...others }: Notice): void {
      cookie.set(response, { ...others, text: displayText(text, LONGEST_NOTICE, LONGEST_NOTICE) ?? '' });
    },
    take: cookie.take,
  };
}
