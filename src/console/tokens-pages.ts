import type { Request, RequestHandler, Response } from 'express';
import * as z from 'zod';
import { actorOf, sessionOf } from '../guards/guards.js';
import type { TokenModel, TokensModel } from '../pages/models/tokens.js';
import type { Badge } from '../pages/parts.js';
import { type ApiToken, type Scope, scopes } from '../tokens/api-token.js';
import {
  existingToken,
  issueToken,
  revokeToken,
  rotateToken,
  statusAmong,
  type TokenStatus,
  tokenName,
} from '../tokens/tokens.js';
import { checkForm } from '../validation.js';
import { plural } from '../words.js';
import type { IdHandler } from './console-pages.js';
import type { ConsoleDependencies } from './dependencies.js';
import { parseForm } from './form.js';
import { createSecretOnce } from './secret-once.js';
import { timeInWords } from './time-in-words.js';

export interface TokenPages {
  readonly list: RequestHandler;
  readonly create: RequestHandler;
  readonly showSecret: IdHandler;
  readonly askToRotate: IdHandler;
  readonly rotate: IdHandler;
  readonly askToRevoke: IdHandler;
  readonly revoke: IdHandler;
}

const LIFETIMES = [7, 30, 90, 365];
const USUAL_LIFETIME = 90;

const scopeLabels: Readonly<Record<Scope, string>> = {
  'users:read': 'Read users and teams',
  'users:write': 'Change users and their roles',
  'admins:write': 'Change administrators too, with what else is ticked',
  'teams:write': 'Change teams',
  'sessions:write': 'See and end sessions',
  'tokens:write': 'Create and revoke API tokens',
  'audit:read': 'Read the audit log',
  verify: 'Verify requests for a proxy',
  '*': 'Everything',
};

export const statusBadges: Readonly<Record<TokenStatus, Badge>> = {
  valid: { tone: 'success', label: 'Valid' },
  expired: { tone: 'danger', label: 'Expired' },
  ended: { tone: 'danger', label: 'Ended' },
};

const newToken = z.object({
  name: tokenName,
  scopes: z.array(z.enum(scopes)).min(1, { error: 'choose at least one' }),
  expires_in_days: z.coerce.number().pipe(z.literal(LIFETIMES)),
});

/**
 * The fields as they were sent, valid or not, for showing the form again. A browser sends one value as a text and
 * several values as a list.
 */
const sentForm = z.object({
  name: z.string().catch(''),
  scopes: z.union([z.array(z.string()), z.string().transform((one) => [one])]).catch([]),
  expires_in_days: z.string().catch(''),
});
type SentForm = z.infer<typeof sentForm>;

const blankForm: SentForm = { name: '', scopes: [], expires_in_days: `${USUAL_LIFETIME}` };

