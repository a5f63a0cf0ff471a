import type { RequestHandler } from 'express';
import * as z from 'zod';
import type { Config } from '../config/config.js';
import { cookieName } from '../config/cookie-name.js';
import type { Pages } from '../pages/pages.js';

const ONE_YEAR = 365 * 24 * 60 * 60 * 1_000;
const form = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  return_to: z.string().max(8_192).catch(''),
});

/** Keeps the choice of System, Light or Dark in a cookie, and leads back to the page where the person chose. */
export function createThemeChoice({ server: { baseUrl } }: Config, pages: Pages): RequestHandler {
  return (request, response) => {
    const chosen = form.safeParse(request.body ?? {});
    if (chosen.success) {
      response.cookie(cookieName(baseUrl, 'theme'), chosen.data.theme, {
        path: '/',
        httpOnly: true,
        sameSite: 'lax',
        secure: baseUrl.secure,
        maxAge: ONE_YEAR,
      });
    }
    const returnTo = chosen.data?.return_to ?? '';
    const isOurs = returnTo.startsWith(`${baseUrl.path}/admin`) && !/[\\\p{Cc}]/u.test(returnTo);
    response.redirect(303, isOurs ? returnTo : pages.at('/admin'));
  };
}
