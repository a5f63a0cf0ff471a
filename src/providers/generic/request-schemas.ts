import * as z from 'zod';
import { understood } from '../../config/schemas.js';
import { quoted } from '../../identity/quoted.js';
import { parseJson } from '../../parse-json.js';

/** Parameters that the code flow itself sends, or that would change how its answer comes. */
const OURS = [
  ...['client_id', 'redirect_uri', 'response_type', 'response_mode', 'scope', 'state', 'nonce'],
  ...['code_challenge', 'code_challenge_method', 'request', 'request_uri', 'login_hint', 'id_token_hint'],
];

const texts = z.record(z.string().min(1).max(64), z.string().max(1_024));

/** A JSON object of texts. It may not hold parameters that a sign-in sets by itself. */
export const authorizationParameters = understood(
  (text) => texts.safeParse(parseJson(text)).data,
  'must be a JSON object from names of parameters to texts',
).pipe(
  texts.superRefine((parameters, context) => {
    for (const name of Object.keys(parameters).filter((one) => OURS.includes(one.toLowerCase())))
      context.addIssue({
        code: 'custom',
        message: `holds ${quoted(name)}, which each sign-in sets by itself: leave it out`,
      });
  }),
);