/** The pages of API tokens. An administrator may give a token every scope. */
export function createTokenPages({ config, tokens, pages, clock }: ConsoleDependencies): TokenPages {
  const all = pages.at('/admin/tokens');
  const hrefOf = ({ id }: ApiToken) => `${all}/${encodeURIComponent(id)}`;
  const secretOnce = createSecretOnce(config, clock);

  return {
    list: (request, response) => sendList(request, response, blankForm),

    async create(request, response) {
      const sent = parseForm(request, sentForm);
      const checked = checkForm(newToken, sent);
      if ('problems' in checked) return sendList(request, response, sent, checked.problems);
      const wanted = checked.data;
      const { token, record } = await issueToken(
        tokens,
        {
          name: wanted.name,
          scopes: wanted.scopes,
          expiresInDays: wanted.expires_in_days,
          createdBy: sessionOf(request).record.userId,
          by: actorOf(request),
        },
        clock,
      );
      leadToSecret(request, response, record, token);
    },

    async showSecret(request, response) {
      const token = await existingToken(tokens, request.params.id);
      const { userId } = sessionOf(request).record;
      const secret = secretOnce.take(request, response, userId, token.id);
      if (secret !== undefined) return sendSecret(request, response, token, secret);
      const text = `The secret of “${token.name}” is shown once, and not kept. If you haven’t copied it, give the token a new one.`;
      pages.redirect(response, all, text, 'info');
    },

    async askToRotate(request, response) {
      const token = await existingToken(tokens, request.params.id);
      pages.ask(request, response, 'tokens', {
        heading: `Give “${token.name}” a new secret?`,
        consequence: [
          'The secret that it has is refused at once: whatever uses it stops working until it gets the new one.',
          'If both have to work for a while, create a second token instead, and revoke this one later.',
        ],
        action: `${hrefOf(token)}/rotate`,
        confirmLabel: 'New secret',
        danger: false,
        cancelHref: all,
      });
    },

    async rotate(request, response) {
      const known = await existingToken(tokens, request.params.id);
      const by = { createdBy: sessionOf(request).record.userId, by: actorOf(request) };
      const { token, record } = await rotateToken(tokens, known, by, clock);
      leadToSecret(request, response, record, token);
    },

    async askToRevoke(request, response) {
      const token = await existingToken(tokens, request.params.id);
      pages.ask(request, response, 'tokens', {
        heading: `Revoke “${token.name}”?`,
        consequence: [
          'It is refused at once, everywhere, and so are the tokens that it made. This can’t be undone.',
        ],
        action: `${hrefOf(token)}/revoke`,
        confirmLabel: 'Revoke token',
        cancelHref: all,
      });
    },

    revoke: (request, response) =>
      pages.answerForm(response, all, async () => {
        const { name } = await revokeToken(tokens, request.params.id, actorOf(request));
        return `The API token “${name}” is revoked.`;
      }),
  };

  async function sendList(
    request: Request,
    response: Response,
    form: SentForm,
    problems: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const listed = await tokens.list();
    const model: TokensModel = {
      count: listed.length === 0 ? undefined : plural(listed.length, 'token'),
      tokens: listed.map(rowAmong(listed)),
      create: {
        action: all,
        name: form.name,
        scopes: scopes.map((value) => ({
          value,
          label: scopeLabels[value],
          checked: form.scopes.includes(value),
        })),
        lifetimes: LIFETIMES.map((days) => ({
          value: `${days}`,
          label: plural(days, 'day'),
          selected: `${days}` === form.expires_in_days,
        })),
        problems,
      },
    };
    const status = Object.keys(problems).length === 0 ? 200 : 400;
    pages.show(request, response, 'tokens', { title: 'API tokens', status, section: 'tokens' }, model);
  }

  function rowAmong(listed: readonly ApiToken[]): (token: ApiToken) => TokensModel['tokens'][number] {
    const now = clock.now();
    const status = statusAmong(listed, now);
    return (token) => ({
      name: token.name,
      scopes: token.scopes.map((scope) => scopeLabels[scope]).join(', '),
      status: statusBadges[status(token)],
      madeBy: token.ancestors[0]?.name,
      expires: timeInWords(token.expiresAt, now),
      lastUsed: token.lastUsedAt === null ? undefined : timeInWords(token.lastUsedAt, now),
      rotateHref: `${hrefOf(token)}/rotate`,
      revokeHref: `${hrefOf(token)}/revoke`,
    });
  }

  /** Leads on by a redirect, so that reloading the page makes no second secret. */
  function leadToSecret(request: Request, response: Response, token: ApiToken, secret: string): void {
    secretOnce.leave(response, sessionOf(request).record.userId, { tokenId: token.id, secret });
    response.redirect(303, `${hrefOf(token)}/secret`);
  }

  function sendSecret(request: Request, response: Response, { name, expiresAt }: ApiToken, secret: string) {
    const model: TokenModel = {
      heading: name,
      secret,
      expires: timeInWords(expiresAt, clock.now()),
      backHref: all,
    };
    pages.show(request, response, 'token', { title: name, section: 'tokens' }, model);
  }
}
